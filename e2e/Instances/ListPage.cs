using Microsoft.Playwright;

namespace EndToEnd.Instances;

internal static class ListPage
{
    /// <summary>The row of an instance; its name is unique in a run.</summary>
    public static ILocator Row(this IPage page, string name) => page.GetByRole(AriaRole.Row).Filter(new() { Has = page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true }) });
}
