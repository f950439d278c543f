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

    [Fact]
    public async Task CreateServer_SendsAndReadsTheSample()
    {
        var (sample, cloud) = OfServer("create");

        var created = await cloud.Session.Nova.CreateServerAsync(new CreateServerRequest(new CreateServer
        {
            Name = "web",
            ImageRef = sample["uuid:image"],
            FlavorRef = "1",
            Networks = "auto",
            Description = "the web",
            Metadata = new Dictionary<string, string> { ["docker:command"] = "[\"sleep\",\"100\"]" },
        }), Cancelled);

        cloud.AssertRequest();
        Assert.Equal(sample["uuid:server"], created.Server.Id);
    }

    [Fact]
    public async Task GetServer_SendsAndReadsTheSample()
    {
        var (sample, cloud) = OfServer("show");

        var server = (await cloud.Session.Nova.GetServerAsync(sample["uuid:server"], Cancelled)).Server;

        cloud.AssertRequest();
        Holds(server, sample);
    }

    [Fact]
    public async Task ListServers_SendsAndReadsTheSample()
    {
        var (sample, cloud) = OfServer("list");

        var servers = (await cloud.Session.Nova.ListServersAsync(null, null, null, Cancelled)).Servers;

        cloud.AssertRequest();
        Holds(Assert.Single(servers), sample);
    }

    [Fact]
    public async Task Start_SendsTheSample()
    {
        var (sample, cloud) = OfServer("start");

        await cloud.Session.Nova.ActAsync(sample["uuid:server"], new ServerAction { Start = true }, Cancelled);

        cloud.AssertRequest();
    }

    [Fact]
    public async Task Reboot_SendsTheSample()
    {
        var (sample, cloud) = OfServer("reboot");

        await cloud.Session.Nova.ActAsync(sample["uuid:server"], new ServerAction { Reboot = new RebootAction("HARD") }, Cancelled);

        cloud.AssertRequest();
    }

    [Fact]
    public async Task CreateImage_SendsAndReadsTheSample()
    {
        var (sample, cloud) = OfServer("create-image");

        var image = await cloud.Session.Nova.CreateImageAsync(sample["uuid:server"], new ServerAction { CreateImage = new CreateImageAction("web-1") }, Cancelled);

        cloud.AssertRequest();
        Assert.Equal(sample["uuid:snapshot"], image.ImageId);
    }

    [Fact]
    public async Task GetConsoleOutput_SendsAndReadsTheSample()
    {
        var (sample, cloud) = OfServer("console");

        var console = await cloud.Session.Nova.GetConsoleOutputAsync(sample["uuid:server"], new ServerAction { ConsoleOutput = new ConsoleOutputAction(2) }, Cancelled);

        cloud.AssertRequest();
        Assert.Equal("text", console.Output);
    }

    [Fact]
    public async Task DeleteServer_SendsTheSample()
    {
        var (sample, cloud) = OfServer("delete");

        await cloud.Session.Nova.DeleteServerAsync(sample["uuid:server"], Cancelled);

        cloud.AssertRequest();
    }

    [Fact]
    public async Task ListActions_SendsAndReadsTheSample()
    {
        var sample = Sample.Read("nova/instance-actions");
        var cloud = new StubCloud("compute", sample);

        var action = Assert.Single((await cloud.Session.Nova.ListActionsAsync(sample["uuid:server"], Cancelled)).Actions);

        cloud.AssertRequest();
        Assert.Equal(("create", sample["id:user"], null), (action.Action, action.UserId, action.Message));
        Assert.StartsWith("req-", action.RequestId, StringComparison.Ordinal);
    }

    private static void Holds(Server server, Sample sample)
    {
        Assert.Equal((sample["uuid:server"], "web", "ACTIVE", "active"), (server.Id, server.Name, server.Status, server.VmState));
        Assert.Equal((sample["id:project"], sample["uuid:image"]), (server.TenantId, server.Image?.Id));
        Assert.Equal(("m1.tiny", 1, 512, 1), (server.Flavor!.OriginalName, server.Flavor.Vcpus, server.Flavor.Ram, server.Flavor.Disk));
        Assert.Equal("[\"sleep\",\"100\"]", server.Metadata["docker:command"]);
        Assert.Equal("172.20.0.2", Assert.Single(Assert.Single(server.Addresses).Value).Address);
        Assert.NotNull(server.LaunchedAt);
    }

    private static (Sample Sample, StubCloud Cloud) OfServer(string sample)
    {
        var read = Sample.Read($"nova/server-{sample}", ("uuid:server", "0d2f7a34-5d0e-4a8e-9d57-3f1f9f1b6a01"), ("uuid:snapshot", "7be9f1f6-1c55-4b0d-8a02-0c3f4f5b6d02"));
        return (read, new StubCloud("compute", read));
    }

    private static StubCloud Stub(string sample) => new("compute", Sample.Read($"nova/{sample}"));
}
