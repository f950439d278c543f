using System.Text.Json;
using Docker.DotNet;
using Docker.DotNet.Models;
using DriverHost.Client;
using DriverHost.Docker;
using DriverHost.Host;
using DriverHost.Http;
using DriverHost.Images;
using DriverHost.Ports;
using DriverHost.Store;
using Microsoft.Extensions.Logging;

namespace DriverHost.Containers;

/// <summary>Makes an instance, or leaves nothing behind.</summary>
internal sealed class Spawner(
    Engine engine, InstanceBook book, Operations operations, ImageStore images, ProjectNetworks networks, InstancePorts ports, FirstFiles files, HostProbe probe, Leftovers leftovers, HostId host, TimeProvider time, ILogger<Spawner> logger)
{
    /// <summary>Begins the spawn, joins it if it runs, or finds that it is done.</summary>
    public async Task SpawnAsync(string id, InstanceSpec spec, CancellationToken cancellationToken)
    {
        SpecRules.Check(id, spec);
        var body = JsonSerializer.Serialize(spec, DriverHostJson.Default.InstanceSpec);
        var row = new InstanceRow
        {
            Id = id,
            ProjectId = spec.ProjectId,
            UserId = spec.UserId,
            Spec = body,
            CreatedAt = time.GetUtcNow(),
            Phase = InstancePhase.Spawning,
            WantedRunning = true,
            Operation = "spawn",
        };
        if (book.Entry(id) is { } known)
        {
            RequireSame(known.Row, body);
            if (known.Row.Phase != InstancePhase.Spawning)
            {
                return;
            }
        }

        await operations.BeginOrJoin(id, "spawn", (steps, stop) => RunIfNewAsync(new InstanceEntry(row, spec), steps, stop)).WaitAsync(cancellationToken);
        RequireSame(book.Entry(id)?.Row ?? throw DriverFailure.Conflict("busy", $"Instance {id} was deleted just now. Try again."), body);
    }

    private static void RequireSame(InstanceRow known, string body)
    {
        if (known.Spec != body)
        {
            throw DriverFailure.Conflict("exists", $"There is an instance {known.Id} already, and it was made from another spec.");
        }

        if (known.Phase == InstancePhase.Failed)
        {
            throw DriverFailure.Conflict(known.FaultCode ?? "failed", $"The spawn of this instance failed before: {known.FaultMessage} Delete it first.");
        }
    }

    private async Task RunIfNewAsync(InstanceEntry entry, OperationSteps steps, CancellationToken stop)
    {
        if (await book.AddAsync(entry, stop))
        {
            await RunAsync(entry.Row.Id, entry.Spec, steps, stop);
        }
    }

    private async Task RunAsync(string id, InstanceSpec spec, OperationSteps steps, CancellationToken stop)
    {
        var undo = new Undo(logger);
        try
        {
            var containerId = await MakeAsync(id, spec, steps, undo, stop);
            undo.Clear();
            ContainersLog.Spawned(logger, id, containerId[..12]);
        }
        catch (Exception failed)
        {
            steps.Now("undoing");
            var left = await undo.RunAsync();
            var fault = Fault(failed, stop);
            await book.UpdateAsync(
                id,
                row => row with
                {
                    Phase = InstancePhase.Failed,
                    ContainerId = null,
                    Operation = null,
                    FaultCode = fault.Code,
                    FaultMessage = left.Count == 0 ? fault.Message : $"{fault.Message} Left over until the engine lets them go: {string.Join(", ", left)}.",
                    FaultAt = time.GetUtcNow(),
                },
                CancellationToken.None);
            if (left.Count > 0)
            {
                leftovers.Look();
            }

            ContainersLog.SpawnFailed(logger, failed, id, fault.Code, fault.Message);
            throw fault;
        }
    }

    private async Task<string> MakeAsync(string id, InstanceSpec spec, OperationSteps steps, Undo undo, CancellationToken stop)
    {
        steps.Now("checking the host");
        var client = await engine.ClientAsync(stop);
        var proven = await probe.RequireSafeAsync(stop);

        Task<BootableImage> ImageAsync() => images.EnsureAsync(spec.ImageId, spec.ProjectId, (step, done, total) => steps.Now(step, done, total), stop);
        using var image = await ImageAsync();

        var network = "none";
        if (spec.Network == "auto")
        {
            steps.Now("making the network");
            undo.Push($"network of project {spec.ProjectId}", token => networks.RemoveUnusedAsync(spec.ProjectId, id, token));
            network = await networks.EnsureAsync(spec.ProjectId, stop);
        }

        if (spec.Ports is { Count: > 0 })
        {
            undo.Push($"ports of instance {id}", token => ports.RemoveAllAsync(id, token));
        }

        steps.Now("making the container");
        var request = ContainerRequest.Build(id, spec, image.Reference, network, host.Value, proven);
        string containerId;
        try
        {
            containerId = await CreateAsync(client, request, undo, stop);
        }
        catch (DockerImageNotFoundException)
        {
            // Somebody removed it on the host since it was looked at: it is fetched anew, once.
            using var again = await ImageAsync();
            containerId = await CreateAsync(client, request, undo, stop);
        }

        if (spec.Ports is { Count: > 0 } wanted)
        {
            steps.Now("connecting the ports");
            await ports.ConnectAllAsync(id, wanted, containerId, stop);
        }

        await CommandCheck.RequireAsync(client, containerId, stop);
        await files.PutAsync(client, containerId, id, spec, time.GetUtcNow(), stop);

        steps.Now("starting the process");
        await StartAsync(client, containerId, stop);
        var facts = ContainerFacts.From(await client.Containers.InspectContainerAsync(containerId, stop));
        book.SetContainer(id, facts);
        await book.UpdateAsync(id, row => row with { Phase = InstancePhase.Made, ContainerId = containerId, Operation = null }, stop);
        return containerId;
    }

    private async Task<string> CreateAsync(DockerClient client, CreateContainerParameters request, Undo undo, CancellationToken stop)
    {
        // What an earlier, broken spawn of this instance left goes first. A foreign container of that name stays, and the create fails in words.
        await RemoveOursAsync(client, request.Name!, stop);

        // Pushed before the call: an answer that is lost on the way must not leave a container.
        undo.Push($"container {request.Name}", token => RemoveOursAsync(client, request.Name!, token));
        var created = await AskAsync(client, request, stop);
        if (created.Warnings is { Count: > 0 } warnings)
        {
            throw new DriverFailure(502, "limit_not_held", $"The Docker engine cannot hold a limit that this instance needs: {string.Join(' ', warnings)}");
        }

        return created.ID;
    }

    private static async Task<CreateContainerResponse> AskAsync(DockerClient client, CreateContainerParameters request, CancellationToken stop)
    {
        try
        {
            return await client.Containers.CreateContainerAsync(request, stop);
        }
        catch (DockerApiException refused) when (EngineFailure.Words(refused).Contains("No command specified", StringComparison.OrdinalIgnoreCase))
        {
            throw CommandCheck.NoCommand(refused);
        }
    }

    private async Task RemoveOursAsync(DockerClient client, string name, CancellationToken cancellationToken)
    {
        try
        {
            var found = await client.Containers.InspectContainerAsync(name, cancellationToken);
            if (found.Config!.Labels!.TryGetValue(Labels.Owner, out var owner) && owner == host.Value)
            {
                await client.Containers.RemoveContainerAsync(found.ID, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, cancellationToken);
            }
        }
        catch (DockerContainerNotFoundException)
        {
            // Nothing of that name: what is not there needs no removing.
        }
    }

    public static async Task StartAsync(DockerClient client, string containerId, CancellationToken cancellationToken)
    {
        try
        {
            await client.Containers.StartContainerAsync(containerId, new ContainerStartParameters(), cancellationToken);
        }
        catch (DockerContainerNotFoundException)
        {
            throw;
        }
        catch (DockerApiException refused)
        {
            throw StartFailure.Read(refused);
        }
    }

    private static DriverFailure Fault(Exception failed, CancellationToken stop) => failed switch
    {
        OperationCanceledException when stop.IsCancellationRequested => new DriverFailure(409, "cancelled", "The spawn was cancelled: by a delete, or because the driver host stopped.", failed),
        _ => EngineFailure.TryRead(failed) ?? new DriverFailure(500, "unexpected", "The spawn failed in a way that the driver host did not foresee. Its log has the details.", failed),
    };
}
