using System.Net;
using System.Text.RegularExpressions;

namespace Dashboard.Tests.Components;

/// <summary>The document of a page names the modules that the page will import.</summary>
public sealed partial class ModulePreloadsTests(DashboardFixture dashboard) : IClassFixture<DashboardFixture>
{
    private static readonly string Instance = $"/instances/{Guid.Empty}";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Document_OfALog_NamesItsModuleAndAllThatThisImportsInTurn()
    {
        using var demo = await dashboard.SignedInAsync();

        var named = await PreloadedAsync(demo, Instance);

        Assert.Equal("js/log-viewer.js", named[0]);
        Assert.Contains("js/log/stream.js", named);
        Assert.Contains("js/menu.js", named);
        foreach (var module in named)
        {
            using var answer = await demo.Http.GetAsync($"/{module}", Cancel);
            Assert.Equal((HttpStatusCode.OK, "text/javascript"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
            var text = await answer.Content.ReadAsStringAsync(Cancel);
            // Whatever it says after "from" is a module that is named, too.
            Assert.All(From().Matches(text), m => Assert.Contains(new Uri(new Uri($"http://site/{module}"), m.Groups[1].Value).AbsolutePath[1..], named));
        }
    }

    [Theory]
    [InlineData("?tab=stats", "js/stats-viewer.js")]
    [InlineData("?tab=terminal", "js/terminal.js")]
    [InlineData("?tab=facts", null)]
    public async Task Document_OfATab_NamesThatTabsModules(string query, string? first)
    {
        using var demo = await dashboard.SignedInAsync();

        Assert.Equal(first, (await PreloadedAsync(demo, Instance + query)).FirstOrDefault());
    }

    [Fact]
    public async Task Document_OfTheSignIn_NamesNone()
    {
        using var visitor = dashboard.Visit();

        Assert.Empty(await PreloadedAsync(visitor, "/sign-in"));
    }

    private static async Task<string[]> PreloadedAsync(Visitor visitor, string path) =>
        [.. Preload().Matches(await visitor.Http.GetStringAsync(path, Cancel)).Select(m => m.Groups[1].Value)];

    [GeneratedRegex("""<link rel="modulepreload" href="([^"]+)" */>""")]
    private static partial Regex Preload();

    [GeneratedRegex("""\sfrom "(\.[^"]+)";""")]
    private static partial Regex From();
}
