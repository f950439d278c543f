using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Dashboard.Tests.Components;

/// <summary>The document of a page names the modules that the page will import, each by the name under which a browser may keep it for good.</summary>
public sealed partial class ModulePreloadsTests(DashboardFixture dashboard) : IClassFixture<DashboardFixture>
{
    private static readonly string Instance = $"/instances/{Guid.Empty}";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Document_OfALog_NamesItsModuleAndAllThatThisImportsInTurn()
    {
        using var demo = await dashboard.SignedInAsync();

        var html = await demo.Http.GetStringAsync(Instance, Cancel);
        var served = Map(html);
        var named = Preloaded(html);

        Assert.Equal("js/log-viewer.js", named[0]);
        Assert.Contains("js/log/stream.js", named);
        Assert.Contains("js/menu.js", named);
        // The shell's, too.
        Assert.Contains("js/session.js", named);
        foreach (var module in named)
        {
            using var answer = await demo.Http.GetAsync($"/{served[module]}", Cancel);
            Assert.Equal((HttpStatusCode.OK, "text/javascript"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
            // With a fingerprint, which the server lets a browser keep for good.
            Assert.Matches($@"^{Regex.Escape(module[..^3])}\.[a-z0-9]{{10}}\.js$", served[module]);
            var text = await answer.Content.ReadAsStringAsync(Cancel);
            // Whatever it says after "from" is a module that is named, too.
            Assert.All(From().Matches(text), m => Assert.Contains(new Uri(new Uri($"http://site/{module}"), m.Groups[1].Value).AbsolutePath[1..], named));
        }
    }

    [Theory]
    [InlineData("?tab=stats", "js/stats-viewer.js")]
    [InlineData("?tab=terminal", "js/terminal.js")]
    [InlineData("?tab=facts", "js/shell.js")]
    public async Task Document_OfATab_NamesThatTabsModules(string query, string first)
    {
        using var demo = await dashboard.SignedInAsync();

        Assert.Equal(first, Preloaded(await demo.Http.GetStringAsync(Instance + query, Cancel)).FirstOrDefault());
    }

    [Fact]
    public async Task Document_OfTheSignIn_NamesNone()
    {
        using var visitor = dashboard.Visit();

        Assert.Empty(Preloaded(await visitor.Http.GetStringAsync("/sign-in", Cancel)));
    }

    /// <summary>The names under which our modules are served, by their own.</summary>
    private static Dictionary<string, string> Map(string html) =>
        JsonDocument.Parse(ImportMap().Match(html).Groups[1].Value).RootElement.GetProperty("imports").EnumerateObject().ToDictionary(m => m.Name[2..], m => m.Value.GetString()![2..]);

    /// <summary>The modules that the document names, by their own names.</summary>
    private static string[] Preloaded(string html)
    {
        var own = Map(html).ToDictionary(m => m.Value, m => m.Key);
        return [.. Preload().Matches(html).Select(m => own[m.Groups[1].Value])];
    }

    [GeneratedRegex("""<script type="importmap">(.*?)</script>""", RegexOptions.Singleline)]
    private static partial Regex ImportMap();

    [GeneratedRegex("""<link rel="modulepreload" href="([^"]+)" */>""")]
    private static partial Regex Preload();

    [GeneratedRegex("""\sfrom "(\.[^"]+)";""")]
    private static partial Regex From();
}
