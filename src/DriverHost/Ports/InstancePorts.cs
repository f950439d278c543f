using Docker.DotNet;
using DriverHost.Client;
using DriverHost.Containers;
using DriverHost.Docker;
using DriverHost.Http;
using DriverHost.Store;
using Microsoft.Extensions.Logging;

namespace DriverHost.Ports;

/// <summary>The ports of instances: plugged before the spawn, connected with it, and live afterwards.</summary>
internal sealed class InstancePorts(PortLinks links, PortNetworks networks, PortPluginServer door, InstanceBook book, InstanceWork instances, ILogger<InstancePorts> logger)
{
    private const string NoNetwork = "none";

    /// <summary>
    /// Makes the host's end, so that Neutron's agent can wire it and Nova hears of that before the spawn. An instance that has a container is connected at once.
    /// What is connected already stays so: Nova says it again when it starts.
    /// </summary>
    /// <returns>Whether the link is new.</returns>
    public async Task<bool> PlugAsync(string id, PortSpec port, CancellationToken cancellationToken)
    {
        PortRules.Check(port);
        door.Require();
        var entry = book.Entry(id);
        if (entry?.Row.Phase == InstancePhase.Failed)
        {
            throw DriverFailure.Conflict("in_error", $"Instance {id} has no container: its spawn failed. Only delete is left.");
        }

        if (entry?.Spec.Network == "auto")
        {
            throw DriverFailure.Conflict("other_network", $"Instance {id} is on its project's own network, so it takes no ports.");
        }

        var taken = entry?.Container is null ? [] : await networks.OfInstanceAsync(id, cancellationToken);
        PortRules.RequireApart(port, taken.Select(n => n.Port).Where(p => p.Id != port.Id));
        var made = await links.EnsureAsync(id, port, innerHere: false, cancellationToken);
        if (entry?.Container is { } container && !taken.Any(n => n.Port.Id == port.Id && container.Networks.Contains(n.Name)))
        {
            await AttachAsync(id, port, cancellationToken);
        }

        return made;
    }

    /// <summary>Takes the port away, from a container that runs, too.</summary>
    public async Task UnplugAsync(string id, string portId, CancellationToken cancellationToken)
    {
        PortRules.RequireId(portId);
        if (await FindAsync(id, portId, cancellationToken) is { } network)
        {
            if (book.Entry(id)?.Container is null)
            {
                await networks.RemoveAsync(network, cancellationToken);
            }
            else
            {
                await instances.RunAsync(id, "detach-port", null, async (_, container, steps, stop) =>
                {
                    steps.Now("taking the port away");
                    await RemoveAsync(network, container, stop);
                }, cancellationToken);
            }
        }

        if ((await links.ListAsync(cancellationToken)).Contains(new PortLink(id, portId)))
        {
            await links.RemoveAsync(portId, cancellationToken);
        }
    }

    /// <summary>Connects a container that was made and did not start yet.</summary>
    public async Task ConnectAllAsync(string id, IReadOnlyList<PortSpec> ports, string container, CancellationToken cancellationToken)
    {
        door.Require();
        await networks.DisconnectAsync(NoNetwork, container, cancellationToken);
        foreach (var (place, port) in ports.Index())
        {
            await links.EnsureAsync(id, port, innerHere: false, cancellationToken);
            await networks.ConnectAsync(await networks.CreateAsync(id, place, port, cancellationToken), container, cancellationToken);
        }
    }

    /// <summary>Removes whatever there is of an instance's ports, once its container is gone.</summary>
    public async Task RemoveAllAsync(string id, CancellationToken cancellationToken)
    {
        await RemoveNetworksAsync(id, cancellationToken);
        await RemoveLinksAsync(id, cancellationToken);
    }

    public async Task RemoveNetworksAsync(string id, CancellationToken cancellationToken)
    {
        foreach (var network in await networks.OfInstanceAsync(id, cancellationToken))
        {
            await networks.RemoveAsync(network, cancellationToken);
        }
    }

    public Task RemoveLinksAsync(string id, CancellationToken cancellationToken) => RemoveLinksAsync(i => i == id, cancellationToken);

    /// <summary>Removes what no instance in the books has: left by a crash.</summary>
    public async Task RemoveOrphansAsync(CancellationToken cancellationToken)
    {
        bool Orphan(string id) => book.Entry(id) is not { Row.Phase: not InstancePhase.Failed };
        foreach (var network in await networks.AllAsync(cancellationToken))
        {
            if (Orphan(network.Instance))
            {
                try
                {
                    await networks.RemoveAsync(network, cancellationToken);
                }
                catch (DockerApiException stays)
                {
                    // Somebody's own container is on it. The host is in order all the same.
                    PortsLog.NetworkStays(logger, stays, network.Name);
                }
            }
        }

        await RemoveLinksAsync(Orphan, cancellationToken);
    }

    private async Task RemoveLinksAsync(Func<string, bool> instance, CancellationToken cancellationToken)
    {
        foreach (var link in await links.ListAsync(cancellationToken))
        {
            if (instance(link.Instance))
            {
                await links.RemoveAsync(link.Port, cancellationToken);
            }
        }
    }

    private Task AttachAsync(string id, PortSpec port, CancellationToken cancellationToken) => instances.RunAsync(id, "attach-port", null, async (_, container, steps, stop) =>
    {
        steps.Now("connecting the port");
        if (container.Networks.Contains(NoNetwork))
        {
            await networks.DisconnectAsync(NoNetwork, container.Id, stop);
        }

        var taken = await networks.OfInstanceAsync(id, stop);
        var network = taken.FirstOrDefault(n => n.Port.Id == port.Id)
            ?? await networks.CreateAsync(id, Enumerable.Range(0, taken.Count + 1).First(p => taken.All(n => n.Place != p)), port, stop);
        try
        {
            await networks.ConnectAsync(network, container.Id, stop);
        }
        catch
        {
            // Nova takes a port that could not be attached away from the instance without another word here.
            await RemoveAsync(network, container, CancellationToken.None);
            await links.RemoveAsync(port.Id, CancellationToken.None);
            throw;
        }
    }, cancellationToken);

    private async Task RemoveAsync(PortNetwork network, ContainerFacts container, CancellationToken cancellationToken)
    {
        if (container.Networks.Contains(network.Name))
        {
            await networks.DisconnectAsync(network.Id, container.Id, cancellationToken);
        }

        await networks.RemoveAsync(network, cancellationToken);
    }

    private async Task<PortNetwork?> FindAsync(string id, string portId, CancellationToken cancellationToken) =>
        (await networks.OfInstanceAsync(id, cancellationToken)).FirstOrDefault(n => n.Port.Id == portId);
}
