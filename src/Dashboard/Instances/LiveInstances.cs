using System.Diagnostics.CodeAnalysis;
using Dashboard.Components;
using OpenStack.Errors;

namespace Dashboard.Instances;

/// <summary>
/// The project's instances as one sign-in sees them, for all its pages. They are kept true while one of them watches, and for a while longer: Nova's list once, then
/// the driver hosts' events. When a driver host is silent, Nova is asked every few seconds instead.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Every circuit is handed the same, and would dispose it at its end. EndAsync is called once, by who made it.")]
internal sealed partial class LiveInstances
{
    /// <summary>How often Nova is asked while the events come: they tell the rest.</summary>
    public static readonly TimeSpan PushedPeriod = TimeSpan.FromSeconds(30);

    /// <summary>… while something goes on that only Nova tells.</summary>
    public static readonly TimeSpan ChangingPeriod = TimeSpan.FromSeconds(2);

    /// <summary>… while no events come.</summary>
    public static readonly TimeSpan PolledPeriod = TimeSpan.FromSeconds(5);

    /// <summary>How long it goes on after the last page: the next one is likely to come.</summary>
    public static readonly TimeSpan Linger = TimeSpan.FromMinutes(1);

    // The page for which Nova was asked ahead comes this soon, or has it asked again.
    private static readonly TimeSpan ExpectedAge = TimeSpan.FromSeconds(3);

    private readonly Lock _lock = new();
    private readonly IInstanceCloud _cloud;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly List<string> _extra = [];
    private readonly ChangeBell _bell;
    private readonly RefreshSignal _refresh;
    private readonly InstanceReader _reader;
    private readonly LiveBook _book;
    private readonly ITimer _rest;
    private readonly Dictionary<string, Task> _feeds = new(StringComparer.Ordinal);
    private CancellationTokenSource? _running;
    private Task _loops = Task.CompletedTask;
    private DateTimeOffset _expectedAt = DateTimeOffset.MinValue;
    private int _watchers;

    public LiveInstances(IInstanceCloud cloud, TimeProvider time, ILogger<LiveInstances> logger)
    {
        (_cloud, _time, _logger) = (cloud, time, logger);
        _bell = new ChangeBell(time);
        _refresh = new RefreshSignal(time);
        _reader = new InstanceReader(cloud, time);
        _book = new LiveBook(cloud.Viewer.ProjectId, time);
        _rest = time.CreateTimer(_ => Rest(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public LiveState Now => _book.Now;

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

            _watchers++;
            _rest.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            if (_running is null)
            {
                // With Nova's list.
                Begin();
            }
            else if (alsoId is not null || _time.GetUtcNow() - _expectedAt > ExpectedAge)
            {
                _refresh.Set();
            }

            _expectedAt = DateTimeOffset.MinValue;
        }

        return new Watching(this, changed, alsoId);
    }

    /// <summary>A page is about to watch: what it will need is asked for now.</summary>
    public void Expect()
    {
        Watch(() => { }).Dispose();
        lock (_lock)
        {
            _expectedAt = _time.GetUtcNow();
        }
    }

    /// <summary>Has Nova asked now, without waiting for its answer.</summary>
    public void Refresh() => _refresh.Set();

    /// <summary>Shows at once that something was asked for; who answers for it comes after.</summary>
    public void Ask(string id, InstanceAction action)
    {
        _book.Ask(id, action);
        _bell.Ring();
    }

    /// <summary>It was refused: the instance is as it was.</summary>
    public void Unask(string id)
    {
        _book.Unask(id);
        _bell.Ring();
    }

    /// <summary>Follows a snapshot until it is in Glance.</summary>
    public void Follow(string id, string imageId, string name)
    {
        _book.Follow(id, imageId, name);
        _refresh.Set();
        _bell.Ring();
    }

    /// <summary>Nobody will watch any more.</summary>
    public async Task EndAsync()
    {
        Rest();
        await _loops;
        await _rest.DisposeAsync();
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
                _book.Begin(_cloud.Hosts);
                _feeds.Clear();
                await AskNovaAsync(running.Token);
                await Task.WhenAll(_feeds.Values);
                _book.Rest();
            },
            CancellationToken.None);
    }

    // Hosts may be added while it goes on.
    private void FollowHosts(CancellationToken cancellationToken)
    {
        foreach (var host in _cloud.Hosts.Where(h => !_feeds.TryGetValue(h, out var feed) || feed.IsCompleted))
        {
            _feeds[host] = FollowAsync(host, cancellationToken);
        }
    }

    // What nobody expected ends one feed, not all: it begins anew when Nova is asked next.
    private async Task FollowAsync(string host, CancellationToken cancellationToken)
    {
        try
        {
            await new HostFeed(_cloud, host, _book, _time, Changed).RunAsync(cancellationToken);
        }
        catch (Exception failed)
        {
            NotFollowed(_logger, host, failed);
        }
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
            FollowHosts(cancellationToken);
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
            _book.Read(await _reader.ReadAsync(extra, awaited, Now.NovaAt is null ? ShowNewest : null, cancellationToken), asked);
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

            _book.Failed(Problem.Of("The instances could not be loaded.", failed));
        }

        Ring();

        void ShowNewest(InstanceRead newest)
        {
            _book.Read(newest, asked);
            Ring();
        }
    }

    private void Leave(Action changed, string? alsoId)
    {
        _bell.Rung -= changed;
        lock (_lock)
        {
            if (alsoId is not null)
            {
                _extra.Remove(alsoId);
            }

            if (--_watchers == 0)
            {
                _rest.Change(Linger, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void Rest()
    {
        CancellationTokenSource? running;
        lock (_lock)
        {
            if (_watchers > 0)
            {
                return;
            }

            (running, _running) = (_running, null);
        }

        if (running is not null)
        {
            running.Cancel();
            _book.Rest();
        }
    }

    [LoggerMessage(1, LogLevel.Error, "The instances could not be loaded")]
    private static partial void NotLoaded(ILogger logger, Exception failed);

    [LoggerMessage(2, LogLevel.Error, "The driver host on {Host} is not followed until Nova is asked again")]
    private static partial void NotFollowed(ILogger logger, string host, Exception failed);

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
