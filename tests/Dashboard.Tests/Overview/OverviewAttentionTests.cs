using Dashboard.Components;
using Dashboard.Hosts;
using Dashboard.Instances;
using Dashboard.Overview;
using Dashboard.Tests.Images;
using Dashboard.Tests.Launch;

namespace Dashboard.Tests.Overview;

public sealed class OverviewAttentionTests
{
    [Fact]
    public void Of_ManyTroubles_TheWorstIsFirst()
    {
        var facts = TestOverviewCloud.Of([TestImages.Docker("ingest", owner: "p2")], TestImageCloud.Administrator) with
        {
            Hosts = new HostsFacts([LaunchSamples.Service("disabled", reason: "new disk")], [new("compute-1", LaunchSamples.Host(answers: false))]),
        };

        var all = OverviewAttention.Of(facts, [], null, TestImageCloud.Administrator, TestImages.Now);

        Assert.Equal(["Docker on compute-1 does not answer.", "compute-1 takes no new instances.", "ingest waits for review."], all.Select(a => a.What));
        Assert.Equal(["/hosts", "/hosts", "/approvals"], all.Select(a => a.Href));
        Assert.Equal("From vision, 5 h old.", all[2].Why);
    }

    [Theory]
    [InlineData(true, null, "The driver host is silent.")]
    [InlineData(false, "down", "nova-compute on compute-1 is down.")]
    public void Of_HostTrouble_IsAnError(bool silent, string? state, string what)
    {
        var facts = TestOverviewCloud.Of([]) with
        {
            Hosts = new HostsFacts([LaunchSamples.Service(state: state ?? "up")], [new("compute-1", silent ? null : LaunchSamples.Host(), silent ? "The driver host does not answer." : null)]),
        };

        var item = Assert.Single(OverviewAttention.Of(facts, [], null, TestImageCloud.Administrator, TestImages.Now));

        Assert.Equal((StateKind.Error, what, "/hosts"), (item.Kind, item.What, item.Href));
    }

    [Fact]
    public void Of_MembersOwnImages_AreNamedAndOthersAreNot()
    {
        var facts = TestOverviewCloud.Of(
        [
            TestImages.Docker("mine", id: "i1"), TestImages.Docker("refused", "rejected", id: "i2", properties: (OpenStack.Glance.Approval.Reason, "has a shell")), TestImages.Docker("foreign", id: "i3", owner: "p2"),
        ]);

        var all = OverviewAttention.Of(facts, [], new HostLink(true), TestImageCloud.Member, TestImages.Now);

        Assert.Equal([("refused: rejected.", "has a shell"), ("mine waits for review.", "Since 5 h. An administrator has to approve it before it boots.")], all.Select(a => (a.What, a.Why)));
    }

    [Fact]
    public void Of_HostNotLiveForAMember_IsSaid()
    {
        var item = Assert.Single(OverviewAttention.Of(TestOverviewCloud.Of([]), [], new HostLink(false, null, "The driver host does not answer."), TestImageCloud.Member, TestImages.Now));

        Assert.Equal(StateKind.Unknown, item.Kind);
    }
}
