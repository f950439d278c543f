using Docker.DotNet;
using Docker.DotNet.Models;
using DriverHost.Client;
using DriverHost.Docker;

namespace DriverHost.Processes;

/// <summary>What runs in a container: from the kernel's files, or from the engine where those cannot be seen.</summary>
/// <param name="proc">The kernel's process folder; a test brings its own.</param>
internal sealed class ProcessSource(Engine engine, TimeProvider time, string proc = "/proc")
{
    public const int Most = 1000;
    public const int MostCommand = 1024;

    public async Task<ProcessList> ReadAsync(InstanceState state, ContainerFacts? facts, CancellationToken cancellationToken)
    {
        var at = time.GetUtcNow();
        var runs = facts is { Runs: true, Pid: > 0 } && state is InstanceState.Running or InstanceState.Paused;
        var (source, all) = !runs ? ("proc", [])
            : ProcFolder.TryRead(facts!, at, proc) is { } seen ? ("proc", seen)
            : ("engine", await AskAsync(facts!.Id, at, cancellationToken));
        return new ProcessList
        {
            At = at,
            State = state,
            Source = source,
            Total = all.Count,
            Processes = [.. all.OrderBy(p => p.HostPid).Take(Most).Select(p => p.ParentHostPid is { } parent && all.Any(o => o.HostPid == parent) ? p : p with { ParentHostPid = null })],
        };
    }

    private async Task<IReadOnlyList<ProcessRecord>> AskAsync(string container, DateTimeOffset at, CancellationToken cancellationToken)
    {
        try
        {
            var client = await engine.ClientAsync(cancellationToken);
            var answer = await client.Containers.ListProcessesAsync(container, new ContainerListProcessesParameters { PsArgs = EngineTop.Arguments }, cancellationToken);
            return EngineTop.Read(answer.Titles, answer.Processes, at);
        }
        catch (DockerApiException ended) when (ended.StatusCode is System.Net.HttpStatusCode.Conflict or System.Net.HttpStatusCode.InternalServerError && EngineFailure.Words(ended).Contains("is not running", StringComparison.Ordinal))
        {
            // It ended between the engine's last word and this question.
            return [];
        }
    }
}
