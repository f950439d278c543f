using System.Text.Json;
using DriverHost.Client;
using DriverHost.Docker;
using DriverHost.Store;

namespace DriverHost.Containers;

/// <summary>One instance: what the books say, what the engine says, and what is being done to it.</summary>
internal sealed record InstanceEntry(InstanceRow Row, InstanceSpec Spec, ContainerFacts? Container = null, InstanceOperation? Operation = null)
{
    public static InstanceEntry From(InstanceRow row) => new(row, JsonSerializer.Deserialize(row.Spec, DriverHostJson.Default.InstanceSpec)!);

    public HostInstance View(bool engineAnswers) => new()
    {
        Id = Row.Id,
        ProjectId = Row.ProjectId,
        UserId = Row.UserId,
        Name = Spec.Name,
        ImageId = Spec.ImageId,
        Flavor = Spec.Flavor,
        State = State(engineAnswers),
        ContainerId = Container?.Id ?? Row.ContainerId,
        Operation = Operation,
        WantedRunning = Row.WantedRunning,
        Exit = Container is null ? null : ExitWords.Of(Container, Spec.Flavor.MemoryMb),
        Fault = Row.FaultCode is null ? null : new InstanceFault(Row.FaultCode, Row.FaultMessage ?? "", Row.FaultAt ?? Row.CreatedAt),
        Addresses = Container?.Addresses ?? [],
        CreatedAt = Row.CreatedAt,
        StartedAt = Container?.StartedAt,
    };

    private InstanceState State(bool engineAnswers) => Row.Phase switch
    {
        InstancePhase.Spawning => InstanceState.Creating,
        InstancePhase.Failed => InstanceState.Error,
        _ when !engineAnswers => InstanceState.Unknown,
        _ => Container?.Status switch
        {
            // Its delete has removed it, and is about to remove the instance.
            null when Row.Phase == InstancePhase.Deleting => InstanceState.Exited,
            null => InstanceState.Missing,
            "running" or "restarting" => InstanceState.Running,
            "paused" => InstanceState.Paused,
            "created" or "exited" or "dead" or "removing" => InstanceState.Exited,
            _ => InstanceState.Unknown,
        },
    };
}
