using Bunit;
using Dashboard.Images;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using OpenStack.Glance;

namespace Dashboard.Tests.Images;

public sealed class ImagesPageTests : ImagePagesContext
{
    [Fact]
    public void Page_WhileLoading_SaysWhatIsAwaited()
    {
        Cloud.Glance.Held = new TaskCompletionSource().Task;

        var page = Render<ImagesPage>();

        Assert.Equal("Loading images", page.Find("[role=status]").GetAttribute("aria-label"));
    }

    [Fact]
    public void Page_Loaded_ShowsNameApprovalReasonSizeAndUses()
    {
        Cloud.Glance.With(TestImages.Docker("notebook", Approval.Rejected, properties: (Approval.Reason, "runs as root")));
        Cloud.Nova.Servers.Add(TestNova.Server("web-1", TestImages.Id));

        var row = Render<ImagesPage>().WaitForElement("tr.image-row").TextContent;

        Assert.Contains("notebook", row, StringComparison.Ordinal);
        Assert.Contains("Rejected", row, StringComparison.Ordinal);
        Assert.Contains("runs as root", row, StringComparison.Ordinal);
        Assert.Contains("2 kB", row, StringComparison.Ordinal);
        Assert.Contains("web-1", row, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_NovaIsSlow_ShowsTheImagesAndThenTheirUses()
    {
        var nova = new TaskCompletionSource();
        Cloud.Nova.Held = nova.Task;
        Cloud.Nova.Servers.Add(TestNova.Server("web-1", TestImages.Id));
        Cloud.Glance.With(TestImages.Approved());

        var page = Render<ImagesPage>();

        Assert.Equal("…", page.WaitForElement("tr.image-row .image-uses").TextContent.Trim());
        nova.SetResult();
        page.WaitForAssertion(() => Assert.Contains("web-1", page.Find("tr.image-row .image-uses").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Page_DrawnByTheServer_ShowsWhatIsKnownAndLoadsNothing()
    {
        Cloud.Glance.With(TestImages.Approved("busybox"));
        await Services.GetRequiredService<IImageList>().ListAsync(all: false, TestContext.Current.CancellationToken);
        Cloud.Glance.AskedFormats.Clear();
        SetRendererInfo(new RendererInfo("Static", isInteractive: false));

        var page = Render<ImagesPage>();

        Assert.Contains("busybox", page.Find("tr.image-row").TextContent, StringComparison.Ordinal);
        Assert.Empty(Cloud.Glance.AskedFormats);
    }

    [Fact]
    public void Page_DrawnByTheServerForTheFirstTime_HasTheNewestAskedForOnce()
    {
        Cloud.Glance.With(TestImages.Approved("busybox"));
        SetRendererInfo(new RendererInfo("Static", isInteractive: false));
        Render<ImagesPage>();
        SetRendererInfo(new RendererInfo("Server", isInteractive: true));

        var page = Render<ImagesPage>();

        page.WaitForElement("tr.image-row");
        Assert.Single(Cloud.Glance.AskedFormats);
    }

    [Fact]
    public void Page_MoreThanAScreenShows_ShowsTheNewestAndThenAll()
    {
        const int count = Dashboard.Images.ImageList.Newest + 10;
        Cloud.Glance.With([.. Enumerable.Range(0, count).Select(i => TestImages.Approved($"image-{i}", id: $"{i}"))]);
        var others = new TaskCompletionSource();
        Cloud.Glance.OthersHeld = others.Task;

        var page = Render<ImagesPage>();

        page.WaitForAssertion(() => Assert.Contains($"the newest {Dashboard.Images.ImageList.Newest} images, the others follow", page.Find(".image-foot").TextContent, StringComparison.Ordinal));
        Assert.Empty(page.FindAll(".image-chips .tn"));
        others.SetResult();
        page.WaitForAssertion(() => Assert.Contains($"{count} images", page.Find(".image-foot").TextContent, StringComparison.Ordinal));
        Assert.NotEmpty(page.FindAll(".image-chips .tn"));
    }

    [Fact]
    public void Page_FilteredAndTheNewestAreThere_WaitsForAll()
    {
        Cloud.Glance.With([.. Enumerable.Range(0, Dashboard.Images.ImageList.Newest + 10).Select(i => TestImages.Approved($"image-{i}", id: $"{i}"))]);
        var others = new TaskCompletionSource();
        Cloud.Glance.OthersHeld = others.Task;
        Visit("/images?q=image-39");

        var page = Render<ImagesPage>();

        page.WaitForState(() => Cloud.Glance.AskedFormats.Count > 0);
        Assert.Empty(page.FindAll("section.nothing"));
        others.SetResult();
        page.WaitForAssertion(() => Assert.Contains("image-39", page.Find("tr.image-row").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Page_RefreshWhileNovaIsSlow_KeepsTheUses()
    {
        Cloud.Nova.Servers.Add(TestNova.Server("web-1", TestImages.Id));
        Cloud.Glance.With(TestImages.Approved());
        var page = Render<ImagesPage>();
        page.WaitForElement("tr.image-row");
        var nova = new TaskCompletionSource();
        Cloud.Nova.Held = nova.Task;
        Cloud.Glance.With(TestImages.Approved("other", id: "2"));

        Time.Advance(TimeSpan.FromSeconds(15));

        Assert.Contains("web-1", page.Find("tr.image-row .image-uses").TextContent, StringComparison.Ordinal);
        nova.SetResult();
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("tr.image-row").Count));
        Assert.Contains("web-1", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_OpenedAgain_ShowsWhatWasReadUntilItIsReadAnew()
    {
        Cloud.Glance.With(TestImages.Approved());
        Render<ImagesPage>().WaitForElement("tr.image-row");
        await DisposeComponentsAsync();
        var glance = new TaskCompletionSource();
        Cloud.Glance.Held = glance.Task;
        Cloud.Glance.With(TestImages.Approved("other", id: "2"));

        var page = Render<ImagesPage>();

        Assert.Single(page.FindAll("tr.image-row"));
        glance.SetResult();
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("tr.image-row").Count));
    }

    [Fact]
    public void Page_Empty_TeachesTheCommand()
    {
        var page = Render<ImagesPage>();

        page.WaitForAssertion(() => Assert.Contains("docker save NAME:TAG | glance image-create --container-format=docker --disk-format=raw", page.Markup, StringComparison.Ordinal));
        Assert.NotNull(page.Find("a[href='/images/upload']"));
    }

    [Fact]
    public void Page_Failed_SaysWhyAndLoadsAgainOnRetry()
    {
        Cloud.Glance.Failure = TestGlance.Refusal(System.Net.HttpStatusCode.InternalServerError, "The store is full.");
        var page = Render<ImagesPage>();
        page.WaitForAssertion(() => Assert.Contains("The store is full.", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Cloud.Glance.Failure = null;
        Cloud.Glance.With(TestImages.Approved());

        page.FindAll("button").Single(b => b.TextContent == "Retry").Click();

        page.WaitForElement("tr.image-row");
        Assert.Empty(page.FindAll("[role=alert]"));
    }

    [Fact]
    public async Task Page_LeftWhileLoading_CancelsTheCall()
    {
        Cloud.Glance.Held = new TaskCompletionSource().Task;
        Render<ImagesPage>();

        await DisposeComponentsAsync();

        Assert.True(Cloud.Glance.LastCancellationToken.IsCancellationRequested);
    }

    [Fact]
    public void Page_RefreshFails_KeepsTheRowsAndSaysThatTheyAreOld()
    {
        Cloud.Glance.With(TestImages.Approved());
        var page = Render<ImagesPage>();
        page.WaitForElement("tr.image-row");
        Cloud.Glance.Failure = TestGlance.Refusal(System.Net.HttpStatusCode.BadGateway, "down");

        Time.Advance(TimeSpan.FromSeconds(15));

        page.WaitForAssertion(() => Assert.Contains("last seen", page.Find(".src").TextContent, StringComparison.Ordinal));
        Assert.NotEmpty(page.FindAll("tr.image-row"));
    }

    [Fact]
    public void Page_Reader_IsNotOfferedUploadOrLaunchAndReadsWhy()
    {
        Cloud.Viewer = TestImageCloud.Reader;
        Cloud.Glance.With(TestImages.Approved());

        var page = Render<ImagesPage>();

        page.WaitForElement("tr.image-row");
        Assert.Empty(page.FindAll("a[href='/images/upload']"));
        Assert.Empty(page.FindAll("a[href^='/launch']"));
        Assert.Contains("Your role may look, not upload", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Filter_FromTheAddress_ShowsOnlyWhatMatches()
    {
        Cloud.Glance.With(TestImages.Approved("ready-one", id: "1"), TestImages.Docker("waits", id: "2"));
        Visit("/images?state=waiting");

        var page = Render<ImagesPage>();

        Assert.Contains("waits", page.WaitForElement("tr.image-row").TextContent, StringComparison.Ordinal);
        Assert.Single(page.FindAll("tr.image-row"));
    }

    [Fact]
    public void Filter_NothingMatches_SaysWhatWasAskedAndClears()
    {
        Cloud.Glance.With(TestImages.Approved());
        Visit("/images?q=zzz");
        var page = Render<ImagesPage>();
        page.WaitForAssertion(() => Assert.Contains("No image matches \"zzz\"", page.Markup, StringComparison.Ordinal));

        page.FindAll("button").Single(b => b.TextContent == "Clear filters").Click();

        page.WaitForElement("tr.image-row");
        Assert.DoesNotContain("q=", Navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void Delete_Confirmed_SaysWhatIsLostAndRemovesTheImage()
    {
        Cloud.Glance.With(TestImages.Approved());
        Cloud.Nova.Servers.Add(TestNova.Server("web-1", TestImages.Id));
        var page = Render<ImagesPage>();
        page.WaitForElement("tr.image-row button[aria-haspopup=menu]").Click();

        page.WaitForElements("[role=menuitem]").Single(i => i.TextContent.Contains("Delete", StringComparison.Ordinal)).Click();
        Dialogs.WaitForAssertion(() => Assert.Contains("web-1 goes on, but can't be rebuilt from it.", Dialogs.Markup, StringComparison.Ordinal));
        PressInDialog("Delete");

        page.WaitForAssertion(() => Assert.Empty(Cloud.Glance.Images));
    }

    [Fact]
    public void Name_WithMarkup_IsTextOnly()
    {
        Cloud.Glance.With(TestImages.Approved("<img src=x onerror=alert(1)>"));

        var page = Render<ImagesPage>();

        page.WaitForElement("tr.image-row");
        Assert.Empty(page.FindAll("img"));
    }
}
