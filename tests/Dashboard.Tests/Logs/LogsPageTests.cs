using Bunit;
using Dashboard.Logs;
using Dashboard.Tests.Instances;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Logs;

public sealed class LogsPageTests : InstancePagesContext
{
    [Fact]
    public void Page_NoneChosen_TeachesAndOffersTheProjectsOwn()
    {
        Cloud.With("db").With("web");

        var page = Open();

        page.WaitForAssertion(() => Assert.Contains("No instance is chosen", page.Markup, StringComparison.Ordinal));
        Assert.Equal(["Add an instance", "db", "web"], page.FindAll("option").Select(o => o.TextContent));
    }

    [Fact]
    public void Page_Two_AreOneLogWithBothNames()
    {
        Cloud.With("db").With("web").With("other");

        var page = Open("web", "db");

        page.WaitForAssertion(() => Assert.Equal("Log of web, db", page.Find(".log-several").GetAttribute("aria-label")));
        Assert.Equal(["web", "db"], Shown(page));
        Assert.NotEmpty(page.FindAll("[data-log=save]"));
        Assert.Equal(["Add an instance", "other"], page.FindAll("option").Select(o => o.TextContent));
    }

    [Fact]
    public void Page_NotOfThisProject_IsNotThere()
    {
        Cloud.With("web");

        var page = Open("web", "foreign");

        page.WaitForAssertion(() => Assert.Equal(["web"], Shown(page)));
        Assert.Contains("1 of the instances in the address is not in this project", page.Find("p[role=status]").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll(".log-several"));
    }

    [Fact]
    public void Page_TooMany_ShowsTheFirstAndSaysSo()
    {
        string[] names = ["a", "b", "c", "d", "e"];
        foreach (var name in names)
        {
            Cloud.With(name);
        }

        var page = Open(names);

        page.WaitForAssertion(() => Assert.Equal(names.Take(4), Shown(page)));
        Assert.Contains("1 more is left out", page.Find("p[role=status]").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("select[aria-label='Instance to add']"));
    }

    [Fact]
    public async Task Page_AddAndRemove_ChangeTheAddress()
    {
        Cloud.With("db").With("web");
        var page = Open("web");
        page.WaitForAssertion(() => Assert.Equal(["web"], Shown(page)));

        // On the renderer's own thread: the live feed draws the page again between finding and clicking.
        await page.InvokeAsync(() => page.Find("select[aria-label='Instance to add']").Change(TestInstances.Id("db")));
        await page.InvokeAsync(() => page.Find(".add button").Click());
        page.WaitForAssertion(() => Assert.Equal(["web", "db"], Shown(page)));
        await page.InvokeAsync(() => page.Find("[aria-label='Remove web']").Click());

        page.WaitForAssertion(() => Assert.Equal(["db"], Shown(page)));
        Assert.EndsWith(LogsAddress.Of([TestInstances.Id("db")]), Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_NovaSilent_SaysSo()
    {
        Cloud.Nova.ListFailure = TestCompute.Silence;

        var page = Open("web");

        page.WaitForAssertion(() => Assert.Contains("Nova does not answer", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Shown(IRenderedComponent<LogsPage> page) => page.FindAll(".shown bdi").Select(b => b.TextContent);

    private IRenderedComponent<LogsPage> Open(params string[] names)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(LogsAddress.Of(names.Select(TestInstances.Id)));
        return Render<LogsPage>();
    }
}
