using DriverHost.Auth;
using DriverHost.Client;
using DriverHost.Containers;
using DriverHost.History;
using DriverHost.Logs;
using DriverHost.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DriverHost.Alerts;

/// <summary>Has one <see cref="AlertWatch"/> for each instance that has rules, while nobody looks.</summary>
internal sealed class AlertWatcher : BackgroundService
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);
    private static readonly DriverCaller Itself = new() { UserId = "driver-host", UserName = "the host", ProjectId = null, Roles = new HashSet<string> { "service" }, ExpiresAt = DateTimeOffset.MaxValue };

    private readonly InstanceBook _book;
    private readonly EventMarks _marks;
    private readonly AlertLedger _ledger;
    private readonly AlertSurroundings _here;
    private readonly SemaphoreSlim _turns = new(Math.Max(1, Environment.ProcessorCount / 2));
    private readonly SemaphoreSlim _changing = new(1, 1);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, AlertWatch> _watches = new(StringComparer.Ordinal);
    private bool _stopped;

    public AlertWatcher(DriverHostOptions options, LogFollowers followers, InstanceBook book, EventMarks marks, AlertLedger ledger, AlertDelivery delivery, DriverHostMetrics metrics, TimeProvider time, ILogger<AlertWatcher> logger)
    {
        (_book, _marks, _ledger) = (book, marks, ledger);
        _here = new AlertSurroundings(new EngineSocket(options.DockerEndpoint.LocalPath), followers, book, marks, ledger, _turns, delivery.Look, metrics, time, logger);
    }

    /// <summary>Takes over what the books say of an instance's rules.</summary>
    public async Task ChangeAsync(string instanceId, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            if ((await _ledger.RulesAsync(instanceId, cancellationToken)).Count == 0)
            {
                await EndAsync(instanceId);
                return;
            }

            lock (_gate)
            {
                if (_watches.TryGetValue(instanceId, out var watch))
                {
                    watch.Reload();
                }
                else if (!_stopped)
                {
                    _watches[instanceId] = new AlertWatch(instanceId, _here);
                }
            }
        }
        finally
        {
            _changing.Release();
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        lock (_gate)
        {
            _stopped = true;
        }

        await Task.WhenAll(Watched().Select(EndAsync));
    }

    public override void Dispose()
    {
        base.Dispose();
        _turns.Dispose();
        _changing.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _marks.Added += Look;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                try
                {
                    await WatchAsync(stoppingToken);
                }
                catch (Exception failed) when (!stoppingToken.IsCancellationRequested)
                {
                    // Also when the books cannot be read, as on a disk without room.
                    AlertsLog.NotWatched(_here.Logger, failed);
                    await Task.Delay(RetryAfter, _here.Time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
        }
        finally
        {
            _marks.Added -= Look;
        }
    }

    // Ends when the feed is cut off, as one that did not keep up is; the next one begins with all that is there.
    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        foreach (var instance in await _ledger.InstancesAsync(cancellationToken))
        {
            await ChangeAsync(instance, cancellationToken);
        }

        using var feed = _book.Subscribe(Itself);
        foreach (var instance in Watched())
        {
            // Deleted while no feed told of it.
            await (_book.Entry(instance) is null ? EndAsync(instance) : Task.CompletedTask);
            Look(instance);
        }

        await foreach (var happened in feed.Changes.ReadAllAsync(cancellationToken))
        {
            await TakeAsync(happened);
        }
    }

    private string[] Watched()
    {
        lock (_gate)
        {
            return [.. _watches.Keys];
        }
    }

    private async Task TakeAsync(HostEvent happened)
    {
        if (happened is { Type: HostEvent.Deleted, State: { } gone })
        {
            await EndAsync(gone.Id);
        }
        else if (happened.State is { } state)
        {
            Look(state.Id);
        }
    }

    private void Look(string instanceId)
    {
        lock (_gate)
        {
            if (_watches.TryGetValue(instanceId, out var watch))
            {
                watch.Look();
            }
        }
    }

    private async Task EndAsync(string instanceId)
    {
        AlertWatch? watch;
        lock (_gate)
        {
            _watches.Remove(instanceId, out watch);
        }

        if (watch is not null)
        {
            await watch.DisposeAsync();
        }
    }
}
