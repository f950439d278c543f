using System.Net;
using Docker.DotNet;
using Docker.DotNet.Models;
using DriverHost.Client;
using DriverHost.Docker;
using DriverHost.Host;

namespace DriverHost.Ports;

/// <summary>The engine's networks that stand for ports.</summary>
internal sealed class PortNetworks(Engine engine, HostId host)
{
    /// <summary>The name of our network driver at the engine. Several driver hosts may share a machine.</summary>
    public string Driver => $"osport-{host.Value[..12]}";

    public Task<IReadOnlyList<PortNetwork>> AllAsync(CancellationToken cancellationToken) => ListAsync(Labels.Filter($"{Labels.Owner}={host}", Labels.Port), cancellationToken);

    public Task<IReadOnlyList<PortNetwork>> OfInstanceAsync(string instance, CancellationToken cancellationToken) =>
        ListAsync(Labels.Filter($"{Labels.Owner}={host}", $"{Labels.Instance}={instance}", Labels.Port), cancellationToken);

    /// <param name="id">The engine's id of the network.</param>
    public async Task<PortNetwork?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var filter = new Dictionary<string, IDictionary<string, bool>> { ["id"] = new Dictionary<string, bool> { [id] = true } };
        return (await ListAsync(filter, cancellationToken)).FirstOrDefault(n => n.Id == id);
    }

    public async Task<PortNetwork> CreateAsync(string instance, int place, PortSpec port, CancellationToken cancellationToken)
    {
        var client = await engine.ClientAsync(cancellationToken);
        var made = await client.Networks.CreateNetworkAsync(
            new NetworksCreateParameters
            {
                Name = PortNetwork.NameOf(instance, place),
                Driver = Driver,
                // Addresses are Neutron's affair, not the engine's.
                IPAM = new IPAM { Driver = "null" },
                Options = PortNetwork.Options(port, place),
                Labels = new Dictionary<string, string> { [Labels.Owner] = host.Value, [Labels.Instance] = instance, [Labels.Port] = port.Id },
            },
            cancellationToken);
        return new PortNetwork(made.ID, instance, place, port);
    }

    public async Task ConnectAsync(PortNetwork network, string container, CancellationToken cancellationToken) =>
        await (await engine.ClientAsync(cancellationToken)).Networks.ConnectNetworkAsync(network.Id, new NetworkConnectParameters { Container = container }, cancellationToken);

    public async Task DisconnectAsync(string network, string container, CancellationToken cancellationToken) =>
        await (await engine.ClientAsync(cancellationToken)).Networks.DisconnectNetworkAsync(network, new NetworkDisconnectParameters { Container = container, Force = true }, cancellationToken);

    public async Task RemoveAsync(PortNetwork network, CancellationToken cancellationToken)
    {
        var client = await engine.ClientAsync(cancellationToken);
        try
        {
            await client.Networks.DeleteNetworkAsync(network.Id, cancellationToken);
        }
        catch (DockerApiException gone) when (gone.StatusCode == HttpStatusCode.NotFound)
        {
            // That is what was wanted.
        }
    }

    private async Task<IReadOnlyList<PortNetwork>> ListAsync(IDictionary<string, IDictionary<string, bool>> filters, CancellationToken cancellationToken)
    {
        var client = await engine.ClientAsync(cancellationToken);
        var found = await client.Networks.ListNetworksAsync(new NetworksListParameters { Filters = filters }, cancellationToken);
        return [.. found.Select(n => PortNetwork.Read(n.ID, n.Labels, n.Options)).OfType<PortNetwork>().OrderBy(n => n.Place)];
    }
}
