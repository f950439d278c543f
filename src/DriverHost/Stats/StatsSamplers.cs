using System.Threading.Channels;
using DriverHost.Client;
using DriverHost.Containers;
using DriverHost.Telemetry;

namespace DriverHost.Stats;

/// <summary>Looks each second at the instances that somebody watches: once for all who watch the same one.</summary>
internal sealed class StatsSamplers(InstanceBook book, StatsSource source, StatsRecorder recorder, DriverHostMetrics metrics, TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Sampler> _running = new(StringComparer.Ordinal);

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _running.Count;
            }
        }
    }

    /// <summary>What is measured from now on. Disposing it ends the sampler that nobody else needs.</summary>
    public StatsWatch Watch(string instanceId)
    {
        lock (_lock)
        {
            if (!_running.TryGetValue(instanceId, out var sampler))
            {
                sampler = new Sampler();
                _running[instanceId] = sampler;
                sampler.Work = Task.Run(() => RunAsync(instanceId, sampler));
            }

            // A viewer who does not keep up misses samples, nothing else.
            var channel = Channel.CreateBounded<StatsRecord>(new BoundedChannelOptions(16) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }, _ => metrics.SampleDropped());
            sampler.Viewers.Add(channel.Writer);
            return new StatsWatch(channel.Reader, () => Leave(instanceId, sampler, channel.Writer));
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var sampler in _running.Values)
            {
                sampler.Stop.Cancel();
            }
        }
    }

    private void Leave(string instanceId, Sampler sampler, ChannelWriter<StatsRecord> viewer)
    {
        lock (_lock)
        {
            if (sampler.Viewers.Remove(viewer) && sampler.Viewers.Count == 0)
            {
                sampler.Stop.Cancel();
                if (_running.TryGetValue(instanceId, out var current) && current == sampler)
                {
                    _running.Remove(instanceId);
                }
            }
        }
    }

    private async Task RunAsync(string instanceId, Sampler sampler)
    {
        var stop = sampler.Stop.Token;
        var meter = new StatsMeter(source, time);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        Exception? broken = null;
        try
        {
            do
            {
                if (book.Entry(instanceId) is not { } entry)
                {
                    Tell(sampler, new StatsRecord { Deleted = true });
                    break;
                }

                var sample = await meter.NextAsync(entry.Container, stop);
                if (sample is not null)
                {
                    recorder.Note(instanceId, sample);
                }

                // While there is nothing to measure, that it goes on is told each second, too: the state may have changed.
                Tell(sampler, sample is not null ? new StatsRecord { Sample = sample } : new StatsRecord { Ping = time.GetUtcNow(), State = entry.View(book.EngineAnswers).State });
            }
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Nobody watches any more.
        }
        catch (Exception unforeseen)
        {
            broken = unforeseen;
        }

        lock (_lock)
        {
            foreach (var viewer in sampler.Viewers)
            {
                viewer.TryComplete(broken);
            }

            if (_running.TryGetValue(instanceId, out var current) && current == sampler)
            {
                _running.Remove(instanceId);
            }
        }
    }

    private void Tell(Sampler sampler, StatsRecord record)
    {
        lock (_lock)
        {
            foreach (var viewer in sampler.Viewers)
            {
                viewer.TryWrite(record);
            }
        }
    }

    private sealed class Sampler
    {
        public List<ChannelWriter<StatsRecord>> Viewers { get; } = [];
        public CancellationTokenSource Stop { get; } = new();
        public Task Work { get; set; } = Task.CompletedTask;
    }
}

/// <summary>One viewer's share of a sampler.</summary>
internal sealed class StatsWatch(ChannelReader<StatsRecord> records, Action leave) : IDisposable
{
    public ChannelReader<StatsRecord> Records => records;

    public void Dispose() => leave();
}
