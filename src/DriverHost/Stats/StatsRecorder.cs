using System.Collections.Concurrent;
using DriverHost.Client;
using DriverHost.Containers;
using DriverHost.Host;
using DriverHost.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DriverHost.Stats;

/// <summary>Looks at every instance that runs each ten seconds, whether anybody watches or not, and keeps what it saw on the shelf.</summary>
internal sealed class StatsRecorder(InstanceBook book, StatsSource source, StatsShelf shelf, Readiness readiness, DriverHostMetrics metrics, TimeProvider time, ILogger<StatsRecorder> logger) : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    /// <summary>Each file is written every five minutes: so much is lost at most when the driver host is killed.</summary>
    private const int Parts = 30;

    private readonly ConcurrentDictionary<string, StatsMeter> _meters = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, StatsSample> _last = new(StringComparer.Ordinal);
    private int _part;

    /// <summary>What was measured last, also after the instance ended; null before the first sample and after its delete.</summary>
    public StatsSample? Last(string instanceId) => _last.GetValueOrDefault(instanceId);

    /// <summary>A fresher sample, from somebody who watches.</summary>
    public void Note(string instanceId, StatsSample sample) => _last[instanceId] = sample;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        shelf.Open();
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        shelf.Save(0, 1);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await OnceAsync(stoppingToken);
            }
            catch (Exception failed) when (!stoppingToken.IsCancellationRequested)
            {
                StatsLog.Failed(logger, failed);
            }
        }
    }

    public async Task OnceAsync(CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var entries = book.Entries();
        // Files are read one after the other; only the engine's answers are waited for together.
        await Task.WhenAll(entries.Select(entry => TakeAsync(entry, cancellationToken)));
        if (readiness.IsInOrder)
        {
            Forget(entries.Select(e => e.Row.Id).ToHashSet(StringComparer.Ordinal));
        }

        shelf.Save(_part = (_part + 1) % Parts, Parts);
        metrics.StatsRound(time.GetElapsedTime(began));
    }

    private async Task TakeAsync(InstanceEntry entry, CancellationToken cancellationToken)
    {
        var id = entry.Row.Id;
        if (await _meters.GetOrAdd(id, _ => new StatsMeter(source, time)).NextAsync(entry.Container, cancellationToken) is { } sample)
        {
            shelf.Of(id).Add(sample);
            Note(id, sample);
        }
    }

    private void Forget(HashSet<string> there)
    {
        shelf.KeepOnly(there);
        foreach (var id in _meters.Keys.Concat(_last.Keys).Where(id => !there.Contains(id)))
        {
            _meters.TryRemove(id, out _);
            _last.TryRemove(id, out _);
        }
    }
}
