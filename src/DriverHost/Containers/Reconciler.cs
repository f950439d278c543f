using System.Text.Json;
using Docker.DotNet;
using Docker.DotNet.Models;
using DriverHost.Client;
using DriverHost.Docker;
using DriverHost.Host;
using DriverHost.Ports;
using DriverHost.Store;
using Microsoft.Extensions.Logging;

namespace DriverHost.Containers;

/// <summary>
/// After a start of the driver host, once the engine answers: ends what a crash left half done. A lost database loses no container: what was once started is
/// taken back into the books from its labels.
/// </summary>
internal sealed class Reconciler(InstanceBook book, Deleter deleter, ProjectNetworks networks, InstancePorts ports, Readiness readiness, HostId host, TimeProvider time, ILogger<Reconciler> logger)
{
    public async Task OnceAsync(DockerClient client, CancellationToken cancellationToken)
    {
        if (readiness.IsInOrder)
        {
            return;
        }

        await RemoveLeftoversAsync(client, cancellationToken);
        await AdoptAsync(client, cancellationToken);
        foreach (var entry in book.Entries())
        {
            await EndAsync(client, entry, cancellationToken);
        }

        await ports.RemoveOrphansAsync(cancellationToken);
        readiness.SetInOrder();
    }

    // Containers of trials, and the tags of snapshots that never ended.
    private async Task RemoveLeftoversAsync(DockerClient client, CancellationToken cancellationToken)
    {
        var filters = Labels.Filter($"{Labels.Owner}={host}", $"{Labels.Purpose}=probe");
        foreach (var container in await client.Containers.ListContainersAsync(new ContainersListParameters { All = true, Filters = filters }, cancellationToken))
        {
            await client.Containers.RemoveContainerAsync(container.ID, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, cancellationToken);
        }

        foreach (var image in await client.Images.ListImagesAsync(new ImagesListParameters(), cancellationToken))
        {
            foreach (var tag in (image.RepoTags ?? []).Where(t => t.StartsWith($"os-snapshot/{host}:", StringComparison.Ordinal) || t.StartsWith($"os-probe/{host}:", StringComparison.Ordinal)))
            {
                await client.Images.DeleteImageAsync(tag, new ImageDeleteParameters(), cancellationToken);
            }
        }
    }

    private async Task AdoptAsync(DockerClient client, CancellationToken cancellationToken)
    {
        var filters = Labels.Filter($"{Labels.Owner}={host}", Labels.Instance);
        foreach (var listed in await client.Containers.ListContainersAsync(new ContainersListParameters { All = true, Filters = filters }, cancellationToken))
        {
            var facts = ContainerFacts.From(await client.Containers.InspectContainerAsync(listed.ID, cancellationToken));
            if (book.Entry(facts.InstanceId) is not null)
            {
                continue;
            }

            if (facts.StartedAt is null)
            {
                await client.Containers.RemoveContainerAsync(facts.Id, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, cancellationToken);
                ContainersLog.OrphanRemoved(logger, facts.Id[..12]);
            }
            else if (FromLabels(facts) is { } row && await book.AddAsync(InstanceEntry.From(row), cancellationToken))
            {
                book.SetContainer(row.Id, facts);
                ContainersLog.Adopted(logger, facts.Id[..12], row.Id);
            }
        }
    }

    private async Task EndAsync(DockerClient client, InstanceEntry entry, CancellationToken cancellationToken)
    {
        var id = entry.Row.Id;
        if (entry.Row.Operation is null)
        {
            return;
        }

        ContainersLog.Interrupted(logger, id, entry.Row.Operation);
        if (entry.Row.Operation == "delete")
        {
            await deleter.DeleteAsync(id, keepLinks: false, cancellationToken);
            return;
        }

        if (entry.Row.Phase == InstancePhase.Spawning && entry.Container?.StartedAt is null)
        {
            if (entry.Container is { } half)
            {
                await client.Containers.RemoveContainerAsync(half.Id, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, cancellationToken);
                book.SetContainer(id, null);
            }

            await book.UpdateAsync(id, row => row with
            {
                Phase = InstancePhase.Failed,
                Operation = null,
                FaultCode = "interrupted",
                FaultMessage = "The driver host ended while it made this instance. Delete it and launch it again.",
                FaultAt = time.GetUtcNow(),
            }, cancellationToken);
            await networks.RemoveUnusedAsync(entry.Row.ProjectId, id, cancellationToken);
            return;
        }

        await book.UpdateAsync(id, row => row with { Phase = InstancePhase.Made, ContainerId = entry.Container?.Id ?? row.ContainerId, Operation = null }, cancellationToken);
    }

    private InstanceRow? FromLabels(ContainerFacts facts)
    {
        string Label(string name) => facts.Labels.GetValueOrDefault(name, "");
        if (Label(Labels.Flavor) is not { Length: > 0 } flavor)
        {
            return null;
        }

        var spec = new InstanceSpec
        {
            ProjectId = Label(Labels.Project),
            UserId = Label(Labels.User),
            Name = Label(Labels.Name),
            ImageId = Label(Labels.Image),
            Flavor = JsonSerializer.Deserialize(flavor, DriverHostJson.Default.FlavorSpec)!,
            Network = facts.Networks.Contains(ProjectNetworks.NameOf(Label(Labels.Project))) ? "auto" : "none",
        };
        return new InstanceRow
        {
            Id = facts.InstanceId,
            ProjectId = spec.ProjectId,
            UserId = spec.UserId,
            Spec = JsonSerializer.Serialize(spec, DriverHostJson.Default.InstanceSpec),
            CreatedAt = facts.StartedAt ?? time.GetUtcNow(),
            Phase = InstancePhase.Made,
            WantedRunning = facts.Runs,
            ContainerId = facts.Id,
        };
    }
}
