using DriverHost.Client;
using DriverHost.Ports;
using TestKit;

namespace DriverHost.Tests.Ports;

/// <summary>Ports of one made-up network, whose bridge is removed with it.</summary>
internal sealed class TestPorts : IAsyncDisposable
{
    private readonly string _bridge = $"brqt{Guid.NewGuid().ToString("n")[..8]}";
    private int _last;

    public PortSpec New()
    {
        _last++;
        return new PortSpec
        {
            Id = Guid.NewGuid().ToString(),
            Bridge = _bridge,
            Mac = $"fa:16:3e:00:00:{_last:x2}",
            Mtu = 1400 + _last,
            Addresses = [$"10.201.{_last}.5/24", $"fd00:{_last}::5/64"],
            Gateways = [$"10.201.{_last}.1"],
            Routes = [new PortRoute($"10.{201 + _last}.0.0/16", $"10.201.{_last}.9")],
            Dns = ["192.0.2.53"],
        };
    }

    public static bool HasLink(PortSpec port) => Directory.Exists($"/sys/class/net/{PortLinks.HostEnd(port.Id)}");

    public bool OnBridge(PortSpec port) => Directory.Exists($"/sys/class/net/{_bridge}/brif/{PortLinks.HostEnd(port.Id)}");

    public static async Task<string> NetworksAsync(PortSpec port) => await Engine.DockerAsync("network", "ls", "-q", "--filter", $"label=openstack.port={port.Id}");

    public async ValueTask DisposeAsync() => await Command.RunAsync("ip", "link", "delete", _bridge);
}
