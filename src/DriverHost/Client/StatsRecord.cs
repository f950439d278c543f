namespace DriverHost.Client;

/// <summary>One line of <c>GET /v1/instances/{id}/stats</c>: each second a sample, or a ping while there is nothing to measure.</summary>
public sealed record StatsRecord
{
    public StatsSample? Sample { get; init; }
    /// <summary>Nothing to measure now, but the stream goes on: <see cref="State"/> says why.</summary>
    public DateTimeOffset? Ping { get; init; }
    public InstanceState? State { get; init; }
    /// <summary>The last line: the instance is deleted.</summary>
    public bool? Deleted { get; init; }
}

/// <summary>
/// What an instance used between two looks at its cgroup. Bytes are bytes, rates bytes per second, percentages of one processor core.
/// Source: the container's cgroup files and <c>/proc/PID/net/dev</c>, or the engine's <c>GET /containers/{id}/stats</c>.
/// </summary>
public sealed record StatsSample
{
    public required DateTimeOffset Time { get; init; }
    /// <summary>Used processor time in the time that went by: 100 is one core.</summary>
    public required double CpuPercent { get; init; }
    /// <summary>The flavor's processors, times 100.</summary>
    public required double CpuLimitPercent { get; init; }
    /// <summary>Periods of the limit (a tenth of a second each) in which it wanted to run.</summary>
    public required long Periods { get; init; }
    /// <summary>Periods in which it was held back, because the flavor's processors were used up.</summary>
    public required long ThrottledPeriods { get; init; }
    /// <summary>The share of the time that went by in which it was held back, 0 to 1.</summary>
    public required double Throttled { get; init; }
    /// <summary>Memory in use, without file pages that the kernel may drop at any time.</summary>
    public required long MemoryBytes { get; init; }
    /// <summary>Zero: no limit.</summary>
    public required long MemoryLimitBytes { get; init; }
    /// <summary>Of all its memory, what holds pages of files.</summary>
    public required long CacheBytes { get; init; }
    /// <summary>Processes and threads.</summary>
    public required long Pids { get; init; }
    /// <summary>Zero: no limit.</summary>
    public required long PidsLimit { get; init; }
    /// <summary>Since the process started, without loopback.</summary>
    public required long RxBytes { get; init; }
    public required long TxBytes { get; init; }
    public required double RxRate { get; init; }
    public required double TxRate { get; init; }
    /// <summary>Block devices, since the process started.</summary>
    public required long ReadBytes { get; init; }
    public required long WriteBytes { get; init; }
    public required double ReadRate { get; init; }
    public required double WriteRate { get; init; }
}

/// <summary>The answer of <c>GET /v1/instances/{id}/stats/history</c>: at most 360 points, oldest first. A time without a point was not measured.</summary>
public sealed record StatsHistory
{
    public required DateTimeOffset Since { get; init; }
    public required DateTimeOffset Until { get; init; }
    /// <summary>How long a point lasts: 10, 60 or 300.</summary>
    public required int StepSeconds { get; init; }
    public required double CpuLimitPercent { get; init; }
    public required long MemoryLimitBytes { get; init; }
    public required long PidsLimit { get; init; }
    public required IReadOnlyList<StatsPoint> Points { get; init; }
}

/// <summary>Averages over a step, to 0.1 %; memory and pids are the highest in it. Units as in <see cref="StatsSample"/>.</summary>
/// <param name="Time">When the step began.</param>
public sealed record StatsPoint(
    DateTimeOffset Time, double CpuPercent, double Throttled, long MemoryBytes, long Pids, double RxRate, double TxRate, double ReadRate, double WriteRate);

/// <summary>Which part of the history.</summary>
public sealed record StatsQuery
{
    public DateTimeOffset? Since { get; init; }
    /// <summary>Null: now, or the last point of an instance that does not run.</summary>
    public DateTimeOffset? Until { get; init; }
    /// <summary>Instead of <see cref="Since"/>: so many seconds before <see cref="Until"/>.</summary>
    public int? Seconds { get; init; }
}
