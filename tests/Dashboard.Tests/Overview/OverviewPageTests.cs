using Bunit;
using Dashboard.ApiAccess;
using Dashboard.Overview;
using Dashboard.Tests.ApiAccess;
using Dashboard.Tests.Images;
using Dashboard.Tests.Instances;
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

        page.WaitForAssertion(() => Assert.Contains("web-1: exited · code 3", page.Find(".att").TextContent));
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
        page.Act(() => page.Find("[role=alert] button.o").Click());

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
}
