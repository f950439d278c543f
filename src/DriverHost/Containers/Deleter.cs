using System.Net;
using Docker.DotNet;
using Docker.DotNet.Models;
using DriverHost.Docker;
using DriverHost.History;
using DriverHost.Host;
using DriverHost.Ports;
using DriverHost.Store;
using Microsoft.Extensions.Logging;

namespace DriverHost.Containers;

/// <summary>The only way that removes a container. It wins over whatever else runs, and what is not there is deleted already.</summary>
internal sealed class Deleter(Engine engine, InstanceBook book, Operations operations, ProjectNetworks networks, InstancePorts ports, FlightRecorder recorder, HostId host, TimeProvider time, ILogger<Deleter> logger)
{
    /// <param name="keepLinks">The links of its ports stay: Nova makes the instance anew at once, and what is wired needs no wiring.</param>
    public Task DeleteAsync(string id, bool keepLinks, CancellationToken cancellationToken) =>
        book.Entry(id) is null
            // Nova plugs ports before it spawns, and may have been stopped between the two.
            ? keepLinks ? Task.CompletedTask : ports.RemoveLinksAsync(id, cancellationToken)
            : operations.BeginInsteadAsync(id, "delete", (steps, _) => RunAsync(id, keepLinks, steps)).WaitAsync(cancellationToken);

    // A delete that began is not cancelled: the host's stop waits for it, and the next start takes it up again.
    private async Task RunAsync(string id, bool keepLinks, OperationSteps steps)
    {
        if (book.Entry(id) is not { } entry)
        {
            return;
        }

        try
        {
            await book.UpdateAsync(id, row => row with { Phase = row.Phase == InstancePhase.Failed ? row.Phase : InstancePhase.Deleting, Operation = "delete" }, CancellationToken.None);
            var client = await engine.ClientAsync(CancellationToken.None);
            var ran = entry.Container?.Runs == true;
            if (ran)
            {
                steps.Now("ending the process");
                await KillAsync(client, entry.Container!.Id);
            }

            steps.Now("keeping its log");
            await recorder.KeepAsync(await NowAsync(client, entry), ran);
            steps.Now("removing the container");
            await RemoveContainersAsync(client, id);
            if (entry.Spec.Network == "auto")
            {
                steps.Now("removing the network");
                await networks.RemoveUnusedAsync(entry.Row.ProjectId, id, CancellationToken.None);
            }
            else
            {
                steps.Now("removing the ports");
                await ports.RemoveNetworksAsync(id, CancellationToken.None);
                if (!keepLinks)
                {
                    await ports.RemoveLinksAsync(id, CancellationToken.None);
                }
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

    // Its end belongs to what is kept, and a log that still grows cannot be kept to its last line.
    private async Task KillAsync(DockerClient client, string container)
    {
        try
        {
            await client.Containers.KillContainerAsync(container, new ContainerKillParameters { Signal = "SIGKILL" }, CancellationToken.None);
            await client.Containers.WaitContainerAsync(container, CancellationToken.None).WaitAsync(FlightRecorder.Patience, time);
        }
        catch (DockerApiException over) when (over.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.NotFound)
        {
            // It ended or went meanwhile: that is what was wanted.
        }
        catch (TimeoutException)
        {
            // The kernel cannot end it now, for example while a disk hangs. The removal below is tried all the same, and says what is wrong.
        }
    }

    private static async Task<InstanceEntry> NowAsync(DockerClient client, InstanceEntry entry)
    {
        if (entry.Container is not { } known)
        {
            return entry;
        }

        try
        {
            return entry with { Container = ContainerFacts.From(await client.Containers.InspectContainerAsync(known.Id, CancellationToken.None)) };
        }
        catch (DockerContainerNotFoundException)
        {
            return entry with { Container = null };
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
