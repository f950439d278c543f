using System.Globalization;
using Docker.DotNet;
using Docker.DotNet.Models;
using DriverHost.Docker;
using DriverHost.Http;

namespace DriverHost.Containers;

/// <summary>Start, stop, reboot, pause, unpause. Each is idempotent, looks at the result, and none removes a container.</summary>
internal sealed class PowerActions(InstanceWork instances, EnginePatience patience, TimeProvider time)
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

    private Task RunAsync(
        string id, string name, string step, bool? wantedRunning, Func<DockerClient, ContainerFacts, CancellationToken, Task> work, CancellationToken cancellationToken) =>
        instances.RunAsync(
            id,
            name,
            wantedRunning,
            (client, container, steps, stop) =>
            {
                steps.Now(step);
                return work(client, container, stop);
            },
            cancellationToken);

    // A paused process cannot hear the signal: it goes on first.
    private async Task EndAsync(DockerClient client, ContainerFacts container, TimeSpan grace, CancellationToken stop)
    {
        if (container.Status == "paused")
        {
            await client.Containers.UnpauseContainerAsync(container.Id, stop);
        }

        if (grace < TimeSpan.FromSeconds(1))
        {
            await KillAsync(client, container, stop);
            return;
        }

        await client.Containers.StopContainerAsync(container.Id, new ContainerStopParameters { WaitBeforeKillSeconds = (uint)grace.TotalSeconds }, stop);
    }

    // A stop without grace would get the engine's own: the client leaves a zero out.
    private async Task KillAsync(DockerClient client, ContainerFacts container, CancellationToken stop)
    {
        try
        {
            await client.Containers.KillContainerAsync(container.Id, new ContainerKillParameters { Signal = "SIGKILL" }, stop);
        }
        catch (DockerApiException over) when (over.StatusCode == System.Net.HttpStatusCode.Conflict)
        {
            // It does not run: that is what was wanted.
        }

        await client.Containers.WaitContainerAsync(container.Id, stop).WaitAsync(patience.Short, time, stop);
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
