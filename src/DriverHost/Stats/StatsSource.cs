using DriverHost.Client;
using DriverHost.Docker;

namespace DriverHost.Stats;

/// <summary>Where a container's counters come from: its cgroup files, or the engine where those cannot be seen.</summary>
/// <param name="proc">The kernel's process folder; a test brings its own.</param>
internal sealed class StatsSource(Engine engine, TimeProvider time, string proc = "/proc") : IDisposable
{
    private const int EngineAtATime = 16;
    private readonly SemaphoreSlim _atATime = new(EngineAtATime, EngineAtATime);

    public IStatsReader Open(ContainerFacts facts) => CgroupReader.TryOpen(facts, time, proc) ?? (IStatsReader)new EngineReader(engine, facts.Id, _atATime);

    public void Dispose() => _atATime.Dispose();
}

/// <summary>Follows one instance's counters over the lives of its process, and makes samples of their differences.</summary>
internal sealed class StatsMeter(StatsSource source, TimeProvider time)
{
    private (string Container, long Pid, DateTimeOffset? Started) _of;
    private IStatsReader? _reader;
    private StatsCounters? _before;

    /// <returns>Null while it does not run, and at the first look at a process.</returns>
    public async ValueTask<StatsSample?> NextAsync(ContainerFacts? facts, CancellationToken cancellationToken)
    {
        if (facts is not { Runs: true, Pid: > 0 })
        {
            (_reader, _before) = (null, null);
            return null;
        }

        if (_reader is null || _of != (facts.Id, facts.Pid, facts.StartedAt))
        {
            (_of, _reader, _before) = ((facts.Id, facts.Pid, facts.StartedAt), source.Open(facts), null);
        }

        var now = await _reader.ReadAsync(cancellationToken);
        var sample = now is { } after && _before is { } before ? after.Since(before, facts, time.GetUtcNow()) : null;
        _before = now;
        return sample;
    }
}
