using Docker.DotNet;
using Docker.DotNet.Models;
using DriverHost.Docker;
using DriverHost.Host;
using DriverHost.Store;
using Microsoft.Extensions.Logging;

namespace DriverHost.Containers;

/// <summary>The only way that removes a container. It wins over whatever else runs, and what is not there is deleted already.</summary>
internal sealed class Deleter(Engine engine, InstanceBook book, Operations operations, ProjectNetworks networks, HostId host, ILogger<Deleter> logger)
{
    public Task DeleteAsync(string id, CancellationToken cancellationToken) =>
        book.Entry(id) is null
            ? Task.CompletedTask
            : operations.BeginInsteadAsync(id, "delete", (steps, _) => RunAsync(id, steps)).WaitAsync(cancellationToken);

    // A delete that began is not cancelled: the host's stop waits for it, and the next start takes it up again.
    private async Task RunAsync(string id, OperationSteps steps)
    {
        if (book.Entry(id) is not { } entry)
        {
            return;
        }

        try
        {
            steps.Now("removing the container");
            await book.UpdateAsync(id, row => row with { Phase = row.Phase == InstancePhase.Failed ? row.Phase : InstancePhase.Deleting, Operation = "delete" }, CancellationToken.None);
            var client = await engine.ClientAsync(CancellationToken.None);
            await RemoveContainersAsync(client, id);
            if (entry.Spec.Network == "auto")
            {
                steps.Now("removing the network");
                await networks.RemoveUnusedAsync(entry.Row.ProjectId, id, CancellationToken.None);
            }

            await book.RemoveAsync(id, CancellationToken.None);
            ContainersLog.Deleted(logger, id);
        }
        catch (Exception failed)
        {
            var fault = EngineFailure.TryRead(failed);
            ContainersLog.Failed(logger, failed, "delete", id, fault?.Message ?? failed.Message);
            throw fault ?? failed;
        }
    }

    // By label, not by the id in the books: it must end with nothing, whatever the books say.
    private async Task RemoveContainersAsync(DockerClient client, string id)
    {
        var filters = Labels.Filter($"{Labels.Owner}={host}", $"{Labels.Instance}={id}");
        foreach (var container in await client.Containers.ListContainersAsync(new ContainersListParameters { All = true, Filters = filters }, CancellationToken.None))
        {
            try
            {
                await client.Containers.RemoveContainerAsync(container.ID, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, CancellationToken.None);
            }
            catch (DockerContainerNotFoundException)
            {
                // Gone meanwhile: that is what was wanted.
            }
        }
    }
}
