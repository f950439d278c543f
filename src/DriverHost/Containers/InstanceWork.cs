using Docker.DotNet;
using DriverHost.Docker;
using DriverHost.Http;
using DriverHost.Store;
using Microsoft.Extensions.Logging;

namespace DriverHost.Containers;

/// <summary>Runs an operation on an instance that has a container: one at a time, with its failure kept as the instance's fault.</summary>
internal sealed class InstanceWork(Engine engine, InstanceBook book, Operations operations, TimeProvider time, ILogger<InstanceWork> logger)
{
    /// <param name="name">The operation's name, as <c>busy</c> answers tell it.</param>
    /// <param name="wantedRunning">Whether the process should run afterwards; null leaves that as it was.</param>
    /// <param name="work">Gets the container as it is when the operation begins.</param>
    /// <exception cref="DriverFailure">404, 409 <c>in_error</c>, <c>busy</c>, <c>missing</c>, <c>cancelled</c>, or what the work ran into.</exception>
    public async Task RunAsync(
        string id, string name, bool? wantedRunning, Func<DockerClient, ContainerFacts, OperationSteps, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        if (Require(id).Row.Phase == InstancePhase.Failed)
        {
            throw DriverFailure.Conflict("in_error", $"Instance {id} has no container: its spawn failed. Only delete is left.");
        }

        await operations.Begin(id, name, async (steps, stop) =>
        {
            try
            {
                var client = await engine.ClientAsync(stop);
                await book.UpdateAsync(id, row => row with { WantedRunning = wantedRunning ?? row.WantedRunning, FaultCode = null, FaultMessage = null, FaultAt = null }, stop);
                await work(client, await InspectAsync(client, id, stop), steps, stop);
                book.SetContainer(id, await InspectAsync(client, id, stop));
            }
            catch (OperationCanceledException cancelled) when (stop.IsCancellationRequested)
            {
                throw new DriverFailure(409, "cancelled", $"The {name} was cancelled: by a delete, or because the driver host stopped.", cancelled);
            }
            catch (Exception failed) when (!stop.IsCancellationRequested)
            {
                throw await FaultAsync(id, name, failed);
            }
        }).WaitAsync(cancellationToken);
    }

    public InstanceEntry Require(string id) => book.Entry(id) ?? throw Auth.CallerAccess.NoInstance(id);

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
}
