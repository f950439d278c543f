using System.Text.Json;

namespace DriverHost.Client;

/// <summary>
/// What the flight recorder kept of an instance whose process ended or that was deleted: <c>GET /v1/records/{id}</c>. In the list
/// (<c>GET /v1/records</c>: deleted instances, newest first) without <see cref="Inspect"/>.
/// </summary>
public sealed record FlightRecord
{
    public required string Id { get; init; }
    public required string ProjectId { get; init; }
    public required string UserId { get; init; }
    public required string Name { get; init; }
    public required string ImageId { get; init; }
    public required FlavorSpec Flavor { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    /// <summary>When this was written.</summary>
    public required DateTimeOffset RecordedAt { get; init; }
    /// <summary>Null while the instance is there.</summary>
    public DateTimeOffset? DeletedAt { get; init; }
    /// <summary>True when its process ran until the delete ended it.</summary>
    public bool RanUntilDeleted { get; init; }
    /// <summary>How the process ended; null when it never started.</summary>
    public InstanceExit? Exit { get; init; }
    public InstanceFault? Fault { get; init; }
    public IReadOnlyList<InstanceAddress> Addresses { get => field ?? []; init; }
    /// <summary>What it used last; null when nothing was measured before it ended.</summary>
    public StatsSample? LastStats { get; init; }
    public required RecordedLog Log { get; init; }
    /// <summary>The engine's inspect record of the container (Docker API, ContainerInspect), with the values of its environment left out. Null when it never had one.</summary>
    public JsonElement? Inspect { get; init; }
}

/// <param name="Lines">Lines that are kept now; the project's budget may have taken the oldest.</param>
/// <param name="Problem">Why lines are missing, in words; null when the log was kept to its last line.</param>
public sealed record RecordedLog(long Lines, string? Problem = null);
