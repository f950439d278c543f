using System.Net;
using AngleSharp.Dom;
using Bunit;
using Dashboard.Instances;
using Dashboard.Tests.Images;
using DriverHost.Client;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Instances;

public sealed class InstancesPageTests : InstancePagesContext
{
    public InstancesPageTests() => SetRendererInfo(new RendererInfo("Server", isInteractive: true));

    [Fact]
    public void Page_BeforeNovaAnswers_ShowsSkeletons()
    {
        Cloud.Nova.Hold();

        var page = Render<InstancesPage>();

        Assert.Equal("Loading instances", page.Find("[role=status].loading").GetAttribute("aria-label"));
        Assert.Empty(page.FindAll("table"));
    }

    [Fact]
    public void Page_Loaded_ShowsARowPerInstanceWithItsState()
    {
        Cloud.With("web-1").With("web-2", TestInstances.Exited("web-2", 137, outOfMemory: true));

        var page = Page();

        Assert.Contains("Running", Row(page, "web-1").TextContent, StringComparison.Ordinal);
        Assert.Contains("172.20.0.5", Row(page, "web-1").TextContent, StringComparison.Ordinal);
        Assert.Contains("Exited · killed", Row(page, "web-2").TextContent, StringComparison.Ordinal);
        Assert.Contains("out of memory at 512 MiB", Row(page, "web-2").TextContent, StringComparison.Ordinal);
        Assert.Equal("failed", Row(page, "web-2").QuerySelector("[data-shape]")!.GetAttribute("data-shape"));
        Assert.Equal($"/instances/{TestInstances.Id("web-1")}", Row(page, "web-1").QuerySelector("a")!.GetAttribute("href"));
    }

    [Fact]
    public void Page_MoreThanAScreenShows_ShowsTheNewestUncountedAndThenAll()
    {
        WithMany();

        var page = Render<InstancesPage>();

        page.WaitForAssertion(() => Assert.Equal(InstanceReader.Newest, page.FindAll("tr[data-row]").Count));
        Assert.Contains($"the newest {InstanceReader.Newest} in genomics, the others follow", page.Markup, StringComparison.Ordinal);
        Assert.Empty(page.FindAll(".chips .tn"));
        Cloud.Nova.Answer();
        page.WaitForAssertion(() => Assert.Equal(InstanceReader.Newest + 10, page.FindAll("tr[data-row]").Count));
        Assert.Contains($"{InstanceReader.Newest + 10} in genomics", page.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain(" new</button>", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_DrawnByTheServer_ShowsWhatIsKnownAndDoesNotWatch()
    {
        Cloud.With("web-1");
        var live = Services.GetRequiredService<LiveInstances>();
        using (live.Watch(() => { }))
        {
            SpinWait.SpinUntil(() => live.Now.Loaded, Waits.Limit);
        }

        SetRendererInfo(new RendererInfo("Static", isInteractive: false));
        var page = Render<InstancesPage>();
        Cloud.Push(TestInstances.Exited("web-1", 0));
        SpinWait.SpinUntil(() => live.Now.Instances.Values.Single().Host?.State == InstanceState.Exited, Waits.Limit);

        Assert.Contains("Running", Row(page, "web-1").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_FilteredAndTheNewestAreThere_WaitsForAll()
    {
        WithMany();
        Navigation.NavigateTo("/instances?sort=name");

        var page = Render<InstancesPage>();

        page.WaitForState(() => Services.GetRequiredService<LiveInstances>().Now.Begun);
        Assert.Empty(page.FindAll("tr[data-row]"));
        Cloud.Nova.Answer();
        page.WaitForAssertion(() => Assert.Equal(InstanceReader.Newest + 10, page.FindAll("tr[data-row]").Count));
    }

    [Fact]
    public void Page_Empty_SaysWhyAndHowToGoOn()
    {
        var page = Render<InstancesPage>();

        page.WaitForAssertion(() => Assert.Contains("No instance in this project yet", page.Markup, StringComparison.Ordinal));
        Assert.Contains("server create --image IMAGE --flavor FLAVOR --nic none web-1", page.Markup, StringComparison.Ordinal);
        Assert.Equal("/launch", page.Find(".empty a").GetAttribute("href"));
    }

    [Fact]
    public void Page_NovaSilent_SaysSoAndRetryLoads()
    {
        Cloud.With("web-1");
        Cloud.Nova.ListFailure = TestCompute.Refusal(HttpStatusCode.InternalServerError, "The database is locked.");
        var page = Render<InstancesPage>();
        page.WaitForAssertion(() => Assert.Contains("The database is locked.", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Assert.Contains("req-77", page.Find("[role=alert]").TextContent, StringComparison.Ordinal);

        Cloud.Nova.ListFailure = null;
        page.Act(() => Button(page, "Retry").Click());

        page.WaitForAssertion(() => Assert.NotNull(Row(page, "web-1")));
        Assert.Empty(page.FindAll("[role=alert]"));
    }

    [Fact]
    public void Event_AContainerEnds_ChangesItsRowOnlyAndIsSaid()
    {
        Cloud.With("web-1").With("web-2");
        var page = Page();

        Cloud.Push(TestInstances.Exited("web-1", 3));

        page.WaitForAssertion(() => Assert.Contains("Exited · code 3", Row(page, "web-1").TextContent, StringComparison.Ordinal));
        Assert.Contains("Running", Row(page, "web-2").TextContent, StringComparison.Ordinal);
        page.WaitForAssertion(() => Assert.Contains(Said, words => words.StartsWith("web-1: exited · code 3", StringComparison.Ordinal)));
    }

    [Fact]
    public void Event_StepsOfASpawn_AreShownAsTheyCome()
    {
        Cloud.With("web-1", TestInstances.Doing("web-1", "spawn", "fetching image", InstanceState.Creating, 184_000_000, 297_000_000), "BUILD");

        var page = Page();

        Assert.Contains("fetching image 61 %", Row(page, "web-1").TextContent, StringComparison.Ordinal);
        Assert.Contains("184 MB of 297 MB", Row(page, "web-1").TextContent, StringComparison.Ordinal);
        Assert.Equal("61", Row(page, "web-1").QuerySelector("[role=progressbar]")!.GetAttribute("aria-valuenow"));
    }

    [Fact]
    public void HostSilent_Page_SaysThatItIsNotLive()
    {
        Cloud.HostDown = true;
        Cloud.Nova.With(TestInstances.Server("vm"));

        var page = Page();

        page.WaitForAssertion(() => Assert.Contains("Not live: The driver host does not answer.", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public void Filter_Typed_StandsInTheAddressAndHidesTheRest()
    {
        Cloud.With("web-1").With("batch-7");
        var page = Page();

        page.Act(() => page.Find("input[type=search]").Input("batch"));

        page.WaitForAssertion(() => Assert.Equal(["batch-7"], Names(page)));
        Assert.EndsWith("/instances?q=batch", Navigation.Uri, StringComparison.Ordinal);
        Assert.Contains("1 of 2 instances", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Filter_FromTheAddress_IsAppliedAndNothingFoundOffersToClear()
    {
        Cloud.With("web-1");
        Navigation.NavigateTo("/instances?state=stopped");

        var page = Render<InstancesPage>();

        page.WaitForAssertion(() => Assert.Contains("No instance matches “Stopped”.", page.Markup, StringComparison.Ordinal));
        page.Act(() => Button(page, "Clear filters").Click());
        page.WaitForAssertion(() => Assert.Equal(["web-1"], Names(page)));
    }

    [Fact]
    public void Chips_Loaded_CountTheStates()
    {
        Cloud.With("a").With("b", TestInstances.Exited("b", 3)).With("c", TestInstances.Exited("c", 0)).With("d", TestInstances.Doing("d", "stop", "waiting"));

        var page = Page();

        Assert.Equal(["All 4", "Running 1", "Changing 1", "Needs a look 1", "Stopped 1"], page.FindAll(".chip").Select(c => c.TextContent.Trim()));
    }

    [Fact]
    public void Menu_OfARow_HasEveryActionAndWhyNot()
    {
        Cloud.With("web-1", TestInstances.Exited("web-1", 0));
        var page = Page();

        Menu(page, "web-1");

        Assert.Equal(7, page.FindAll("[role=menuitem]").Count);
        Assert.Equal("false", Item(page, "Start").GetAttribute("aria-disabled"));
        Assert.Equal("true", Item(page, "Stop").GetAttribute("aria-disabled"));
        Assert.Contains("It does not run.", Item(page, "Stop").TextContent, StringComparison.Ordinal);
        Assert.Null(Item(page, "Stop").GetAttribute("disabled"));
    }

    [Fact]
    public void Menu_ImpossibleAction_DoesNothing()
    {
        Cloud.With("web-1", TestInstances.Exited("web-1", 0));
        var page = Page();
        Menu(page, "web-1");

        page.Act(() => Item(page, "Stop").Click());

        Assert.Empty(Cloud.Nova.Done);
    }

    [Fact]
    public void Menu_Start_IsAskedAndShownAtOnce()
    {
        Cloud.With("web-1", TestInstances.Exited("web-1", 0), "SHUTOFF");
        var page = Page();
        Menu(page, "web-1");

        page.Act(() => Item(page, "Start").Click());

        page.WaitForAssertion(() => Assert.Contains("Starting", Row(page, "web-1").TextContent, StringComparison.Ordinal));
        page.WaitForAssertion(() => Assert.Equal((TestInstances.Id("web-1"), "start"), Assert.Single(Cloud.Nova.Done)));
    }

    [Fact]
    public void Bulk_Selection_CountsWhatEachActionAppliesTo()
    {
        Cloud.With("a").With("b").With("c", TestInstances.Exited("c", 0));
        var page = Page();

        PickAll(page);

        var foot = page.Find("[role=toolbar]");
        Assert.Equal("3 selected", foot.GetAttribute("aria-label"));
        Assert.Equal(["Start 1", "Stop 2", "Restart 2", "Delete 3…"], foot.QuerySelectorAll("button").Select(b => b.TextContent.Trim()).SkipLast(1));
        Assert.Equal("Logs 3", foot.QuerySelector("a")!.TextContent.Trim());
    }

    [Fact]
    public void Bulk_MoreThanOnePageOfLogs_SaysWhyNot()
    {
        Cloud.With("a").With("b").With("c").With("d").With("e");
        var page = Page();

        PickAll(page);

        Assert.Empty(page.FindAll("[role=toolbar] a"));
        Assert.Contains("One page shows the logs of 4 instances at most.", page.Find("[role=toolbar]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Bulk_OneRefused_SaysWhichAndWhyAndRetriesOnlyThat()
    {
        Cloud.With("a").With("b");
        Cloud.Nova.Refusals[TestInstances.Id("b")] = TestCompute.Refusal(HttpStatusCode.Conflict, "Cannot 'stop' while it is in task_state rebooting");
        var page = Page();
        PickAll(page);

        page.Act(() => Button(page, "Stop 2").Click());

        page.WaitForAssertion(() => Assert.Contains("Stop: 1 of 2 instances refused.", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        var lines = page.FindAll("[role=alert] li").Select(l => l.TextContent).ToList();
        Assert.Contains(lines, l => l.Contains("accepted", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("task_state rebooting", StringComparison.Ordinal) && l.Contains("req-77", StringComparison.Ordinal));
        Cloud.Nova.Refusals.Clear();
        Cloud.Nova.Done.Clear();
        page.Act(() => Button(page, "Retry 1").Click());
        page.WaitForAssertion(() => Assert.Equal((TestInstances.Id("b"), "stop"), Assert.Single(Cloud.Nova.Done)));
    }

    [Fact]
    public void Delete_Two_AsksFirstAndDeletesOnlyAfterYes()
    {
        var dialogs = Dialogs();
        Cloud.With("a").With("b");
        var page = Page();
        PickAll(page);
        page.Act(() => Button(page, "Delete 2…").Click());
        dialogs.WaitForAssertion(() => Assert.Contains("Delete 2 instances?", dialogs.Markup, StringComparison.Ordinal));
        Assert.Empty(Cloud.Nova.Done);

        dialogs.Act(() => Button(dialogs, "Delete 2").Click());

        page.WaitForAssertion(() => Assert.Equal(2, Cloud.Nova.Done.Count(d => d.Action == "delete")));
        page.WaitForAssertion(() => Assert.Contains("Deleting", Row(page, "a").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Delete_SnapshotFirst_LeadsToTheSnapshotDialogAndDeletesNothing()
    {
        var dialogs = Dialogs();
        Cloud.With("a");
        var page = Page();
        Menu(page, "a");
        page.Act(() => Item(page, "Delete").Click());
        dialogs.WaitForAssertion(() => Assert.Contains("Delete a?", dialogs.Markup, StringComparison.Ordinal));

        dialogs.Act(() => Button(dialogs, "Snapshot first…").Click());

        dialogs.WaitForAssertion(() => Assert.Contains("Create a snapshot of a?", dialogs.Markup, StringComparison.Ordinal));
        Assert.Single(dialogs.FindAll(".mud-dialog-title"));
        dialogs.Act(() => dialogs.Find("input").Input("before"));
        dialogs.Act(() => Button(dialogs, "Create snapshot").Click());
        page.WaitForAssertion(() => Assert.Equal("createImage before", Assert.Single(Cloud.Nova.Done).Action));
    }

    [Fact]
    public void Snapshot_EmptyName_CannotBeSent()
    {
        var dialogs = Dialogs();
        Cloud.With("a");
        var page = Page();
        page.Act(() => Row(page, "a").QuerySelector("[data-row-key=s]")!.Click());
        dialogs.WaitForAssertion(() => Assert.False(string.IsNullOrEmpty(dialogs.Find("input").GetAttribute("value"))));

        dialogs.Act(() => dialogs.Find("input").Input(" "));

        dialogs.WaitForAssertion(() => Assert.True(Button(dialogs, "Create snapshot").HasAttribute("disabled")));
        Assert.Contains("Give it a name", dialogs.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Snapshot_Ready_LinksToItsImage()
    {
        const string Image = "33333333-3333-3333-3333-333333333333";
        var dialogs = Dialogs();
        Cloud.With("a");
        Cloud.Glance.With(TestImages.Docker("snap", id: Image));
        var page = Page();
        page.Act(() => Row(page, "a").QuerySelector("[data-row-key=s]")!.Click());
        dialogs.WaitForAssertion(() => Assert.NotEmpty(dialogs.FindAll("input")));

        dialogs.Act(() => Button(dialogs, "Create snapshot").Click());

        page.WaitForAssertion(() => Assert.NotNull(Row(page, "a").QuerySelector($"a[href='/images/{Image}']")));
    }

    [Fact]
    public void Reader_Page_SeesEverythingAndIsToldWhyNothingCanBeDone()
    {
        Cloud.Viewer = TestImageCloud.Reader;
        Cloud.With("web-1");
        var page = Page();

        Menu(page, "web-1");

        Assert.All(page.FindAll("[role=menuitem]"), item => Assert.Equal("true", item.GetAttribute("aria-disabled")));
        Assert.Empty(page.FindAll("a[href='/launch']"));
        Assert.Contains("Your role may look, not change.", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void NewInstance_AtTheTopOfTheList_IsLetIn()
    {
        Cloud.With("a");
        var page = Page();

        Cloud.With("b");

        page.WaitForAssertion(() => Assert.Equal(["b", "a"], Names(page)));
    }

    [Fact]
    public void NewInstance_WhileReadingFurtherDown_WaitsBehindAButton()
    {
        AtTop.SetResult(false);
        Cloud.With("a");
        var page = Page();

        Cloud.With("b");

        page.WaitForAssertion(() => Button(page, "1 new"));
        Assert.Equal(["a"], Names(page));
        page.Act(() => Button(page, "1 new").Click());
        page.WaitForAssertion(() => Assert.Equal(["b", "a"], Names(page)));
    }

    [Fact]
    public void Strip_SomethingWrong_NamesTheWorstFirst()
    {
        Cloud.With("fine").With("killed", TestInstances.Exited("killed", 137, outOfMemory: true)).With("gone", TestInstances.Host("gone", InstanceState.Missing));

        var page = Page();

        Assert.Contains("gone: error", page.Find(".att").TextContent, StringComparison.Ordinal);
        Assert.Contains("1 more", page.Find(".att").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Strip_OneOfTwoHostsSilent_NamesItAndItsInstances()
    {
        Cloud.Hosts = ["compute-1", "compute-2"];
        Cloud.Down.Add("compute-2");
        Cloud.With("web-1");
        Cloud.Nova.With(TestInstances.Server("db-1", change: s => s with { HostId = OpenStack.Nova.ComputeHostId.Of(s.TenantId, "compute-2") }));

        var page = Page();

        Assert.Contains("No word from the driver host on compute-2. 1 instance is there: db-1. Until it is back, Nova's word stands here.", page.Find(".att").TextContent, StringComparison.Ordinal);
        Assert.Contains("Not live: compute-2: The driver host does not answer.", page.Markup, StringComparison.Ordinal);
    }

    private NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();

    // Nova names the newest, and the others when it is let.
    private void WithMany()
    {
        foreach (var number in Enumerable.Range(0, InstanceReader.Newest + 10))
        {
            Cloud.With($"web-{number}");
        }

        Cloud.Nova.HoldAfterTheFirst();
    }

    private IRenderedComponent<InstancesPage> Page()
    {
        var page = Render<InstancesPage>();
        page.WaitForElement("tbody tr");
        return page;
    }

    private static void Menu(IRenderedComponent<InstancesPage> page, string name)
    {
        page.Act(() => Row(page, name).QuerySelector("[aria-haspopup=menu]")!.Click());
        page.WaitForElement("[role=menuitem]");
    }

    private static void PickAll(IRenderedComponent<InstancesPage> page)
    {
        page.Act(() => page.Find("[role=checkbox]").Click());
        page.WaitForElement("[role=toolbar] b");
    }

    private static IElement Row(IRenderedComponent<InstancesPage> page, string name) => page.Find($"tr[data-instance='{TestInstances.Id(name)}']");

    private static IEnumerable<string> Names(IRenderedComponent<InstancesPage> page) => page.FindAll("a.open").Select(a => a.TextContent);

    private static IElement Item(IRenderedComponent<InstancesPage> page, string verb) => page.FindAll("[role=menuitem]").Single(i => i.TextContent.TrimStart().StartsWith(verb, StringComparison.Ordinal));

    private static IElement Button<T>(IRenderedComponent<T> page, string words)
        where T : IComponent => page.FindAll("button").First(b => b.TextContent.Trim().StartsWith(words, StringComparison.Ordinal));
}
