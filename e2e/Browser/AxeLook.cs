using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace EndToEnd.Browser;

/// <summary>Looks at a page with axe and keeps what is serious or critical, and what makes the page scroll sideways; one test looks at many pages.</summary>
internal sealed class AxeLook(IPage page)
{
    private readonly List<string> _found = [];

    public async Task LookAsync(string where)
    {
        var result = await page.RunAxe();
        _found.AddRange(result.Violations.Where(v => v.Impact is "serious" or "critical").Select(v => $"{where}: {v.Id}: {string.Join(" | ", v.Nodes.Select(n => n.Html))}"));
        if (await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth > innerWidth"))
        {
            _found.Add($"{where} scrolls sideways");
        }
    }

    public void FoundNothing() => Assert.Empty(_found);
}
