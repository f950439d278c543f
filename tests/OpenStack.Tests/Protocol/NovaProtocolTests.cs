using OpenStack.Nova;
using TestKit;

namespace OpenStack.Tests.Protocol;

public sealed class NovaProtocolTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ListFlavors_SendsAndReadsTheSample()
    {
        var cloud = Stub("flavors");

        var flavors = (await cloud.Session.Nova.ListFlavorsAsync(Cancelled)).Flavors;

        cloud.AssertRequest();
        Assert.Equal("the-token", cloud.Token);
        Assert.Equal(["m1.tiny", "m1.small", "m1.medium", "m1.large"], flavors.Select(f => f.Name));
        Assert.Equal((2, 4096, 40, true), (flavors[2].Vcpus, flavors[2].Ram, flavors[2].Disk, flavors[2].IsPublic));
    }

    [Fact]
    public async Task GetLimits_SendsAndReadsTheSample()
    {
        var cloud = Stub("limits");

        var limits = (await cloud.Session.Nova.GetLimitsAsync(Cancelled)).Limits.Absolute;

        cloud.AssertRequest();
        Assert.Equal((50, 100, 204_800, 100), (limits.MaxTotalInstances, limits.MaxTotalCores, limits.MaxTotalRamSize, limits.MaxTotalKeypairs));
        Assert.Equal((0, 0, 0), (limits.TotalInstancesUsed, limits.TotalCoresUsed, limits.TotalRamUsed));
    }

    [Fact]
    public async Task ListKeypairs_SendsAndReadsTheSample()
    {
        var cloud = Stub("keypairs");

        var keypair = Assert.Single((await cloud.Session.Nova.ListKeypairsAsync(Cancelled)).Keypairs).Keypair;

        cloud.AssertRequest();
        Assert.Equal(("laptop", "ssh"), (keypair.Name, keypair.Type));
        Assert.StartsWith("ssh-ed25519 ", keypair.PublicKey, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ListServices_SendsAndReadsTheSample()
    {
        var cloud = Stub("services");

        var services = (await cloud.Session.Nova.ListServicesAsync(Cancelled)).Services;

        cloud.AssertRequest();
        Assert.Equal(["nova-conductor", "nova-scheduler", "nova-compute"], services.Select(s => s.Binary));
        Assert.Equal(("enabled", "up", "nova"), (services[2].Status, services[2].State, services[2].Zone));
    }

    [Fact]
    public async Task UpdateService_SendsAndReadsTheSample()
    {
        var sample = Sample.Read("nova/service-disable");
        var cloud = new StubCloud("compute", sample);

        var service = (await cloud.Session.Nova.UpdateServiceAsync(sample["uuid:service"], new UpdateService("disabled", "new disk"), Cancelled)).Service;

        cloud.AssertRequest();
        Assert.Equal(("disabled", "new disk"), (service.Status, service.DisabledReason));
    }

    [Fact]
    public async Task ListHypervisors_SendsAndReadsTheSample()
    {
        var cloud = Stub("hypervisors");

        var hypervisor = Assert.Single((await cloud.Session.Nova.ListHypervisorsAsync(Cancelled)).Hypervisors);

        cloud.AssertRequest();
        Assert.Equal(("docker", 20_010_024, "up"), (hypervisor.HypervisorType, hypervisor.HypervisorVersion, hypervisor.State));
    }

    private static StubCloud Stub(string sample) => new("compute", Sample.Read($"nova/{sample}"));
}
