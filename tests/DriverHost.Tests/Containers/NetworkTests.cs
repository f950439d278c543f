using System.Globalization;
using System.Net;
using System.Net.Sockets;
using DriverHost.Client;
using DriverHost.Containers;
using DriverHost.Http;
using TestKit;

namespace DriverHost.Tests.Containers;

/// <summary>One network per project: open inside, closed to other projects and to the host's own ports.</summary>
[Trait("needs", "docker")]
public sealed class NetworkTests(DriverHostFixture fixture) : IAsyncDisposable
{
    private const string Server = "while true; do echo hello | nc -l -p 8080; done";
    private readonly Instances _instances = new(fixture.Host);

    public ValueTask DisposeAsync() => _instances.DisposeAsync();

    [Fact]
    public async Task Network_LastInstanceOfTheProjectLeaves_IsRemoved()
    {
        var project = TestSpecs.NewProject();
        var first = await SpawnAsync(project);
        var second = await SpawnAsync(project);

        await fixture.Host.Operator.DeleteAsync(first.Id, TestContext.Current.CancellationToken);
        var kept = await NetworkOfAsync(project);
        await fixture.Host.Operator.DeleteAsync(second.Id, TestContext.Current.CancellationToken);

        Assert.NotEqual("", kept);
        Assert.Equal("", await NetworkOfAsync(project));
    }

    [Fact]
    public async Task Networks_OfAHundredProjects_AreMadeAndRemoved()
    {
        var networks = fixture.Host.Get<ProjectNetworks>();
        var projects = Enumerable.Range(0, 100).Select(_ => TestSpecs.NewProject()).ToArray();
        try
        {
            foreach (var project in projects)
            {
                await networks.EnsureAsync(project, TestContext.Current.CancellationToken);
            }

            var subnets = (await Engine.DockerAsync(["network", "inspect", "-f", "{{(index .IPAM.Config 0).Subnet}}", .. projects.Select(ProjectNetworks.NameOf)])).Split('\n');
            Assert.Equal(100, subnets.Distinct().Count());
            Assert.All(subnets, s => Assert.Contains(fixture.Host.Get<DriverHostOptions>().NetworkPools, p => p.Contains(IPNetwork.Parse(s).BaseAddress)));
        }
        finally
        {
            foreach (var project in projects)
            {
                await networks.RemoveUnusedAsync(project, "", CancellationToken.None);
            }
        }

        Assert.Empty((await Engine.DockerAsync("network", "ls", "--format", "{{.Name}}")).Split('\n').Intersect(projects.Select(ProjectNetworks.NameOf)));
    }

    [Fact]
    public async Task Network_WhenNoRangeIsLeft_IsRefusedWithWhatToDo()
    {
        using var networks = new ProjectNetworks(
            fixture.Host.Get<DriverHostOptions>() with { NetworkPools = [IPNetwork.Parse("10.200.77.0/24")] },
            fixture.Host.Get<DriverHost.Docker.Engine>(), fixture.Host.Get<InstanceBook>(), fixture.Host.Get<DriverHost.Host.HostPorts>(), fixture.Host.Get<DriverHost.Host.HostId>());
        var first = TestSpecs.NewProject();
        await networks.EnsureAsync(first, TestContext.Current.CancellationToken);
        try
        {
            var refused = await Assert.ThrowsAsync<DriverFailure>(() => networks.EnsureAsync(TestSpecs.NewProject(), TestContext.Current.CancellationToken));

            Assert.Equal((503, "no_address_pool"), (refused.Status, refused.Code));
            Assert.Contains("10.200.77.0/24. Set larger ranges in DriverHost:NetworkPools", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            await networks.RemoveUnusedAsync(first, "", CancellationToken.None);
        }
    }

    [Fact]
    public async Task Instance_OnItsProjectsNetwork_HasAnAddressThere()
    {
        var project = TestSpecs.NewProject();

        var spawned = await SpawnAsync(project);

        var address = Assert.Single(spawned.Addresses);
        Assert.Equal($"os-{project}", address.Network);
        Assert.True(IPAddress.TryParse(address.Address, out _));
        Assert.NotEqual("", address.Mac);
    }

    [Fact]
    public async Task Instance_WithoutANetwork_HasNoAddressAndNoInterface()
    {
        var spawned = await _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id, network: "none"));

        Assert.Empty(spawned.Addresses);
        Assert.Equal("lo", await Instances.RunAsync(spawned, "ls /sys/class/net"));
    }

    [Fact]
    public async Task Instances_OfOneProject_ReachEachOther_OthersDoNot()
    {
        var project = TestSpecs.NewProject();
        var server = await SpawnAsync(project, Server);
        var friend = await SpawnAsync(project);
        var stranger = await SpawnAsync(TestSpecs.NewProject());
        var address = server.Addresses.Single().Address;

        Assert.Equal("hello", await ReachAsync(friend, address, 8080));
        Assert.Null(await ReachAsync(stranger, address, 8080));
        Assert.Equal("hello", await ReachAsync(friend, address, 8080));
    }

    [Fact]
    public async Task Host_PortsOfItsOwn_AreClosedToContainers_TheirsAreOpenToTheHost()
    {
        using var listener = new TcpListener(IPAddress.Any, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var spawned = await SpawnAsync(TestSpecs.NewProject(), Server);
        var network = (await Instances.InspectAsync(spawned)).GetProperty("NetworkSettings").GetProperty("Networks").EnumerateObject().Single().Value;
        var gateway = network.GetProperty("Gateway").GetString()!;

        var fromContainer = await ReachAsync(spawned, gateway, port);
        using var control = new TcpClient();
        await control.ConnectAsync(gateway, port, TestContext.Current.CancellationToken);
        var toContainer = await Command.RunAsync("busybox", "timeout", "8", "busybox", "sh", "-c", $"until busybox nc -w 3 {spawned.Addresses.Single().Address} 8080; do busybox sleep 0.1; done");

        Assert.Null(fromContainer);
        Assert.True(control.Connected);
        Assert.Equal("hello\n", toContainer.Output);
        var host = await fixture.Host.Operator.GetHostAsync(TestContext.Current.CancellationToken);
        Assert.True(host.Features.Single(f => f.Name == "host-ports-closed").Holds);
    }

    [Fact]
    public async Task Network_OfThatNameButNotOurs_IsRefused()
    {
        var project = TestSpecs.NewProject();
        await Engine.DockerAsync("network", "create", $"os-{project}");
        try
        {
            var (refused, _) = await _instances.FailAsync(TestSpecs.Of(fixture.Busybox.Id, project, network: "auto"));

            Assert.Equal("network_foreign", refused.Code);
            Assert.NotEqual("", await NetworkOfAsync(project));
        }
        finally
        {
            await Engine.DockerAsync("network", "rm", $"os-{project}");
        }
    }

    [Fact]
    public void Bridge_OfAnyProject_HasAShortNameThatTheRulesKnow()
    {
        var name = ProjectNetworks.BridgeOf(new string('p', 64));

        Assert.StartsWith("osbr", name, StringComparison.Ordinal);
        Assert.InRange(name.Length, 5, 15);
    }

    private Task<HostInstance> SpawnAsync(string project, string? script = null) =>
        _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id, project, script ?? TestSpecs.Sleep, network: "auto"));

    private static Task<string> NetworkOfAsync(string project) => Engine.DockerAsync("network", "ls", "-q", "--filter", $"name=os-{project}");

    // What the other side says; null when it cannot be reached. Between two callers its listener is away for a moment.
    private static async Task<string?> ReachAsync(HostInstance from, string address, int port)
    {
        var reached = await Command.RunAsync("docker", "exec", from.ContainerId!, "timeout", "8", "sh", "-c", string.Create(CultureInfo.InvariantCulture, $"until nc -w 3 {address} {port}; do sleep 0.1; done"));
        return reached.ExitCode == 0 ? reached.Output.Trim() : null;
    }
}
