using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace EndToEnd.Browser;

/// <summary>Looks at a page with axe and keeps what is serious or critical, and what makes the page scroll sideways; one test looks at many pages.</summary>
internal sealed class AxeLook(IPage page)
{
    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();
    private readonly List<string> _found = [];

    /// <remarks>axe runs in the page itself: Deque's own call for Playwright opens one page more for each look, which takes longer than the look.</remarks>
    public async Task LookAsync(string where)
    {
        if (!await page.EvaluateAsync<bool>("() => 'axe' in window"))
        {
            await page.EvaluateAsync(Axe);
        }

        var violations = await page.EvaluateAsync<string[]>(
            """
            async () => (await axe.run({ resultTypes: ['violations'], rules: { 'label-content-name-mismatch': { enabled: true } } })).violations
                .filter(v => ['serious', 'critical'].includes(v.impact))
                .map(v => `${v.id}: ${v.nodes.map(n => n.html).join(' | ')}`)
            """);
        _found.AddRange(violations.Select(v => $"{where}: {v}"));
        if (await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth > innerWidth"))
        {
            _found.Add($"{where} scrolls sideways");
        }
    }

    public void FoundNothing() => Assert.Empty(_found);
}
