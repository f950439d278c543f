using System.Net;
using System.Security.Cryptography;
using System.Text;
using Docker.DotNet;
using Docker.DotNet.Models;
using DriverHost.Docker;
using DriverHost.Host;
using DriverHost.Http;

namespace DriverHost.Containers;

/// <summary>One bridge per project, made when its first instance comes and removed after its last. The engine keeps bridges apart; <see cref="HostPorts"/> keeps them off the host.</summary>
internal sealed class ProjectNetworks(DriverHostOptions options, Engine engine, InstanceBook book, HostPorts hostPorts, HostId host) : IDisposable
{
    private const string BridgeName = "com.docker.network.bridge.name";
    private readonly SemaphoreSlim _one = new(1, 1);

    public static string NameOf(string projectId) => $"os-{projectId}";

    /// <summary>The name of the bridge's interface on the host: short, and the same for the same project.</summary>
    public static string BridgeOf(string projectId) => $"{HostPorts.BridgePrefix}{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(projectId)))[..10]}";

    public async Task<string> EnsureAsync(string projectId, CancellationToken cancellationToken)
    {
        await hostPorts.RequireAsync(cancellationToken);
        var client = await engine.ClientAsync(cancellationToken);
        var name = NameOf(projectId);
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (await FindAsync(client, name, cancellationToken) is not { } network)
            {
                await CreateAsync(client, name, projectId, cancellationToken);
            }
            else if (!network.Labels.TryGetValue(Labels.Project, out var project) || project != projectId
                || !network.Options.TryGetValue(BridgeName, out var bridge) || bridge != BridgeOf(projectId))
            {
                throw DriverFailure.Conflict("network_foreign", $"The Docker engine has a network {name} that no driver host made, so it may be open to others. Remove it: docker network rm {name}.");
            }

            return name;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Removes the project's network unless another instance of the project is in the books, or the network is not ours.</summary>
    public async Task RemoveUnusedAsync(string projectId, string leavingId, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            // Of several that leave at once, each sees the others still in the books: who is on the way out does not count, and the engine refuses while one is still attached.
            if (book.Entries().Any(e => e.Row.ProjectId == projectId && e.Row.Id != leavingId && e.Row.Phase is not (Store.InstancePhase.Failed or Store.InstancePhase.Deleting)))
            {
                return;
            }

            var client = await engine.ClientAsync(cancellationToken);
            if (await FindAsync(client, NameOf(projectId), cancellationToken) is { } network
                && network.Labels.TryGetValue(Labels.Owner, out var owner) && owner == host.Value)
            {
                await client.Networks.DeleteNetworkAsync(network.ID, cancellationToken);
            }
        }
        catch (DockerApiException gone) when (gone.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden)
        {
            // 404: removed by somebody else meanwhile. 403: an instance is still on it, one that is leaving or one of another driver host of this engine.
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task CreateAsync(DockerClient client, string name, string projectId, CancellationToken cancellationToken)
    {
        var networks = await client.Networks.ListNetworksAsync(new NetworksListParameters(), cancellationToken);
        var taken = networks.SelectMany(n => n.IPAM?.Config ?? []).Select(c => IPNetwork.TryParse(c.Subnet, out var subnet) ? subnet : (IPNetwork?)null).OfType<IPNetwork>();
        foreach (var subnet in AddressPool.Free(options.NetworkPools, [.. taken, .. AddressPool.OfTheHost()]))
        {
            if (await TryCreateAsync(client, name, projectId, subnet, cancellationToken))
            {
                return;
            }
        }

        throw new DriverFailure(503, "no_address_pool", $"No address range is left for this project's network in {string.Join(", ", options.NetworkPools)}. Set larger ranges in DriverHost:NetworkPools, or remove networks that nothing uses: docker network prune.");
    }

    /// <returns>False: somebody else took the range meanwhile.</returns>
    private async Task<bool> TryCreateAsync(DockerClient client, string name, string projectId, IPNetwork subnet, CancellationToken cancellationToken)
    {
        try
        {
            await client.Networks.CreateNetworkAsync(
                new NetworksCreateParameters
                {
                    Name = name,
                    Driver = "bridge",
                    IPAM = new IPAM { Driver = "default", Config = [new IPAMConfig { Subnet = subnet.ToString() }] },
                    Options = new Dictionary<string, string> { [BridgeName] = BridgeOf(projectId) },
                    Labels = new Dictionary<string, string> { [Labels.Owner] = host.Value, [Labels.Project] = projectId },
                },
                cancellationToken);
            return true;
        }
        catch (DockerApiException overlaps) when (EngineFailure.Words(overlaps).Contains("overlap", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }
    }

    // The engine's name filter matches parts of names.
    private static async Task<NetworkResponse?> FindAsync(DockerClient client, string name, CancellationToken cancellationToken)
    {
        var found = await client.Networks.ListNetworksAsync(
            new NetworksListParameters { Filters = new Dictionary<string, IDictionary<string, bool>> { ["name"] = new Dictionary<string, bool> { [name] = true } } }, cancellationToken);
        return found.FirstOrDefault(n => n.Name == name);
    }
}
