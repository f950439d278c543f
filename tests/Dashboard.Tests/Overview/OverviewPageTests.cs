using Bunit;
using Dashboard.ApiAccess;
using Dashboard.Components;
using Dashboard.Hosts;
using Dashboard.Instances;
using Dashboard.Overview;
using Dashboard.Tests.ApiAccess;
using Dashboard.Tests.Images;
using Dashboard.Tests.Instances;
using Dashboard.Tests.Launch;
using Microsoft.Extensions.DependencyInjection;
using OpenStack.Errors;

namespace Dashboard.Tests.Overview;

public sealed class OverviewPageTests : InstancePagesContext
{
    private readonly TestOverviewCloud _overview = new();

    public OverviewPageTests()
    {
        Services.AddSingleton<IOverviewCloud>(_overview);
        Services.AddSingleton<IApiAccess>(new TestApiAccess());
    }

    [Fact]
    public void Page_WhileLoading_SaysWhatIsAwaited()
    {
        _overview.OnGet = async token =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return null!;
        };

        var page = Render<OverviewPage>();

        Assert.NotNull(page.Find("[aria-label='Loading quotas']"));
    }

    [Fact]
    public void Page_Loaded_ShowsTheQuotasInWordsAndBars()
    {
        var page = Render<OverviewPage>();

        page.WaitForAssertion(() => Assert.Equal(["2 of 10", "3 of 20", "4096 of 16384"], page.FindAll(".quota [role=meter]").Take(3).Select(m => m.GetAttribute("aria-valuetext"))));
        Assert.Contains("12 GiB left, fits 8 × m1.tiny", page.Markup);
    }

    [Fact]
    public void Page_EmptyProjectOfAMember_TeachesTheFirstLaunch()
    {
        var page = Render<OverviewPage>();

        page.WaitForAssertion(() => Assert.Contains("Start your first container", page.Markup));
        Assert.Equal($"/launch?image={TestImages.Id}", page.Find(".first li.cur a").GetAttribute("href"));
        Assert.Contains("--image busybox", page.Find(".first-shell pre").TextContent);
        Assert.Contains("Nothing needs attention.", page.Markup);
    }

    [Fact]
    public void Page_EmptyProjectWithoutAnApprovedImage_TeachesTheUpload()
    {
        _overview.Facts = TestOverviewCloud.Of([]);

        var page = Render<OverviewPage>();

        page.WaitForAssertion(() => Assert.Contains("Bring an image: none is approved yet", page.Find(".first li.cur").TextContent));
    }

    [Fact]
    public void Page_EmptyProjectOfAReader_OffersNothingToLaunch()
    {
        (_overview.Viewer, Cloud.Viewer) = (TestImageCloud.Reader, TestImageCloud.Reader);

        var page = Render<OverviewPage>();

        page.WaitForAssertion(() => Assert.Contains("Launching needs the role member", page.Markup));
        Assert.Empty(page.FindAll("a[href^='/launch']"));
        Assert.DoesNotContain("server create", page.Find(".first-shell pre").TextContent);
    }

    [Fact]
    public void Page_EmptyProjectOfAnAdministrator_NamesTheApprovals()
    {
        (_overview.Viewer, Cloud.Viewer) = (TestImageCloud.Administrator, TestImageCloud.Administrator);

        var page = Render<OverviewPage>();

        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".first a[href='/approvals']")));
    }

    [Fact]
    public async Task Page_SomethingRuns_ShowsItLiveAndSaysWhatNeedsALook()
    {
        Cloud.With("web-1");
        var page = Render<OverviewPage>();
        await Cloud.ConnectedAsync(Cancel);
        page.WaitForAssertion(() => Assert.Contains("Running", page.Find(".recent").TextContent));
        Assert.Empty(page.FindAll(".first"));

        Cloud.Push(TestInstances.Exited("web-1", 3));

        page.WaitForAssertion(() => Assert.Contains("web-1: exited · code 3.", page.Find(".att").TextContent));
        Assert.Contains("Exited · code 3", page.Find(".recent").TextContent);
        Assert.NotNull(page.Find("a.b.p[href='/launch']"));
    }

    [Fact]
    public void Page_FiguresFail_SaysWhyAndRetries()
    {
        _overview.OnGet = _ => throw new OpenStackException("compute", HttpMethod.Get, null, null, "Nova does not answer.");
        var page = Render<OverviewPage>();
        Assert.Contains("The overview could not be loaded.", page.Find("[role=alert]").TextContent);

        _overview.OnGet = null;
        page.Find("[role=alert] button.o").Click();

        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".quota")));
    }

    [Fact]
    public async Task Page_DisposedWhileLoading_CancelsTheCall()
    {
        _overview.OnGet = async token =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return null!;
        };
        Render<OverviewPage>();

        await DisposeComponentsAsync();

        Assert.True(_overview.LastToken.IsCancellationRequested);
    }

    [Fact]
    public void Attention_ManyTroubles_TheWorstIsFirst()
    {
        var facts = TestOverviewCloud.Of([TestImages.Docker("ingest", owner: "p2")], TestImageCloud.Administrator) with
        {
            Hosts = new HostsFacts([LaunchSamples.Service("disabled", reason: "new disk")], LaunchSamples.Host(answers: false), null),
        };

        var all = OverviewAttention.Of(facts, [], null, TestImageCloud.Administrator, TestImages.Now);

        Assert.Equal(["Docker on compute-1 does not answer.", "compute-1 takes no new instances.", "ingest waits for review."], all.Select(a => a.What));
        Assert.Equal(["/hosts", "/hosts", "/approvals"], all.Select(a => a.Href));
        Assert.Equal("From vision, 5 h old.", all[2].Why);
    }

    [Theory]
    [InlineData(true, null, "The driver host is silent.")]
    [InlineData(false, "down", "nova-compute on compute-1 is down.")]
    public void Attention_HostTrouble_IsAnError(bool silent, string? state, string what)
    {
        var facts = TestOverviewCloud.Of([]) with
        {
            Hosts = new HostsFacts([LaunchSamples.Service(state: state ?? "up")], silent ? null : LaunchSamples.Host(), silent ? "The driver host does not answer." : null),
        };

        var item = Assert.Single(OverviewAttention.Of(facts, [], null, TestImageCloud.Administrator, TestImages.Now));

        Assert.Equal((StateKind.Error, what, "/hosts"), (item.Kind, item.What, item.Href));
    }

    [Fact]
    public void Attention_MembersOwnImages_AreNamedAndOthersAreNot()
    {
        var facts = TestOverviewCloud.Of(
        [
            TestImages.Docker("mine", id: "i1"), TestImages.Docker("refused", "rejected", id: "i2", properties: (OpenStack.Glance.Approval.Reason, "has a shell")), TestImages.Docker("foreign", id: "i3", owner: "p2"),
        ]);

        var all = OverviewAttention.Of(facts, [], new HostLink(true), TestImageCloud.Member, TestImages.Now);

        Assert.Equal([("refused: rejected.", "has a shell"), ("mine waits for review.", "Since 5 h. An administrator has to approve it before it boots.")], all.Select(a => (a.What, a.Why)));
    }

    [Fact]
    public void Attention_HostNotLiveForAMember_IsSaid()
    {
        var item = Assert.Single(OverviewAttention.Of(TestOverviewCloud.Of([]), [], new HostLink(false, null, "The driver host does not answer."), TestImageCloud.Member, TestImages.Now));

        Assert.Equal(StateKind.Unknown, item.Kind);
    }
}
