using Bunit;
using Dashboard.Instances;
using Dashboard.Tests.Instances;
using DriverHost.Client;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using static Dashboard.Tests.Files.ChangeTreeTests;

namespace Dashboard.Tests.Files;

public sealed class FilesTabTests : InstancePagesContext
{
    [Fact]
    public void Tab_ShowsTheTreeWithSizes_AndWhatIsOutside()
    {
        Cloud.Changes = Some;

        var page = Opened();

        Assert.Equal(["data", "deep", "a", "b", "etc", "group", "old"], Names(page));
        Assert.Equal(["1.5 kB", "1 kB", "1 kB", "500 B", "7 B", "7 B", "–"], page.FindAll("td.size").Select(c => c.TextContent));
        Assert.Equal(["Name", "Change", "Size"], page.FindAll("th").Take(3).Select(c => c.TextContent));
        Assert.Contains("neither in this list nor in a snapshot: /dev/shm (memory), /var/lib/db (volume).", page.Find(".outside").TextContent, StringComparison.Ordinal);
        Assert.Contains("1.5 kB added or changed", page.Find(".foot").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Folders_CloseAndOpen()
    {
        Cloud.Changes = Some;
        var page = Opened();

        page.Act(() => page.Find("[aria-label='What is in /data']").Click());
        page.WaitForAssertion(() => Assert.Equal(["data", "etc", "group", "old"], Names(page)));
        page.Act(() => page.FindAll(".foot button").Single(b => b.TextContent == "Close all").Click());
        page.WaitForAssertion(() => Assert.Equal(["data", "etc"], Names(page)));
        page.Act(() => page.FindAll(".foot button").Single(b => b.TextContent == "Open all").Click());
        page.WaitForAssertion(() => Assert.Equal(7, Names(page).Count));
    }

    [Fact]
    public void Chips_CountAndFilter()
    {
        Cloud.Changes = Some;
        var page = Opened();

        page.Act(() => page.FindAll(".chips button").Single(b => b.TextContent.StartsWith("Deleted", StringComparison.Ordinal)).Click());

        page.WaitForAssertion(() => Assert.Equal(["etc", "old"], Names(page)));
        page.WaitForAssertion(() => Assert.Equal(["All 6", "Added 4", "Changed 1", "Deleted 1"], page.FindAll(".chips button").Select(b => b.TextContent)));
        page.Act(() => page.Find("input[type=search]").Input("nothing"));
        page.WaitForElement(".none button");
        page.Act(() => page.Find(".none button").Click());
        page.WaitForAssertion(() => Assert.Equal(7, Names(page).Count));
    }

    [Fact]
    public void Unchanged_IsSaid()
    {
        Cloud.Changes = Some with { Changes = [] };
        Cloud.With("web");
        var page = Open();

        page.WaitForAssertion(() => Assert.Contains("Every file is as in the image", page.Find(".empty").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void HostileNames_AreText_AndMoreAndUnknownSizesAreSaid()
    {
        Cloud.Changes = Some with { Changes = [new ChangeRecord("/<img src=x>\u202e", "added", null, null)], More = true, SizesKnown = false };

        var page = Opened();

        Assert.Equal("<img src=x>⟨U+202E⟩", Names(page)[0]);
        Assert.Empty(page.FindAll("td img"));
        Assert.Contains("There are more: the host tells the first 1 · the host cannot see the sizes", page.Find(".foot").TextContent, StringComparison.Ordinal);
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
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/instances/{TestInstances.Id("web")}?tab=files");
        return Render<InstancePage>(p => p.Add(x => x.Id, TestInstances.Id("web")));
    }

    private static IReadOnlyList<string> Names(IRenderedComponent<InstancePage> page) => [.. page.FindAll("tbody code").Select(c => c.TextContent)];
}
