using DriverHost.Client;
using DriverHost.Ports;
using DriverHost.Tests.Containers;
using TestKit;

namespace DriverHost.Tests.Ports;

/// <summary>Ports on the real engine: what Neutron gave is in the container before its process starts, and stays.</summary>
[Trait("needs", "docker")]
public sealed class PortsTests(DriverHostFixture fixture) : IAsyncDisposable
{
    private const string Look = "for i in $(ls /sys/class/net); do echo $i $(cat /sys/class/net/$i/address) $(cat /sys/class/net/$i/mtu); done; ip -o addr | awk '{print $2, $4}'; ip route; ip -6 route";
    private readonly Instances _instances = new(fixture.Host);
    private readonly TestPorts _ports = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _instances.DisposeAsync();
        await _ports.DisposeAsync();
    }

    [Fact]
    public async Task Instance_WithAPort_HasAllOfItBeforeItsFirstCommand()
    {
        var port = _ports.New();

        var spawned = await SpawnAsync($"{Look}; echo looked; {TestSpecs.Sleep}", port);

        await fixture.Host.WaitForLineAsync(spawned.Id, "looked");
        var said = await Engine.DockerAsync("logs", spawned.ContainerId!);
        AssertHas(port, "eth0", said);
        Assert.Contains("default via 10.201.1.1 dev eth0", said, StringComparison.Ordinal);
        Assert.Contains("10.202.0.0/16 via 10.201.1.9 dev eth0", said, StringComparison.Ordinal);
        Assert.True(_ports.OnBridge(port));
        Assert.Equal([("10.201.1.5", port.Mac), ("fd00:1::5", port.Mac)], spawned.Addresses.Select(a => (a.Address, a.Mac)));
        var host = (await Instances.InspectAsync(spawned)).GetProperty("HostConfig");
        Assert.Equal("192.0.2.53", Assert.Single(host.GetProperty("Dns").EnumerateArray()).GetString());
    }

    [Fact]
    public async Task Instance_StoppedStartedRebootedPaused_KeepsItsPort()
    {
        var port = _ports.New();
        var spawned = await SpawnAsync(TestSpecs.Sleep, port);
        var driver = fixture.Host.Operator;

        await driver.StopAsync(spawned.Id, TimeSpan.Zero, Cancelled);
        Assert.True(_ports.OnBridge(port));
        await driver.StartAsync(spawned.Id, Cancelled);
        AssertHas(port, "eth0", await Instances.RunAsync(spawned, Look));
        await driver.RebootAsync(spawned.Id, hard: true, Cancelled);
        AssertHas(port, "eth0", await Instances.RunAsync(spawned, Look));
        await driver.PauseAsync(spawned.Id, Cancelled);
        await driver.UnpauseAsync(spawned.Id, Cancelled);
        AssertHas(port, "eth0", await Instances.RunAsync(spawned, Look));
        Assert.True(_ports.OnBridge(port));
    }

    [Fact]
    public async Task Instance_WhoseLinkIsGone_HasItAgainAfterAStart()
    {
        var port = _ports.New();
        var spawned = await SpawnAsync(TestSpecs.Sleep, port);
        await fixture.Host.Operator.StopAsync(spawned.Id, TimeSpan.Zero, Cancelled);
        (await Command.RunAsync("ip", "link", "delete", PortLinks.HostEnd(port.Id))).Succeeded();

        await fixture.Host.Operator.StartAsync(spawned.Id, Cancelled);

        AssertHas(port, "eth0", await Instances.RunAsync(spawned, Look));
        Assert.True(_ports.OnBridge(port));
    }

    [Fact]
    public async Task Instance_WithSeveralPorts_HasThemInOneOrderAtEveryStart()
    {
        PortSpec[] ports = [_ports.New(), _ports.New(), _ports.New()];
        var spawned = await SpawnAsync(TestSpecs.Sleep, ports);

        for (var start = 0; start < 3; start++)
        {
            var said = await Instances.RunAsync(spawned, Look);
            AssertHas(ports[0], "eth0", said);
            AssertHas(ports[1], "eth10", said);
            AssertHas(ports[2], "eth20", said);
            Assert.Contains("default via 10.201.1.1 dev eth0", said, StringComparison.Ordinal);
            await fixture.Host.Operator.RebootAsync(spawned.Id, hard: true, Cancelled);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Port_PluggedAndUnpluggedLive_ComesAndGoesAndStaysOverAReboot(bool first)
    {
        var port = _ports.New();
        PortSpec[] others = first ? [] : [_ports.New()];
        var spawned = await SpawnAsync(TestSpecs.Sleep, others);
        var name = first ? "eth0" : "eth10";

        Assert.True((await fixture.Host.Operator.PlugAsync(spawned.Id, port, Cancelled)).Made);
        Assert.False((await fixture.Host.Operator.PlugAsync(spawned.Id, port, Cancelled)).Made);
        AssertHas(port, name, await Instances.RunAsync(spawned, Look));
        await fixture.Host.Operator.RebootAsync(spawned.Id, hard: true, Cancelled);
        AssertHas(port, name, await Instances.RunAsync(spawned, Look));

        await fixture.Host.Operator.UnplugAsync(spawned.Id, port.Id, Cancelled);
        Assert.DoesNotContain(port.Mac, await Instances.RunAsync(spawned, Look), StringComparison.Ordinal);
        await AssertNothingOfAsync(port);
        await fixture.Host.Operator.RebootAsync(spawned.Id, hard: true, Cancelled);
        var after = await Instances.RunAsync(spawned, Look);
        Assert.All(others, other => AssertHas(other, "eth0", after));
        await fixture.Host.Operator.UnplugAsync(spawned.Id, port.Id, Cancelled);
    }

    [Fact]
    public async Task Delete_OfAnInstanceWithPorts_LeavesNothing()
    {
        PortSpec[] ports = [_ports.New(), _ports.New()];
        var spawned = await SpawnAsync(TestSpecs.Sleep, ports);

        await fixture.Host.Operator.DeleteAsync(spawned.Id, Cancelled);

        await AssertNothingOfAsync(ports);
    }

    [Fact]
    public async Task Delete_ForARebuild_KeepsTheLinksForTheNextSpawn()
    {
        var port = _ports.New();
        var spawned = await SpawnAsync(TestSpecs.Sleep, port);

        await fixture.Host.Operator.DeleteAsync(spawned.Id, Cancelled, keepLinks: true);
        Assert.True(_ports.OnBridge(port));
        Assert.Equal("", await TestPorts.NetworksAsync(port));
        Assert.False((await fixture.Host.Operator.PlugAsync(spawned.Id, port, Cancelled)).Made);
        var again = await fixture.Host.Operator.SpawnAsync(spawned.Id, Spec(TestSpecs.Sleep, port), Cancelled);

        AssertHas(port, "eth0", await Instances.RunAsync(again, Look));
        await fixture.Host.Operator.DeleteAsync(spawned.Id, Cancelled);
        await AssertNothingOfAsync(port);
    }

    [Fact]
    public async Task Delete_OfAnInstanceThatWasPluggedOnly_LeavesNothing()
    {
        var port = _ports.New();
        var id = _instances.NewId();
        await fixture.Host.Operator.PlugAsync(id, port, Cancelled);
        Assert.True(_ports.OnBridge(port));

        await fixture.Host.Operator.DeleteAsync(id, Cancelled);

        await AssertNothingOfAsync(port);
    }

    [Fact]
    public async Task Spawn_ThatFails_LeavesNothing()
    {
        var port = _ports.New();

        var (refused, _) = await _instances.FailAsync(Spec("", port) with { Command = ["/bin/nothing"] });

        Assert.Equal("command_not_found", refused.Code);
        await AssertNothingOfAsync(port);
    }

    [Fact]
    public async Task Plug_WhereSomebodyElsesInterfaceIs_IsRefused()
    {
        var port = _ports.New();
        (await Command.RunAsync("ip", "link", "add", PortLinks.HostEnd(port.Id), "type", "bridge")).Succeeded();
        try
        {
            var refused = await Assert.ThrowsAsync<DriverHostException>(() => fixture.Host.Operator.PlugAsync(_instances.NewId(), port, Cancelled));

            Assert.Equal("port_foreign", refused.Code);
            await fixture.Host.Operator.UnplugAsync(_instances.NewId(), port.Id, Cancelled);
            Assert.True(TestPorts.HasLink(port));
        }
        finally
        {
            await Command.RunAsync("ip", "link", "delete", PortLinks.HostEnd(port.Id));
        }
    }

    [Fact]
    public async Task Plug_OfAnInstanceOnItsProjectsNetwork_IsRefused()
    {
        var spawned = await _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id, network: "auto"));

        var refused = await Assert.ThrowsAsync<DriverHostException>(() => fixture.Host.Operator.PlugAsync(spawned.Id, _ports.New(), Cancelled));

        Assert.Equal("other_network", refused.Code);
    }

    [Fact]
    public async Task Plug_OnASubnetThatTheInstanceHas_IsRefusedAndMakesNothing()
    {
        var port = _ports.New();
        var beside = _ports.New() with { Addresses = ["10.201.1.6/24"] };
        var spawned = await SpawnAsync(TestSpecs.Sleep, port);

        var refused = await Assert.ThrowsAsync<DriverHostException>(() => fixture.Host.Operator.PlugAsync(spawned.Id, beside, Cancelled));

        Assert.Contains("on one subnet", refused.Message, StringComparison.Ordinal);
        await AssertNothingOfAsync(beside);
        Assert.True(_ports.OnBridge(port));
    }

    private Task<HostInstance> SpawnAsync(string script, params PortSpec[] ports) => _instances.SpawnAsync(Spec(script, ports));

    private InstanceSpec Spec(string script, params PortSpec[] ports) => TestSpecs.Of(fixture.Busybox.Id, script: script) with { Ports = ports };

    private static void AssertHas(PortSpec port, string name, string said)
    {
        Assert.Contains($"{name} {port.Mac} {port.Mtu}", said, StringComparison.Ordinal);
        Assert.All(port.Addresses, address => Assert.Contains($"{name} {address}", said, StringComparison.Ordinal));
    }

    private static async Task AssertNothingOfAsync(params PortSpec[] ports)
    {
        foreach (var port in ports)
        {
            Assert.False(TestPorts.HasLink(port));
            Assert.Equal("", await TestPorts.NetworksAsync(port));
        }
    }
}
