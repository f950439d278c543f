using Docker.DotNet.Models;
using DriverHost.Docker;
using DriverHost.Http;

namespace DriverHost.Stats;

/// <summary>Asks the engine for the counters, where the cgroup files cannot be seen. It takes about a second for each, so few are asked for at a time.</summary>
internal sealed class EngineReader(Engine engine, string container, SemaphoreSlim atATime) : IStatsReader
{
    public async ValueTask<StatsCounters?> ReadAsync(CancellationToken cancellationToken)
    {
        await atATime.WaitAsync(cancellationToken);
        try
        {
            var client = await engine.ClientAsync(cancellationToken);
            var taken = new Taken();
            await client.Containers.GetContainerStatsAsync(container, new ContainerStatsParameters { Stream = false, OneShot = true }, taken, cancellationToken);
            return taken.Value is { } value ? Counters(value) : null;
        }
        catch (Exception failed) when (failed is DriverFailure || (failed is not OperationCanceledException && EngineFailure.TryRead(failed) is not null))
        {
            // It is gone, or the engine is: the watcher of the engine says which.
            return null;
        }
        finally
        {
            atATime.Release();
        }
    }

    private static StatsCounters? Counters(ContainerStatsResponse stats)
    {
        if (stats is not { Read.Year: > 1, MemoryStats.Usage: { } usage, CPUStats: { CPUUsage: { } cpu, ThrottlingData: { } throttling } })
        {
            // A container that does not run is answered with zeros.
            return null;
        }

        var memory = stats.MemoryStats.Stats ?? new Dictionary<string, ulong>();
        var idle = Any(memory, "total_inactive_file", "inactive_file");
        var io = stats.BlkioStats?.IoServiceBytesRecursive ?? [];
        return new StatsCounters(
            (stats.Read.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds,
            (long)cpu.TotalUsage,
            (long)throttling.Periods,
            (long)throttling.ThrottledPeriods,
            Math.Max(0, (long)usage - idle),
            Any(memory, "total_cache", "file"),
            (long)(stats.PidsStats?.Current ?? 0),
            stats.Networks?.Values.Sum(n => (long)n.RxBytes) ?? 0,
            stats.Networks?.Values.Sum(n => (long)n.TxBytes) ?? 0,
            io.Where(e => string.Equals(e.Op, "read", StringComparison.OrdinalIgnoreCase)).Sum(e => (long)e.Value),
            io.Where(e => string.Equals(e.Op, "write", StringComparison.OrdinalIgnoreCase)).Sum(e => (long)e.Value));
    }

    private static long Any(IDictionary<string, ulong> values, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (values.TryGetValue(name, out var value))
            {
                return (long)value;
            }
        }

        return 0;
    }

    private sealed class Taken : IProgress<ContainerStatsResponse>
    {
        public ContainerStatsResponse? Value { get; private set; }

        public void Report(ContainerStatsResponse value) => Value = value;
    }
}
