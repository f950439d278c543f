using System.Globalization;
using Microsoft.Playwright;

namespace EndToEnd.Instances;

/// <summary>The log on an instance's page, as a person reads it.</summary>
internal static class LogPage
{
    public static ILocator Log(this IPage page) => page.GetByRole(AriaRole.Log);

    public static ILocator Foot(this IPage page) => page.Locator(".log-foot");

    /// <summary>The number of the newest "line n" on the screen; waits for the first one.</summary>
    public static async Task<int> NewestAsync(this IPage page)
    {
        var lines = page.Log().Locator(".log-text:visible").Filter(new() { HasText = "line " });
        await Assertions.Expect(lines.Last).ToBeVisibleAsync();
        return (await lines.AllTextContentsAsync()).Max(Number);
    }

    /// <summary>The numbers of all "line n" that the viewer holds, read by scrolling through it from its first line to its newest.</summary>
    public static async Task<SortedSet<int>> NumbersAsync(this IPage page)
    {
        var texts = await page.EvaluateAsync<string[]>(
            """
            async () => {
              const log = document.querySelector('[role=log]');
              const drawn = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
              const seen = new Set();
              for (let top = 0; ; top += log.clientHeight / 2) {
                log.scrollTop = top;
                await drawn();
                for (const row of log.querySelectorAll('.log-row:not([hidden]) .log-text')) seen.add(row.textContent);
                if (top > log.scrollHeight) return [...seen];
              }
            }
            """);
        return [.. texts.Where(t => t.StartsWith("line ", StringComparison.Ordinal)).Select(Number)];
    }

    /// <summary>How many lines match the filter, as the toolbar counts them: "57 of 58".</summary>
    public static async Task<int> CountAsync(this IPage page)
    {
        var words = await page.Locator("[data-log=count]").TextContentAsync();
        return int.Parse(words!.Split(' ')[0].Replace(",", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }

    private static int Number(string line) => int.Parse(line["line ".Length..], CultureInfo.InvariantCulture);
}
