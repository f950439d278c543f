using Microsoft.JSInterop;

namespace Dashboard.Components;

/// <summary>Loads the modules that pages bring along.</summary>
internal static class PageModules
{
    private const int Attempts = 6;
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Imports a module. Tries again when that fails: a browser drops what it is loading whenever the network of its machine changes, and on a
    /// machine with containers each that starts or ends changes it.
    /// </summary>
    /// <param name="path">Relative to the page's base, for example <c>./js/menu.js</c>.</param>
    /// <exception cref="JSException">It cannot be loaded, or is broken.</exception>
    public static async Task<IJSObjectReference> ImportAsync(this IJSRuntime js, string path, TimeProvider time)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await js.InvokeAsync<IJSObjectReference>("import", path);
            }
            catch (JSException) when (attempt < Attempts)
            {
                await Task.Delay(Between, time);
            }
        }
    }
}
