namespace DriverHost.Client;

/// <summary>The answer of <c>GET /v1/instances/{id}/processes</c>: what runs in an instance at one moment.</summary>
public sealed record ProcessList
{
    /// <summary>When it was looked at, by the host's clock.</summary>
    public required DateTimeOffset At { get; init; }
    /// <summary>Nothing runs but in <see cref="InstanceState.Running"/> and <see cref="InstanceState.Paused"/>.</summary>
    public required InstanceState State { get; init; }
    /// <summary><c>proc</c>: the kernel's files. <c>engine</c>: <c>GET /containers/{id}/top</c>, which counts whole seconds and does not know the numbers inside.</summary>
    public required string Source { get; init; }
    /// <summary>How many there are; more than in <see cref="Processes"/> when those are cut at 1,000.</summary>
    public required int Total { get; init; }
    /// <summary>By their number on the host.</summary>
    public required IReadOnlyList<ProcessRecord> Processes { get; init; }
}

/// <summary>One process. Its command line is what the process itself says: text of others.</summary>
public sealed record ProcessRecord
{
    /// <summary>Its number inside the container; null when the engine was asked, which knows the host's only.</summary>
    public int? Pid { get; init; }
    public required int HostPid { get; init; }
    /// <summary>The number on the host of the process that it belongs to, if that is one of the container's.</summary>
    public int? ParentHostPid { get; init; }
    /// <summary>The effective user inside the container; 0 is root.</summary>
    public required long UserId { get; init; }
    /// <summary>The kernel's letter: R runs, S sleeps, D waits for a device, T stopped, t traced, Z ended and not waited for, I idle.</summary>
    public required string State { get; init; }
    public required int Threads { get; init; }
    /// <summary>Processor time since it began, in seconds. The difference of two looks says how busy it is.</summary>
    public required double CpuSeconds { get; init; }
    /// <summary>Resident memory: what it shares with others is counted at each.</summary>
    public required long MemoryBytes { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    /// <summary>The arguments with blanks between them, cut at 1,024 characters; the name in brackets when there are none.</summary>
    public required string Command { get; init; }
}
