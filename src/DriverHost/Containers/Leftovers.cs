using System.Threading.Channels;
using Docker.DotNet;
using Docker.DotNet.Models;
using DriverHost.Docker;
using DriverHost.Host;
using DriverHost.Http;
using DriverHost.Ports;
using DriverHost.Snapshots;
using DriverHost.Store;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DriverHost.Containers;

/// <summary>
/// Removes what a failed operation could not take back because the engine failed then too: containers and networks of failed spawns, tags of snapshots. It
/// goes by what is there, never by what was meant, and tries until nothing is left.
/// </summary>
internal sealed class Leftovers(
    Engine engine, InstanceBook book, Operations operations, ProjectNetworks networks, InstancePorts ports, SnapshotTag tag, Readiness readiness, HostId host, TimeProvider time, ILogger<Leftovers> logger)
    : BackgroundService
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(1);
    private readonly Channel<bool> _asked = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Something may be left, and is looked for until it is gone.</summary>
    public bool Looking { get; private set; }

    /// <summary>Something may have been left: after a failed undo, and each time the engine comes back.</summary>
    public void Look() => _asked.Writer.TryWrite(true);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var _ in _asked.Reader.ReadAllAsync(stoppingToken))
        {
            Looking = true;
            // At the start the reconciler does the same, and more.
            while (readiness.IsInOrder && !await TryAsync(stoppingToken))
            {
                await Task.Delay(Wait, time, stoppingToken);
            }

            Looking = false;
        }
    }

    // False when something is left.
    private async Task<bool> TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            var client = await engine.ClientAsync(cancellationToken);
            var clean = await RemoveContainersAsync(client, cancellationToken);
            clean &= await RemoveTagsAsync(client, cancellationToken);
            foreach (var entry in Failed().Where(e => e.Spec.Network == "auto").DistinctBy(e => e.Row.ProjectId))
            {
                await networks.RemoveUnusedAsync(entry.Row.ProjectId, entry.Row.Id, cancellationToken);
            }

            foreach (var entry in Failed().Where(e => e.Spec.Ports is { Count: > 0 }))
            {
                await ports.RemoveAllAsync(entry.Row.Id, cancellationToken);
            }

            return clean;
        }
        catch (Exception failed) when (!cancellationToken.IsCancellationRequested)
        {
            // The engine, the books, or a delete that took over: whatever it is, it is looked at again, and the host goes on.
            ContainersLog.LeftoversStay(logger, failed, EngineFailure.TryRead(failed)?.Message ?? failed.Message);
            return false;
        }
    }

    private IEnumerable<InstanceEntry> Failed() => book.Entries().Where(e => e.Row.Phase == InstancePhase.Failed);

    private async Task<bool> RemoveContainersAsync(DockerClient client, CancellationToken cancellationToken)
    {
        var clean = true;
        var filters = Labels.Filter($"{Labels.Owner}={host}", Labels.Instance);
        foreach (var container in await client.Containers.ListContainersAsync(new ContainersListParameters { All = true, Filters = filters }, cancellationToken))
        {
            var id = container.Labels[Labels.Instance];
            if (book.Entry(id)?.Row.Phase == InstancePhase.Failed)
            {
                clean &= await AloneAsync(id, async stop =>
                {
                    if (book.Entry(id)?.Row.Phase == InstancePhase.Failed)
                    {
                        await client.Containers.RemoveContainerAsync(container.ID, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, stop);
                        ContainersLog.OrphanRemoved(logger, container.ID[..12]);
                    }
                });
            }
        }

        return clean;
    }

    private async Task<bool> RemoveTagsAsync(DockerClient client, CancellationToken cancellationToken)
    {
        var clean = true;
        foreach (var instance in await tag.InstancesAsync(client, cancellationToken))
        {
            clean &= await AloneAsync(instance, stop => tag.RemoveAsync(client, instance, stop));
        }

        return clean;
    }

    // While nothing else is done to the instance: what an operation uses is not left over.
    private async Task<bool> AloneAsync(string id, Func<CancellationToken, Task> work)
    {
        try
        {
            await operations.Begin(id, "clean-up", (_, stop) => work(stop));
            return true;
        }
        catch (DriverFailure busy) when (busy.Code == "busy")
        {
            return false;
        }
        catch (DockerContainerNotFoundException)
        {
            return true;
        }
    }
}
