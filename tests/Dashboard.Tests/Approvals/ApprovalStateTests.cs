using Dashboard.Approvals;
using Dashboard.Tests.Images;
using OpenStack.Glance;

namespace Dashboard.Tests.Approvals;

public sealed class ApprovalStateTests
{
    [Theory]
    [InlineData(null, "Waiting for review", false)]
    [InlineData(Approval.Pending, "Waiting for review", false)]
    [InlineData(Approval.Rejected, "Rejected", false)]
    [InlineData(Approval.Revoked, "Revoked", false)]
    [InlineData(Approval.Managed, "Managed snapshot", true)]
    [InlineData("surely", "Unknown", false)]
    public void Of_PropertyOfTheImage_SaysWordAndWhetherItBoots(string? property, string word, bool bootable)
    {
        var state = ApprovalState.Of(TestImages.Docker(approval: property), TestImages.Now);

        Assert.Equal(word, state.Word);
        Assert.Equal(bootable, state.Bootable);
    }

    [Fact]
    public void Of_ApprovedForTheseBytes_Boots()
    {
        var state = ApprovalState.Of(TestImages.Approved(), TestImages.Now);

        Assert.True(state.Bootable);
        Assert.Equal("dana", state.By);
        Assert.Equal(new DateTimeOffset(2026, 11, 1, 8, 0, 0, TimeSpan.Zero), state.At);
    }

    [Theory]
    [InlineData("0000")]
    [InlineData("")]
    public void Of_ApprovedForOtherBytes_IsChanged(string sha512)
    {
        var state = ApprovalState.Of(TestImages.Approved(sha512: sha512), TestImages.Now);

        Assert.Equal(ApprovalStanding.Changed, state.Standing);
        Assert.False(state.Bootable);
    }

    [Theory]
    [InlineData("2026-11-23T10:00:00Z", false)]
    [InlineData("2026-11-23T10:00:01Z", true)]
    [InlineData("never", false)]
    public void Of_ApprovalWithAnEnd_BootsUntilThen(string expires, bool bootable)
    {
        var state = ApprovalState.Of(TestImages.Approved(properties: (Approval.Expires, expires)), TestImages.Now);

        Assert.Equal(bootable, state.Bootable);
    }

    [Fact]
    public void Of_OtherFormat_NeedsNoApprovalAndDoesNotBoot()
    {
        var state = ApprovalState.Of(TestImages.Approved() with { ContainerFormat = "bare" }, TestImages.Now);

        Assert.Equal(ApprovalStanding.NotNeeded, state.Standing);
        Assert.False(state.Bootable);
    }

    [Fact]
    public void IsWaiting_RejectedImage_OnlyWhenAskedForAgain()
    {
        var rejected = TestImages.Docker(approval: Approval.Rejected);
        var again = TestImages.Docker(approval: Approval.Rejected, properties: (ApprovalRequest.Note, "fixed"));

        Assert.False(ApprovalRequest.IsWaiting(rejected, ApprovalState.Of(rejected, TestImages.Now)));
        Assert.True(ApprovalRequest.IsWaiting(again, ApprovalState.Of(again, TestImages.Now)));
    }
}
