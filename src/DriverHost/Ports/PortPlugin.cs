using System.Net;
using System.Net.Sockets;
using DriverHost.Http;

namespace DriverHost.Ports;

/// <summary>
/// The engine's questions to a network driver (libnetwork's remote driver protocol), answered from the network's own options: so the engine itself puts
/// address, MAC and routes into the container before its process starts, at every start.
/// </summary>
internal sealed class PortPlugin(PortNetworks networks, PortLinks links)
{
    /// <param name="call">The path: <c>NetworkDriver.Join</c>.</param>
    /// <exception cref="DriverFailure">The refusal.</exception>
    public async Task<PluginAnswer> AnswerAsync(string call, PluginRequest request, CancellationToken cancellationToken) => call switch
    {
        "Plugin.Activate" => new PluginAnswer { Implements = ["NetworkDriver"] },
        "NetworkDriver.GetCapabilities" => new PluginAnswer { Scope = "local", ConnectivityScope = "local" },
        "NetworkDriver.CreateNetwork" => Check(request),
        "NetworkDriver.CreateEndpoint" => Endpoint(await NetworkAsync(request, cancellationToken)),
        "NetworkDriver.Join" => await JoinAsync(await NetworkAsync(request, cancellationToken), cancellationToken),
        // The link outlives what is on it: the driver host removes it when Nova says so.
        "NetworkDriver.DeleteNetwork" or "NetworkDriver.DeleteEndpoint" or "NetworkDriver.Leave" or "NetworkDriver.EndpointOperInfo" or "NetworkDriver.DiscoverNew"
            or "NetworkDriver.DiscoverDelete" or "NetworkDriver.ProgramExternalConnectivity" or "NetworkDriver.RevokeExternalConnectivity" => new PluginAnswer(),
        _ => throw DriverFailure.NotFound($"This network driver has no call {call}."),
    };

    private static PluginAnswer Check(PluginRequest request)
    {
        var (port, _) = PortNetwork.ReadOptions(request.Options?.Generic) ?? throw DriverFailure.Invalid("Networks of this driver are made by the driver host, for ports of Neutron's.");
        PortRules.Check(port);
        return new PluginAnswer();
    }

    private async Task<PortNetwork> NetworkAsync(PluginRequest request, CancellationToken cancellationToken) =>
        await networks.FindAsync(request.NetworkId ?? "", cancellationToken) ?? throw DriverFailure.NotFound("This network is not of a port of Neutron's.");

    private static PluginAnswer Endpoint(PortNetwork network) => new()
    {
        Interface = new PluginInterface(
            network.Port.Addresses.FirstOrDefault(a => !IsSix(a)), network.Port.Addresses.FirstOrDefault(IsSix), network.Port.Mac),
    };

    private async Task<PluginAnswer> JoinAsync(PortNetwork network, CancellationToken cancellationToken)
    {
        var port = network.Port;
        await links.EnsureAsync(network.Instance, port, innerHere: true, cancellationToken);
        return new PluginAnswer
        {
            InterfaceName = new PluginInterfaceName(PortLinks.InnerEnd(port.Id), network.InterfacePrefix),
            Gateway = port.Gateways.FirstOrDefault(g => !IsSix(g)),
            GatewayIpv6 = port.Gateways.FirstOrDefault(IsSix),
            StaticRoutes = [.. port.Routes.Select(r => new PluginRoute(r.Destination, r.NextHop is null ? 1 : 0, r.NextHop))],
            DisableGatewayService = true,
        };
    }

    private static bool IsSix(string address) => IPAddress.Parse(address.Split('/')[0]).AddressFamily == AddressFamily.InterNetworkV6;
}
