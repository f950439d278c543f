using Bunit;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Tests;

internal static class Acting
{
    /// <summary>Finds an element and acts on it in one turn of the renderer: a page that is drawn anew between the two, as a live one is, would not hear it.</summary>
    public static void Act<T>(this IRenderedComponent<T> page, Action act)
        where T : IComponent => page.InvokeAsync(act).GetAwaiter().GetResult();
}
