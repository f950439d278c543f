using Dashboard.Components;
using OpenStack.Errors;

namespace Dashboard.Instances;

/// <summary>
/// The project's instances of one circuit, kept true while a page watches: Nova's list once, then the driver hosts' events. When a
/// driver host is silent, Nova is asked every few seconds instead.
/// </summary>
internal sealed partial class LiveInstances : IAsyncDisposable
{
    /// <summary>How often Nova is asked while the events come: they tell the rest.</summary>
    public static readonly TimeSpan PushedPeriod = TimeSpan.FromSeconds(30);

    /// <summary>… while something goes on that only Nova tells.</summary>
    public static readonly TimeSpan ChangingPeriod = TimeSpan.FromSeconds(2);

    /// <summary>… while no events come.</summary>
    public static readonly TimeSpan PolledPeriod = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly IInstanceCloud _cloud;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly List<string> _extra = [];
    private readonly ChangeBell _bell;
    private readonly RefreshSignal _refresh;
    private readonly InstanceReader _reader;
    private readonly Lazy<LiveBook> _book;
    private CancellationTokenSource? _running;
    private Task _loops = Task.CompletedTask;
    private int _watchers;

    public LiveInstances(IInstanceCloud cloud, TimeProvider time, ILogger<LiveInstances> logger)
    {
        (_cloud, _time, _logger) = (cloud, time, logger);
        _bell = new ChangeBell(time);
        _refresh = new RefreshSignal(time);
        _reader = new InstanceReader(cloud, time);
        // The session is opened after the circuit's services are made.
        _book = new Lazy<LiveBook>(() => new LiveBook(cloud.Viewer.ProjectId, time));
    }

    public LiveState Now => _book.Value.Now;

    /// <summary>Tells of changes, on any thread, at most ten times a second. The feed runs while somebody watches.</summary>
    /// <param name="alsoId">An instance that may be missing in the project's list: an administrator may look at any.</param>
    public IDisposable Watch(Action changed, string? alsoId = null)
    {
        _bell.Rung += changed;
        lock (_lock)
        {
            if (alsoId is not null)
            {
                _extra.Add(alsoId);
            }

            if (_watchers++ == 0)
            {
                // With Nova's list.
                Begin();
            }
            else
            {
                _refresh.Set();
            }
        }

        return new Watching(this, changed, alsoId);
    }

    /// <summary>Has Nova asked now, without waiting for its answer.</summary>
    public void Refresh() => _refresh.Set();

    /// <summary>Shows at once that something was asked for; who answers for it comes after.</summary>
    public void Ask(string id, InstanceAction action)
    {
        _book.Value.Ask(id, action);
        _bell.Ring();
    }

    /// <summary>It was refused: the instance is as it was.</summary>
    public void Unask(string id)
    {
        _book.Value.Unask(id);
        _bell.Ring();
    }

    /// <summary>Follows a snapshot until it is in Glance.</summary>
    public void Follow(string id, string imageId, string name)
    {
        _book.Value.Follow(id, imageId, name);
        _refresh.Set();
        _bell.Ring();
    }

    public async ValueTask DisposeAsync()
    {
        CancellationTokenSource? running;
        lock (_lock)
        {
            (running, _running) = (_running, null);
        }

        if (running is not null)
        {
            await running.CancelAsync();
        }

        await _loops;
        _bell.Dispose();
    }

    // Called under the lock.
    private void Begin()
    {
        var before = _loops;
        var running = _running = new CancellationTokenSource();
        _loops = Task.Run(
            async () =>
            {
                await before;
                using var ended = _cloud.Ended.Register(running.Cancel);
                var hosts = _cloud.Hosts;
                _book.Value.Begin(hosts);
                await Task.WhenAll([AskNovaAsync(running.Token), .. hosts.Select(h => new HostFeed(_cloud, h, _book.Value, _time, Changed).RunAsync(running.Token))]);
                _book.Value.Rest();
            },
            CancellationToken.None);
    }

    private void Changed(bool askNova)
    {
        if (askNova)
        {
            _refresh.Set();
        }

        Ring();
    }

    // While there is nothing to draw yet nobody is called: the bell would rest, and the first that there is would wait for it.
    private void Ring()
    {
        if (Now.Begun || Now.Problem is not null)
        {
            _bell.Ring();
        }
    }

    private async Task AskNovaAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await LoadAsync(cancellationToken);
            await _refresh.WaitAsync(Period(), cancellationToken);
        }
    }

    private TimeSpan Period() => Now.Instances.Values.Any(OnlyNovaTells) ? ChangingPeriod : Now.Link.Live ? PushedPeriod : PolledPeriod;

    private static bool OnlyNovaTells(InstanceFacts facts) =>
        facts.Asked is not null || facts.Server.TaskState is not null || facts.Server.Status == "BUILD" || facts.Snapshot is { End: SnapshotEnd.NotYet };

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        string[] extra;
        lock (_lock)
        {
            extra = [.. _extra.Distinct()];
        }

        var asked = _time.GetUtcNow();
        try
        {
            var awaited = Now.Instances.Values.Select(f => f.Snapshot).Where(s => s is { End: SnapshotEnd.NotYet }).Select(s => s!.ImageId).ToArray();
            _book.Value.Read(await _reader.ReadAsync(extra, awaited, Now.NovaAt is null ? ShowNewest : null, cancellationToken), asked);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            return;
        }
        catch (Exception failed)
        {
            if (failed is not OpenStackException)
            {
                NotLoaded(_logger, failed);
            }

            _book.Value.Failed(Problem.Of("The instances could not be loaded.", failed));
        }

        Ring();

        void ShowNewest(InstanceRead newest)
        {
            _book.Value.Read(newest, asked);
            Ring();
        }
    }

    private void Leave(Action changed, string? alsoId)
    {
        _bell.Rung -= changed;
        CancellationTokenSource? running = null;
        lock (_lock)
        {
            if (alsoId is not null)
            {
                _extra.Remove(alsoId);
            }

            if (--_watchers == 0)
            {
                (running, _running) = (_running, null);
            }
        }

        if (running is not null)
        {
            running.Cancel();
            _book.Value.Rest();
        }
    }

    [LoggerMessage(1, LogLevel.Error, "The instances could not be loaded")]
    private static partial void NotLoaded(ILogger logger, Exception failed);

    private sealed class Watching(LiveInstances live, Action changed, string? alsoId) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                live.Leave(changed, alsoId);
            }
        }
    }
}
