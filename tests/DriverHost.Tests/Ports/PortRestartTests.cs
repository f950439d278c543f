using DriverHost.Client;
using DriverHost.Containers;
using DriverHost.Ports;
using DriverHost.Tests.Containers;
using TestKit;

namespace DriverHost.Tests.Ports;

/// <summary>A driver host of its own that stops and comes back: its ports are in the engine and on the links, not in its memory.</summary>
[Trait("needs", "docker")]
public sealed class PortRestartTests(DriverHostFixture fixture) : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory("port-restart-").FullName;
    private readonly string _image = fixture.Cloud.Glance.Add(TestImages.Running($"echo {TestSpecs.NewId()}; {TestSpecs.Sleep}")).Id;
    private readonly TestPorts _ports = new();
    private RunningDriverHost _host = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await RunningDriverHost.StartAsync(_data, fixture.Cloud);

    public async ValueTask DisposeAsync()
    {
        foreach (var instance in await _host.Operator.ListAsync(Cancelled))
        {
            await _host.Operator.DeleteAsync(instance.Id, Cancelled);
        }

        await _host.DisposeAsync();
        await RunningDriverHost.RemoveAllAsync(_data);
        await _ports.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task Start_OfAnInstanceAfterTheDriverHostsOwn_HasItsPort()
    {
        var (spawned, port) = await SpawnAsync();
        await _host.Operator.StopAsync(spawned.Id, TimeSpan.Zero, Cancelled);

        await RestartAsync();
        await _host.Operator.StartAsync(spawned.Id, Cancelled);

        Assert.Contains(port.Mac, await Instances.RunAsync(spawned, "cat /sys/class/net/eth0/address"), StringComparison.Ordinal);
        await _host.Operator.DeleteAsync(spawned.Id, Cancelled);
        Assert.False(TestPorts.HasLink(port));
        Assert.Equal("", await TestPorts.NetworksAsync(port));
    }

    [Fact]
    public async Task Books_ThatAreLost_LoseNoPort()
    {
        var (spawned, port) = await SpawnAsync();

        await RestartAsync(() => File.Delete(Path.Combine(_data, "driver-host.db")));

        var adopted = await _host.Operator.GetAsync(spawned.Id, Cancelled);
        Assert.Contains(adopted.Addresses, a => a.Address == "10.201.1.5" && a.Mac == port.Mac);
        await _host.Operator.PlugAsync(spawned.Id, port, Cancelled);
        await _host.Operator.DeleteAsync(spawned.Id, Cancelled);
        Assert.False(TestPorts.HasLink(port));
        Assert.Equal("", await TestPorts.NetworksAsync(port));
    }

    [Fact]
    public async Task Ports_ThatNoInstanceHas_AreRemovedAtTheStart_OthersStay()
    {
        var (_, kept) = await SpawnAsync();
        PortSpec plugged = _ports.New(), connected = _ports.New();
        await _host.Operator.PlugAsync(TestSpecs.NewId(), plugged, Cancelled);
        await _host.Get<PortNetworks>().CreateAsync(TestSpecs.NewId(), 0, connected, Cancelled);

        await RestartAsync();
        // Nothing is answered before what was left is in order.
        await _host.Operator.DeleteAsync("nothing", Cancelled);

        Assert.False(TestPorts.HasLink(plugged));
        Assert.Equal("", await TestPorts.NetworksAsync(connected));
        Assert.True(_ports.OnBridge(kept));
        Assert.NotEqual("", await TestPorts.NetworksAsync(kept));
    }

    [Fact]
    public async Task Sockets_OfDeadDriverHosts_AreRemovedAtTheStart()
    {
        var dead = $"/run/docker/plugins/osport-{Guid.NewGuid().ToString("n")[..12]}.sock";
        DeadSocketsTests.LeaveDead(dead);
        File.SetLastWriteTimeUtc(dead, DateTime.UtcNow - TimeSpan.FromMinutes(2));

        await RestartAsync();

        Assert.False(File.Exists(dead));
    }

    [Fact]
    public void Start_WithoutTheDriverHostsDoor_DoesNotReadAsAnImagesFault()
    {
        const string Words = "legacy plugin: Post \"http://%2Frun%2Fdocker%2Fplugins%2Fosport-1.sock/Plugin.Activate\": dial unix /run/docker/plugins/osport-1.sock: connect: no such file or directory";

        var failure = StartFailure.Read(Words, null);

        Assert.Equal("ports_unavailable", failure.Code);
    }

    private async Task<(HostInstance Instance, PortSpec Port)> SpawnAsync()
    {
        var port = _ports.New();
        return (await _host.Operator.SpawnAsync(TestSpecs.NewId(), TestSpecs.Of(_image) with { Ports = [port] }, Cancelled), port);
    }

    private async Task RestartAsync(Action? meanwhile = null)
    {
        await _host.DisposeAsync();
        meanwhile?.Invoke();
        _host = await RunningDriverHost.StartAsync(_data, fixture.Cloud);
        await _host.Operator.DeleteAsync("nothing", Cancelled);
    }
}
