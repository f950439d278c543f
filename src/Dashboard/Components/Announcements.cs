using Microsoft.JSInterop;

namespace Dashboard.Components;

/// <summary>Says something to screen readers through the page's one live region. shell.js joins what comes close together.</summary>
public sealed class Announcements(IJSRuntime js)
{
    public async Task SayAsync(string words)
    {
        try
        {
            await js.InvokeVoidAsync("dashboardAnnounce", words);
        }
        catch (JSDisconnectedException)
        {
            // Nobody listens any more.
        }
    }
}
