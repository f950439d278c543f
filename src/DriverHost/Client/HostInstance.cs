using System.Text.Json.Serialization;

namespace DriverHost.Client;

/// <summary>The engine's word on an instance's container, plus the driver host's own: creating, error and missing.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<InstanceState>))]
public enum InstanceState
{
    /// <summary>The spawn is running; there may be no container yet.</summary>
    [JsonStringEnumMemberName("creating")] Creating,
    [JsonStringEnumMemberName("running")] Running,
    [JsonStringEnumMemberName("paused")] Paused,
    /// <summary>The container exists and does not run; see <see cref="HostInstance.Exit"/>.</summary>
    [JsonStringEnumMemberName("exited")] Exited,
    /// <summary>The spawn failed and was undone; see <see cref="HostInstance.Fault"/>. Only delete is left.</summary>
    [JsonStringEnumMemberName("error")] Error,
    /// <summary>The books know the instance, the engine does not: somebody removed its container.</summary>
    [JsonStringEnumMemberName("missing")] Missing,
    /// <summary>The engine does not answer, so nobody knows.</summary>
    [JsonStringEnumMemberName("unknown")] Unknown,
}

/// <summary>An instance as the driver host knows it.</summary>
public sealed record HostInstance
{
    public required string Id { get; init; }
    public required string ProjectId { get; init; }
    public required string UserId { get; init; }
    public required string Name { get; init; }
    public required string ImageId { get; init; }
    public required FlavorSpec Flavor { get; init; }
    public required InstanceState State { get; init; }
    /// <summary>The engine's id of the container; null while there is none.</summary>
    public string? ContainerId { get; init; }
    /// <summary>The operation that runs now, or null.</summary>
    public InstanceOperation? Operation { get; init; }
    /// <summary>False when somebody stopped it: it does not run on purpose. True also after it ended by itself.</summary>
    public bool WantedRunning { get; set; } = true;
    /// <summary>How the process last ended; null before the first end and while it runs.</summary>
    public InstanceExit? Exit { get; init; }
    /// <summary>What went wrong last, in words; null when nothing did.</summary>
    public InstanceFault? Fault { get; init; }
    public IReadOnlyList<InstanceAddress> Addresses { get => field ?? []; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    /// <summary>When the process last started.</summary>
    public DateTimeOffset? StartedAt { get; init; }
}

/// <param name="Name">spawn, start, stop, reboot, pause, unpause, snapshot, delete, kill, resize, rename.</param>
/// <param name="Step">What it does now, for people: "fetching image".</param>
public sealed record InstanceOperation(string Name, string Step, DateTimeOffset StartedAt, long? BytesDone = null, long? BytesTotal = null);

/// <param name="Code">The exit code, 137 for a kill.</param>
/// <param name="OutOfMemory">The kernel killed it because it reached its memory limit.</param>
/// <param name="Words">For people: "killed: out of memory at 512 MiB", "code 3 after 2 min".</param>
public sealed record InstanceExit(int Code, bool OutOfMemory, DateTimeOffset At, string Words);

/// <param name="Code">Stable, for programs: <c>image_not_approved</c>.</param>
/// <param name="Message">For people: what, why, what to do.</param>
public sealed record InstanceFault(string Code, string Message, DateTimeOffset At);

public sealed record InstanceAddress(string Network, string Address, string Mac);

/// <summary>One line of <c>GET /v1/events</c>. On connect every instance comes once, then <see cref="Synced"/>, then changes as they happen.</summary>
/// <param name="Type"><see cref="Instance"/>, <see cref="Deleted"/>, <see cref="Synced"/> or <see cref="Ping"/>.</param>
/// <param name="State">The instance as it is now; for deleted ones as it last was.</param>
public sealed record HostEvent(string Type, DateTimeOffset Time, HostInstance? State = null)
{
    public const string Instance = "instance";
    public const string Deleted = "deleted";
    public const string Synced = "synced";
    public const string Ping = "ping";
}
