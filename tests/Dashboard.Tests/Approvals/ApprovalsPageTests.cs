using Bunit;
using Dashboard.Approvals;
using Dashboard.Tests.Images;
using DriverHost.Client;
using OpenStack.Glance;

namespace Dashboard.Tests.Approvals;

public sealed class ApprovalsPageTests : ImagePagesContext
{
    public ApprovalsPageTests()
    {
        Cloud.Viewer = TestImageCloud.Administrator;
        Host.Of[TestImages.Id] = ApprovalDecisionsTests.Evidence();
    }

    private Image Now => Cloud.Glance.Images[TestImages.Id];

    [Fact]
    public void Page_WhileLoading_SaysWhatIsAwaited()
    {
        Cloud.Glance.Held = new TaskCompletionSource().Task;

        var page = Render<ApprovalsPage>();

        Assert.Equal("Loading the queue", page.Find("[role=status]").GetAttribute("aria-label"));
    }

    [Fact]
    public void Page_NothingWaits_SaysSo()
    {
        var page = Render<ApprovalsPage>();

        page.WaitForAssertion(() => Assert.Contains("Nothing waits", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public void Page_Failed_SaysWhyAndLoadsAgainOnRetry()
    {
        Cloud.Glance.Failure = TestGlance.Refusal(System.Net.HttpStatusCode.BadGateway, "down");
        var page = Render<ApprovalsPage>();
        page.WaitForElement("[role=alert]");
        Cloud.Glance.Failure = null;
        Put();

        page.FindAll("button").Single(b => b.TextContent == "Retry").Click();

        page.WaitForElement(".qi");
    }

    [Fact]
    public async Task Page_LeftWhileLoading_CancelsTheCall()
    {
        Cloud.Glance.Held = new TaskCompletionSource().Task;
        Render<ApprovalsPage>();

        await DisposeComponentsAsync();

        Assert.True(Cloud.Glance.LastCancellationToken.IsCancellationRequested);
    }

    [Fact]
    public void Queue_Item_NamesRequesterProjectAndSize()
    {
        Put();

        var item = Render<ApprovalsPage>().WaitForElement(".qi").TextContent;

        Assert.Contains("lab-user in genomics · 2 kB", item, StringComparison.Ordinal);
    }

    [Fact]
    public void Review_Loaded_ShowsIdentityAndWhatStandsOut()
    {
        Put();

        var page = Open();

        Assert.Contains("hashed by the host", page.Markup, StringComparison.Ordinal);
        Assert.Contains("Runs as root.", page.Markup, StringComparison.Ordinal);
        Assert.Contains("postgres:16", page.Markup, StringComparison.Ordinal);
        Assert.Null(Approve(page).GetAttribute("aria-disabled"));
    }

    [Fact]
    public void Review_ApprovedRelative_IsComparedWith()
    {
        Put();
        Cloud.Glance.With(TestImages.Approved("ingest:1.0", id: "old", sha512: "0ld") with { OsHashValue = "0ld" });
        Host.Of["old"] = ApprovalDecisionsTests.Evidence() with { ImageId = "old", Sha512 = "0ld", User = "1000" };

        var page = Open();

        page.WaitForAssertion(() => Assert.Contains("Now runs as root.", page.Markup, StringComparison.Ordinal));
        Assert.Equal("1000", page.Find("del").TextContent.Replace("removed: ", "", StringComparison.Ordinal));
    }

    [Fact]
    public void Approve_Confirmed_BindsTheApprovalAndShowsIt()
    {
        Put();
        var page = Open();

        Approve(page).Click();
        PressInDialog("Approve");

        page.WaitForAssertion(() => Assert.Contains("Approved by dana", page.Markup, StringComparison.Ordinal));
        Assert.Equal(TestImages.Sha512, Now.Property(Approval.Sha512));
        Assert.Equal("approved", Assert.Single(History.Rows).Decision);
    }

    [Fact]
    public void Approve_PageStillHasTheOldImage_TheReviewerIsNotWarnedOfTheirOwnDecision()
    {
        var announcement = JSInterop.SetupVoid("dashboardAnnounce", _ => true);
        Put();
        var page = Open();

        Approve(page).Click();
        PressInDialog("Approve");
        page.WaitForAssertion(() => Assert.NotEmpty(announcement.Invocations));
        announcement.SetVoidResult();

        page.WaitForAssertion(() => Assert.Contains("Approved by dana", page.Markup, StringComparison.Ordinal));
        Assert.DoesNotContain("changed since you opened it", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Reject_WithATemplate_WritesTheReason()
    {
        Put();
        var page = Open();

        Button(page, "Reject…").Click();
        PressInDialog("Runs as root without need.");
        PressInDialog("Reject");

        page.WaitForAssertion(() => Assert.Equal("rejected", Now.Property(Approval.State)));
        Assert.Equal("Runs as root without need.", Now.Property(Approval.Reason));
    }

    [Fact]
    public void Approve_BytesChangedMeanwhile_IsRefusedInWords()
    {
        Put();
        var page = Open();
        Cloud.Glance.Images[TestImages.Id] = Now with { OsHashValue = "0ther" };

        Approve(page).Click();
        PressInDialog("Approve");

        page.WaitForAssertion(() => Assert.Contains("The image has other bytes than those you reviewed.", page.Find(".dec [role=alert]").TextContent, StringComparison.Ordinal));
        Assert.Equal("pending", Now.Property(Approval.State));
    }

    [Fact]
    public void Review_ImageChangesWhileItIsOpen_SaysSoAndCannotBeApproved()
    {
        Put();
        var page = Open();
        Cloud.Glance.Images[TestImages.Id] = Now with { OsHashValue = "0ther" };

        Time.Advance(TimeSpan.FromSeconds(15));

        page.WaitForAssertion(() => Assert.Contains("The image changed since you opened it.", page.Markup, StringComparison.Ordinal));
        Assert.Equal("true", Approve(page).GetAttribute("aria-disabled"));
    }

    [Fact]
    public void Review_DriverHostSilent_CannotBeApprovedAndSaysWhy()
    {
        Put();
        Host.Failure = new DriverHostException(null, "unreachable", "The driver host does not answer.");

        var page = Render<ApprovalsPage>();

        page.WaitForAssertion(() => Assert.Contains("Can't be approved: nobody knows what is in it. The driver host does not answer.", page.Markup, StringComparison.Ordinal));
        Assert.Equal("true", Approve(page).GetAttribute("aria-disabled"));
    }

    [Fact]
    public void Review_ArchiveWithProblems_CannotBeApproved()
    {
        Put();
        Host.Of[TestImages.Id] = ApprovalDecisionsTests.Evidence() with { Problems = ["The archive holds 2 images."] };

        var page = Open();

        Assert.Contains("The archive holds 2 images.", page.Markup, StringComparison.Ordinal);
        Assert.Equal("true", Approve(page).GetAttribute("aria-disabled"));
    }

    [Fact]
    public void Revoke_TypedNameAndReason_ListsWhoIsHitAndRevokes()
    {
        Cloud.Glance.With(TestImages.Approved());
        Cloud.Nova.Servers.Add(TestNova.Server("web-1", TestImages.Id));
        Visit($"/approvals?show=decided&image={TestImages.Id}");
        var page = Open();

        Button(page, "Revoke…").Click();
        Dialogs.WaitForAssertion(() => Assert.Contains("web-1: running, lab-user in genomics", Dialogs.Markup, StringComparison.Ordinal));
        Dialogs.Find("textarea").Input("CVE in its libc");
        Assert.True(Dialogs.FindAll("button").Single(b => b.TextContent.Trim() == "Revoke").HasAttribute("disabled"));
        Dialogs.Find("input").Input("ingest");
        PressInDialog("Revoke");

        page.WaitForAssertion(() => Assert.Equal("revoked", Now.Property(Approval.State)));
    }

    [Fact]
    public void Decided_DeletedImage_StaysWithItsDecision()
    {
        History.Rows.Add(new DecisionRow { ImageId = "gone", ImageName = "old-tool", ByName = "dana", Decision = "rejected", Reason = "too large", Sha512 = "0ld", At = TestImages.Now.UtcDateTime });
        Visit("/approvals?show=decided&image=gone");

        var page = Render<ApprovalsPage>();

        page.WaitForAssertion(() => Assert.Contains("too large", page.Markup, StringComparison.Ordinal));
        Assert.Contains("deleted since", page.Markup, StringComparison.Ordinal);
    }

    private void Put() => Cloud.Glance.With(TestImages.Docker(approval: Approval.Pending, properties: (ApprovalRequest.UserId, "u1")));

    private IRenderedComponent<ApprovalsPage> Open()
    {
        var page = Render<ApprovalsPage>();
        page.WaitForElement(".findings");
        return page;
    }

    private static AngleSharp.Dom.IElement Approve(IRenderedComponent<ApprovalsPage> page) => page.Find("button[data-key=a]");

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<ApprovalsPage> page, string words) => page.FindAll("button").Single(b => b.TextContent.Trim() == words);
}
