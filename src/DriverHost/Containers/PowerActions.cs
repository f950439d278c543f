using System.Globalization;
using Docker.DotNet;
using Docker.DotNet.Models;
using DriverHost.Docker;
using DriverHost.Http;
using DriverHost.Store;
using Microsoft.Extensions.Logging;

namespace DriverHost.Containers;

/// <summary>Start, stop, reboot, pause, unpause. Each is idempotent, looks at the result, and none removes a container.</summary>
internal sealed class PowerActions(Engine engine, InstanceBook book, Operations operations, TimeProvider time, ILogger<PowerActions> logger)
{
    public static readonly TimeSpan DefaultGrace = TimeSpan.FromSeconds(10);

    public Task StartAsync(string id, CancellationToken cancellationToken) => RunAsync(id, "start", "starting the process", wantedRunning: true, async (client, container, stop) =>
    {
        if (container.Status == "paused")
        {
            throw DriverFailure.Conflict("paused", $"Instance {id} is paused. Unpause it instead of starting it.");
        }

        await Spawner.StartAsync(client, container.Id, stop);
    }, cancellationToken);

    public Task StopAsync(string id, TimeSpan grace, CancellationToken cancellationToken) => RunAsync(
        id, "stop", Words("waiting for the process to end", grace), wantedRunning: false, (client, container, stop) => EndAsync(client, container, grace, stop), cancellationToken);

    public Task RebootAsync(string id, bool hard, CancellationToken cancellationToken) => RunAsync(id, "reboot", "ending the process", wantedRunning: true, async (client, container, stop) =>
    {
        await EndAsync(client, container, hard ? TimeSpan.Zero : DefaultGrace, stop);
        await Spawner.StartAsync(client, container.Id, stop);
    }, cancellationToken);

    public Task PauseAsync(string id, CancellationToken cancellationToken) => RunAsync(id, "pause", "freezing the processes", wantedRunning: null, async (client, container, stop) =>
    {
        if (container.Status != "paused")
        {
            RequireRunning(id, container, "paused");
            await client.Containers.PauseContainerAsync(container.Id, stop);
        }
    }, cancellationToken);

    public Task UnpauseAsync(string id, CancellationToken cancellationToken) => RunAsync(id, "unpause", "letting the processes go on", wantedRunning: null, async (client, container, stop) =>
    {
        if (container.Status == "paused")
        {
            await client.Containers.UnpauseContainerAsync(container.Id, stop);
            return;
        }

        RequireRunning(id, container, "unpaused");
    }, cancellationToken);

    private async Task RunAsync(
        string id, string name, string step, bool? wantedRunning, Func<DockerClient, ContainerFacts, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        var entry = book.Entry(id) ?? throw Auth.CallerAccess.NoInstance(id);
        if (entry.Row.Phase == InstancePhase.Failed)
        {
            throw DriverFailure.Conflict("in_error", $"Instance {id} has no container: its spawn failed. Only delete is left.");
        }

        await operations.Begin(id, name, async (steps, stop) =>
        {
            steps.Now(step);
            try
            {
                var client = await engine.ClientAsync(stop);
                await book.UpdateAsync(id, row => row with { WantedRunning = wantedRunning ?? row.WantedRunning, FaultCode = null, FaultMessage = null, FaultAt = null }, stop);
                await work(client, await InspectAsync(client, id, stop), stop);
                book.SetContainer(id, await InspectAsync(client, id, stop));
            }
            catch (Exception failed) when (!stop.IsCancellationRequested)
            {
                throw await FaultAsync(id, name, failed);
            }
        }).WaitAsync(cancellationToken);
    }

    private async Task<DriverFailure> FaultAsync(string id, string name, Exception failed)
    {
        var fault = EngineFailure.TryRead(failed) ?? new DriverFailure(500, "unexpected", $"The {name} failed in a way that the driver host did not foresee. Its log has the details.", failed);
        ContainersLog.Failed(logger, failed, name, id, fault.Message);
        await book.UpdateAsync(id, row => row with { FaultCode = fault.Code, FaultMessage = fault.Message, FaultAt = time.GetUtcNow() }, CancellationToken.None);
        return fault;
    }

    private async Task<ContainerFacts> InspectAsync(DockerClient client, string id, CancellationToken cancellationToken)
    {
        try
        {
            return ContainerFacts.From(await client.Containers.InspectContainerAsync(book.Entry(id)?.Row.ContainerId ?? ContainerRequest.NameOf(id), cancellationToken));
        }
        catch (DockerContainerNotFoundException gone)
        {
            book.SetContainer(id, null);
            throw new DriverFailure(409, "missing", $"The container of instance {id} is gone: somebody removed it on the host. Only delete is left.", gone);
        }
    }

    // A paused process cannot hear the signal: it goes on first.
    private static async Task EndAsync(DockerClient client, ContainerFacts container, TimeSpan grace, CancellationToken stop)
    {
        if (container.Status == "paused")
        {
            await client.Containers.UnpauseContainerAsync(container.Id, stop);
        }

        await client.Containers.StopContainerAsync(container.Id, new ContainerStopParameters { WaitBeforeKillSeconds = (uint)Math.Max(0, grace.TotalSeconds) }, stop);
    }

    private static void RequireRunning(string id, ContainerFacts container, string verb)
    {
        if (container.Status != "running")
        {
            throw DriverFailure.Conflict("not_running", $"Instance {id} does not run, so it cannot be {verb}.");
        }
    }

    private static string Words(string what, TimeSpan grace) => string.Create(CultureInfo.InvariantCulture, $"{what}, at most {grace.TotalSeconds:0} s");
}
