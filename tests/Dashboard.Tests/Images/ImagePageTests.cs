using Bunit;
using Dashboard.Images;
using Dashboard.Tests.Approvals;
using DriverHost.Client;
using OpenStack.Glance;

namespace Dashboard.Tests.Images;

public sealed class ImagePageTests : ImagePagesContext
{
    [Fact]
    public void Page_WhileLoading_SaysWhatIsAwaited()
    {
        Cloud.Glance.Held = new TaskCompletionSource().Task;

        Assert.Equal("Loading the image", Show().Find("[role=status]").GetAttribute("aria-label"));
    }

    [Fact]
    public void Page_Loaded_ShowsConfigurationHashesAndUses()
    {
        Cloud.Glance.With(TestImages.Approved());
        Cloud.Nova.Servers.Add(TestNova.Server("web-1", TestImages.Id));
        Host.Of[TestImages.Id] = ApprovalDecisionsTests.Evidence() with { Command = ["sh", "-c", "sleep 1"], Ports = ["80/tcp"] };

        var page = Show();

        page.WaitForAssertion(() => Assert.Contains("sh -c \"sleep 1\"", page.Find(".config").TextContent, StringComparison.Ordinal));
        Assert.Contains("Names a port below 1024: 80/tcp.", page.Markup, StringComparison.Ordinal);
        Assert.Contains("web-1", page.Find("[aria-label='Used by']").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_Missing_SaysSoAndOffersRetry()
    {
        var page = Show();

        page.WaitForAssertion(() => Assert.Contains("No image found.", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Assert.Contains(page.FindAll("button"), b => b.TextContent == "Retry");
    }

    [Fact]
    public void Page_ContentCannotBeRead_KeepsTheFactsAndSaysWhy()
    {
        Cloud.Glance.With(TestImages.Approved());
        Host.Failure = new DriverHostException(null, "unreachable", "The driver host does not answer.");

        var page = Show();

        page.WaitForAssertion(() => Assert.Contains("The content could not be read.", page.Markup, StringComparison.Ordinal));
        Assert.Contains("genomics", page.Find("[aria-label=Facts]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_LeftWhileLoading_CancelsTheCall()
    {
        Cloud.Glance.Held = new TaskCompletionSource().Task;
        Show();

        await DisposeComponentsAsync();

        Assert.True(Cloud.Glance.LastCancellationToken.IsCancellationRequested);
    }

    [Fact]
    public void Page_Rejected_TellsTheUploaderWhoAndWhy()
    {
        Cloud.Glance.With(TestImages.Docker(approval: Approval.Rejected, properties: [(Approval.Reason, "runs as root"), (Approval.By, "dana")]));
        Host.Of[TestImages.Id] = ApprovalDecisionsTests.Evidence();

        var page = Show();

        page.WaitForAssertion(() => Assert.Contains("By dana: runs as root", page.Find(".att").TextContent, StringComparison.Ordinal));
        Assert.Empty(page.FindAll("a[href^='/launch']"));
    }

    private IRenderedComponent<ImagePage> Show() => Render<ImagePage>(p => p.Add(i => i.Id, TestImages.Id));
}
