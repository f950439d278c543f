using DriverHost.Client;
using DriverHost.Docker;

namespace DriverHost.Stats;

/// <summary>What a cgroup counts, at one moment. Only the difference of two says what was used.</summary>
/// <param name="Seconds">When, on a clock that is the reader's own.</param>
internal readonly record struct StatsCounters(
    double Seconds, long CpuNanos, long Periods, long ThrottledPeriods, long MemoryBytes, long CacheBytes, long Pids, long RxBytes, long TxBytes, long ReadBytes, long WriteBytes)
{
    // The engine sets a limit of n processors as n times a tenth of a second in each tenth of a second.
    private const double PeriodSeconds = 0.1;

    /// <returns>Null when no time went by, or when the process was started anew in between: its counters are new then.</returns>
    public StatsSample? Since(StatsCounters before, ContainerFacts facts, DateTimeOffset now)
    {
        var seconds = Seconds - before.Seconds;
        if (seconds <= 0 || CpuNanos < before.CpuNanos || RxBytes < before.RxBytes || TxBytes < before.TxBytes)
        {
            return null;
        }

        var throttled = Math.Max(0, ThrottledPeriods - before.ThrottledPeriods);
        return new StatsSample
        {
            Time = now,
            CpuPercent = (CpuNanos - before.CpuNanos) / 1e9 / seconds * 100,
            CpuLimitPercent = facts.Cpus * 100,
            Periods = Math.Max(0, Periods - before.Periods),
            ThrottledPeriods = throttled,
            Throttled = Math.Min(1, throttled * PeriodSeconds / seconds),
            MemoryBytes = MemoryBytes,
            MemoryLimitBytes = facts.MemoryLimit,
            CacheBytes = CacheBytes,
            Pids = Pids,
            PidsLimit = facts.PidsLimit,
            RxBytes = RxBytes,
            TxBytes = TxBytes,
            RxRate = (RxBytes - before.RxBytes) / seconds,
            TxRate = (TxBytes - before.TxBytes) / seconds,
            ReadBytes = ReadBytes,
            WriteBytes = WriteBytes,
            ReadRate = Math.Max(0, ReadBytes - before.ReadBytes) / seconds,
            WriteRate = Math.Max(0, WriteBytes - before.WriteBytes) / seconds,
        };
    }
}

/// <summary>Reads one container's counters.</summary>
internal interface IStatsReader
{
    /// <returns>Null: there is nothing to read any more, or not now.</returns>
    ValueTask<StatsCounters?> ReadAsync(CancellationToken cancellationToken);
}
