using Dashboard.Approvals;
using Dashboard.Tests.Images;
using DriverHost.Client;
using Microsoft.Extensions.Time.Testing;
using OpenStack.Glance;

namespace Dashboard.Tests.Approvals;

public sealed class ApprovalDecisionsTests
{
    private readonly TestImageCloud _cloud = new() { Viewer = TestImageCloud.Administrator };
    private readonly TestDecisionHistory _history = new();
    private readonly ApprovalDecisions _decisions;

    public ApprovalDecisionsTests() => _decisions = new ApprovalDecisions(_cloud, _history, new FakeTimeProvider(TestImages.Now));

    private Image Now => _cloud.Glance.Images[TestImages.Id];

    [Fact]
    public async Task Approve_SeenBytes_BindsTheApprovalToThem()
    {
        var seen = Put(TestImages.Docker(approval: Approval.Pending, properties: (ApprovalRequest.Note, "for the lab")));

        await _decisions.ApproveAsync(new Review(seen, Evidence()), "reads well", TestImages.Now.AddDays(30), TestContext.Current.CancellationToken);

        Assert.Equal("approved", Now.Property(Approval.State));
        Assert.Equal(TestImages.Sha512, Now.Property(Approval.Sha512));
        Assert.Equal("sha256:c0nf", Now.Property(Approval.Config));
        Assert.Equal("dana", Now.Property(Approval.By));
        Assert.Equal("2026-11-23T10:00:00Z", Now.Property(Approval.At));
        Assert.Equal("2026-12-23T10:00:00Z", Now.Property(Approval.Expires));
        Assert.Equal("reads well", Now.Property(Approval.Reason));
        Assert.Null(Now.Property(ApprovalRequest.Note));
        Assert.True(ApprovalState.Of(Now, TestImages.Now).Bootable);
    }

    [Fact]
    public async Task Approve_ContentChangedSinceTheReview_IsRefused()
    {
        var seen = Put(TestImages.Docker(approval: Approval.Pending));
        Put(seen with { OsHashValue = "0ther" });

        var refused = await Assert.ThrowsAsync<DecisionRefusedException>(() => _decisions.ApproveAsync(new Review(seen, Evidence()), null, null, TestContext.Current.CancellationToken));

        Assert.Contains("other bytes", refused.Message, StringComparison.Ordinal);
        Assert.Equal("pending", Now.Property(Approval.State));
        Assert.Empty(_history.Rows);
    }

    [Fact]
    public async Task Approve_EvidenceOfOtherBytes_IsRefused()
    {
        var seen = Put(TestImages.Docker(approval: Approval.Pending));

        await Assert.ThrowsAsync<DecisionRefusedException>(() => _decisions.ApproveAsync(new Review(seen, Evidence() with { Sha512 = "0ther" }), null, null, TestContext.Current.CancellationToken));

        Assert.Equal("pending", Now.Property(Approval.State));
    }

    [Fact]
    public async Task Approve_WithoutEvidenceOrWithProblems_IsRefused()
    {
        var seen = Put(TestImages.Docker(approval: Approval.Pending));

        await Assert.ThrowsAsync<DecisionRefusedException>(() => _decisions.ApproveAsync(new Review(seen, null), null, null, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<DecisionRefusedException>(() => _decisions.ApproveAsync(new Review(seen, Evidence() with { Problems = ["two images"] }), null, null, TestContext.Current.CancellationToken));

        Assert.Equal("pending", Now.Property(Approval.State));
    }

    [Fact]
    public async Task Approve_SomebodyElseDecidedInTheMeantime_IsRefusedWithTheirName()
    {
        var seen = Put(TestImages.Docker(approval: Approval.Pending));
        Put(TestImages.Docker(approval: Approval.Rejected, properties: [(Approval.By, "erik"), (Approval.At, "2026-11-23T09:59:00Z")]));

        var refused = await Assert.ThrowsAsync<DecisionRefusedException>(() => _decisions.ApproveAsync(new Review(seen, Evidence()), null, null, TestContext.Current.CancellationToken));

        Assert.Contains("erik", refused.Message, StringComparison.Ordinal);
        Assert.Equal("rejected", Now.Property(Approval.State));
    }

    [Fact]
    public async Task Approve_ImageDeleted_IsRefused()
    {
        await Assert.ThrowsAsync<DecisionRefusedException>(() => _decisions.ApproveAsync(new Review(TestImages.Docker(), Evidence()), null, null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Approve_EndInThePast_IsRefused()
    {
        var seen = Put(TestImages.Docker());

        await Assert.ThrowsAsync<DecisionRefusedException>(() => _decisions.ApproveAsync(new Review(seen, Evidence()), null, TestImages.Now, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    public async Task RejectAndRevoke_WithoutReason_AreRefused(string reason)
    {
        var seen = Put(TestImages.Approved());

        await Assert.ThrowsAsync<DecisionRefusedException>(() => _decisions.RejectAsync(new Review(seen, null), reason, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<DecisionRefusedException>(() => _decisions.RevokeAsync(new Review(seen, null), reason, TestContext.Current.CancellationToken));

        Assert.True(ApprovalState.Of(Now, TestImages.Now).Bootable);
    }

    [Fact]
    public async Task Revoke_ApprovedImage_StopsItFromBootingAndDropsTheEnd()
    {
        var seen = Put(TestImages.Approved(properties: (Approval.Expires, "2027-01-01T00:00:00Z")));

        await _decisions.RevokeAsync(new Review(seen, null), "CVE in its libc", TestContext.Current.CancellationToken);

        var state = ApprovalState.Of(Now, TestImages.Now);
        Assert.Equal(ApprovalStanding.Revoked, state.Standing);
        Assert.Equal("CVE in its libc", state.Reason);
        Assert.Null(state.Expires);
    }

    [Fact]
    public async Task Decisions_Made_AreRecordedWithWhoWhatAndBytes()
    {
        var seen = Put(TestImages.Docker(approval: Approval.Pending));

        await _decisions.RejectAsync(new Review(seen, Evidence()), "runs as root", TestContext.Current.CancellationToken);

        var row = Assert.Single(_history.Rows);
        Assert.Equal(("dana", "rejected", "runs as root", TestImages.Sha512, TestImages.Id), (row.ByName, row.Decision, row.Reason, row.Sha512, row.ImageId));
        Assert.Contains("c0nf", row.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decisions_GlanceRefuses_LeaveNoRecord()
    {
        var seen = Put(TestImages.Docker(approval: Approval.Pending));
        _cloud.Glance.Failure = TestGlance.Refusal(System.Net.HttpStatusCode.Forbidden, "Property docker_approval is protected.");

        await Assert.ThrowsAsync<OpenStack.Errors.OpenStackException>(() => _decisions.RejectAsync(new Review(seen, null), "no", TestContext.Current.CancellationToken));

        Assert.Empty(_history.Rows);
    }

    private Image Put(Image image) => _cloud.Glance.Images[image.Id] = image;

    internal static ImageEvidence Evidence() => new()
    {
        ImageId = TestImages.Id,
        Sha512 = TestImages.Sha512,
        Size = 2048,
        ConfigDigest = "sha256:c0nf",
        Problems = [],
        Notes = ["Runs as root."],
        Tags = ["postgres:16"],
    };
}
