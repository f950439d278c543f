using System.Net;
using Dashboard.Approvals;
using Dashboard.Tests.Images;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OpenStack.Glance;

namespace Dashboard.Tests.Approvals;

public sealed class OwnApprovalTests
{
    private readonly TestGlance _glance = new();

    [Fact]
    public async Task Give_ImageWithoutAWord_ApprovesTheseBytes()
    {
        _glance.With(TestImages.Docker());

        await GiveAsync();

        var image = _glance.Images[TestImages.Id];
        Assert.Equal((Approval.Approved, image.OsHashValue, "root-user"), (image.Property(Approval.State), image.Property(Approval.Sha512), image.Property(Approval.By)));
        Assert.Equal(ApprovalStanding.Approved, ApprovalState.Of(image, TestImages.Now).Standing);
    }

    [Fact]
    public async Task Give_TwoPeopleDecide_LeavesItWaiting()
    {
        _glance.With(TestImages.Docker());

        await GiveAsync("false");

        Assert.Null(_glance.Images[TestImages.Id].Property(Approval.State));
    }

    [Fact]
    public async Task Give_GlanceHasDecided_KeepsItsWord()
    {
        _glance.With(TestImages.Docker());
        await _glance.UpdateImageAsync(TestImages.Id, [new ImagePatch("add", "/" + Approval.State, Approval.Pending)], TestContext.Current.CancellationToken);

        await GiveAsync();

        Assert.Equal(Approval.Pending, _glance.Images[TestImages.Id].Property(Approval.State));
    }

    [Fact]
    public async Task Give_GlanceRefuses_LeavesItWaiting()
    {
        _glance.With(TestImages.Docker());
        _glance.Failure = TestGlance.Refusal(HttpStatusCode.Forbidden, "Property docker_approval is protected.");

        await GiveAsync();

        Assert.Null(_glance.Images[TestImages.Id].Property(Approval.State));
    }

    private Task GiveAsync(string own = "true")
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create<string, string?>("Approval:AdministratorsApproveOwn", own)]).Build();
        return new OwnApproval(configuration, new FakeTimeProvider(TestImages.Now), NullLogger<OwnApproval>.Instance).GiveAsync(_glance, TestImages.Id, "root-user", TestContext.Current.CancellationToken);
    }
}
