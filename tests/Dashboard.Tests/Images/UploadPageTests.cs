using Bunit;
using Dashboard.Images;

namespace Dashboard.Tests.Images;

public sealed class UploadPageTests : ImagePagesContext
{
    [Fact]
    public void Chosen_File_GivesItsNameToTheImage()
    {
        var page = Render<UploadPage>();

        Choose(page, "ingest-1.2.tar");

        Assert.Equal("ingest-1.2", page.Find("input.inp").GetAttribute("value"));
        Assert.Contains("5 MB", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Submit_WithoutAFile_SaysSoAndMakesNoRecord()
    {
        var page = Render<UploadPage>();

        page.Find("form").Submit();

        Assert.Contains("Choose the file first.", page.Find("#file-why").TextContent, StringComparison.Ordinal);
        Assert.Empty(Cloud.Glance.Images);
    }

    [Fact]
    public void Submit_FileThatIsNoTar_IsNotSent()
    {
        var page = Render<UploadPage>();
        page.InvokeAsync(() => page.Instance.Sender.OnChosen("notes.txt", 12, "It is not a tar."));

        page.Find("form").Submit();

        Assert.Contains("notes.txt was not taken. It is not a tar.", page.Markup, StringComparison.Ordinal);
        Assert.Empty(Cloud.Glance.Images);
    }

    [Fact]
    public void Ended_Well_SaysThatItWaitsForReview()
    {
        var page = Started();
        var id = Assert.Single(Cloud.Glance.Images).Key;
        Cloud.Glance.Images[id] = Cloud.Glance.Images[id] with { Status = "active", Size = 5_000_000, OsHashValue = TestImages.Sha512 };

        page.InvokeAsync(() => page.Instance.Sender.OnEnded(true, ""));

        page.WaitForAssertion(() => Assert.Contains("ingest is uploaded", page.Find("h2").TextContent, StringComparison.Ordinal));
        Assert.Contains("Waiting for review", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Progress_Told_ShowsBytesPaceAndTimeLeft()
    {
        var page = Started();

        page.InvokeAsync(() => page.Instance.Sender.OnProgress(1_000_000, 1));

        Assert.Contains("1 MB of 5 MB", page.Markup, StringComparison.Ordinal);
        Assert.Contains("1 MB/s, 4 s left", page.Markup, StringComparison.Ordinal);
        Assert.Equal("20", page.Find("[role=progressbar]").GetAttribute("aria-valuenow"));
    }

    [Fact]
    public void Cancel_DuringTheUpload_LeavesNoRecord()
    {
        var page = Started();

        page.FindAll("button").Single(b => b.TextContent == "Cancel").Click();

        page.WaitForAssertion(() => Assert.Empty(Cloud.Glance.Images));
        Assert.Empty(page.FindAll("[role=progressbar]"));
    }

    [Fact]
    public void Ended_Badly_ShowsTheWordsAndLeavesNoRecord()
    {
        var page = Started();

        page.InvokeAsync(() => page.Instance.Sender.OnEnded(false, "Not uploaded. The file is larger than this cloud allows."));

        page.WaitForAssertion(() => Assert.Contains("larger than this cloud allows", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Assert.Empty(Cloud.Glance.Images);
    }

    [Fact]
    public async Task Page_LeftDuringTheUpload_LeavesNoRecord()
    {
        Started();

        await DisposeComponentsAsync();

        Assert.Empty(Cloud.Glance.Images);
    }

    [Fact]
    public void Page_Reader_HasNoForm()
    {
        Cloud.Viewer = TestImageCloud.Reader;

        var page = Render<UploadPage>();

        Assert.Empty(page.FindAll("form"));
        Assert.Contains("Your role may look, not upload", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Visibility_Public_IsForAdministrators()
    {
        Assert.True(Render<UploadPage>().Find("input[value=public]").HasAttribute("disabled"));

        Cloud.Viewer = TestImageCloud.Administrator;

        Assert.False(Render<UploadPage>().Find("input[value=public]").HasAttribute("disabled"));
    }

    private static void Choose(IRenderedComponent<UploadPage> page, string name) => page.InvokeAsync(() => page.Instance.Sender.OnChosen(name, 5_000_000, null));

    private IRenderedComponent<UploadPage> Started()
    {
        var page = Render<UploadPage>();
        Choose(page, "ingest.tar");
        page.Find("form").Submit();
        page.WaitForElement("[role=progressbar]");
        return page;
    }
}
