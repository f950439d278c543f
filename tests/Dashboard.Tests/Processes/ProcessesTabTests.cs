using Bunit;
using Dashboard.Instances;
using Dashboard.Tests.Instances;
using DriverHost.Client;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using static Dashboard.Tests.Processes.ProcessTableTests;

namespace Dashboard.Tests.Processes;

public sealed class ProcessesTabTests : InstancePagesContext
{
    [Fact]
    public void Tab_ShowsTheTree_AndFoldsIt()
    {
        Cloud.Processes = List(Init, Shell, Sleep, Other);

        var page = Opened();

        Assert.Equal(["/sbin/docker-init -- sh", "sh -c work", "sleep 5", "other"], Commands(page));
        Assert.Contains("4 processes", page.Find(".foot").TextContent, StringComparison.Ordinal);
        page.Act(() => page.Find("[aria-label='Processes that 7 began']").Click());
        page.WaitForAssertion(() => Assert.Equal(["/sbin/docker-init -- sh", "sh -c work", "other"], Commands(page)));
        page.WaitForAssertion(() => Assert.Equal("false", page.Find("[aria-label='Processes that 7 began']").GetAttribute("aria-expanded")));
    }

    [Fact]
    public void Heads_SortFlat_AndTheTreeComesBack()
    {
        Cloud.Processes = List(Init, Shell, Sleep, Other);
        var page = Opened();

        page.Act(() => page.FindAll("th button").Single(b => b.TextContent == "Memory").Click());

        page.WaitForAssertion(() => Assert.Equal(["other", "sleep 5", "sh -c work", "/sbin/docker-init -- sh"], Commands(page)));
        page.WaitForAssertion(() => Assert.Equal("descending", page.Find("th.memory").GetAttribute("aria-sort")));
        page.Act(() => page.Find("th.memory button").Click());
        page.WaitForAssertion(() => Assert.Equal("ascending", page.Find("th.memory").GetAttribute("aria-sort")));
        page.Act(() => page.Find("button.chip").Click());
        page.WaitForAssertion(() => Assert.Equal("sh -c work", Commands(page)[1]));
    }

    [Fact]
    public void Filter_ThatFindsNothing_CanBeCleared()
    {
        Cloud.Processes = List(Init, Shell, Sleep, Other);
        var page = Opened();

        page.Act(() => page.Find("input[type=search]").Input("nobody"));

        page.WaitForAssertion(() => Assert.Contains("No process matches nobody", page.Find(".none").TextContent, StringComparison.Ordinal));
        page.WaitForElement(".none button");
        page.Act(() => page.Find(".none button").Click());
        page.WaitForAssertion(() => Assert.Equal(4, Commands(page).Count));
    }

    [Fact]
    public void HostileCommand_IsShownAsText()
    {
        Cloud.Processes = List(Init with { Command = "<img src=x>\u202e\u001b[2J" });

        var page = Opened();

        Assert.Equal("<img src=x>⟨U+202E⟩␛[2J", Commands(page)[0]);
        Assert.Empty(page.FindAll("img"));
    }

    [Fact]
    public void Stopped_IsSaidInWords_AndStartedIsLookedAtAnew()
    {
        Cloud.Processes = List() with { State = InstanceState.Exited };
        Cloud.With("web", TestInstances.Exited("web", 0));
        var page = Open();
        page.WaitForAssertion(() => Assert.Contains("It is stopped. Start it", page.Find(".empty").TextContent, StringComparison.Ordinal));

        Cloud.Processes = List(Init);
        page.Act(() => page.FindAll("button").Single(b => b.GetAttribute("aria-label") == "Refresh now").Click());

        page.WaitForAssertion(() => Assert.Single(Commands(page)));
    }

    [Fact]
    public void Unknown_ToTheHost_IsSaid()
    {
        Cloud.With("web");

        var page = Open();

        page.WaitForAssertion(() => Assert.Contains("No driver host of this cloud has this instance.", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
    }

    private IRenderedComponent<InstancePage> Opened()
    {
        Cloud.With("web");
        var page = Open();
        page.WaitForElement(".list tbody tr");
        return page;
    }

    private IRenderedComponent<InstancePage> Open()
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/instances/{TestInstances.Id("web")}?tab=processes");
        return Render<InstancePage>(p => p.Add(x => x.Id, TestInstances.Id("web")));
    }

    private static IReadOnlyList<string> Commands(IRenderedComponent<InstancePage> page) => [.. page.FindAll("tbody code").Select(c => c.TextContent)];
}
