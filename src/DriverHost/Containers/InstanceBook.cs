using DriverHost.Auth;
using DriverHost.Client;
using DriverHost.Docker;
using DriverHost.Http;
using DriverHost.Store;
using DriverHost.Telemetry;

namespace DriverHost.Containers;

/// <summary>
/// What this host knows of its instances, in memory: reads cost no engine call. Rows go to the ledger first; the engine's facts come from
/// <see cref="EngineWatcher"/>. Every change goes to the feeds.
/// </summary>
internal sealed class InstanceBook(Ledger ledger, DriverHostMetrics metrics, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, InstanceEntry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _byContainer = new(StringComparer.Ordinal);
    private readonly List<InstanceFeed> _feeds = [];
    private bool _engineAnswers;

    public bool EngineAnswers
    {
        get
        {
            lock (_lock)
            {
                return _engineAnswers;
            }
        }
    }

    /// <summary>Changes that wait for listeners, all together.</summary>
    public int EventsWaiting
    {
        get
        {
            lock (_lock)
            {
                return _feeds.Sum(f => f.Changes.Count);
            }
        }
    }

    public InstanceEntry? Entry(string id)
    {
        lock (_lock)
        {
            return _entries.GetValueOrDefault(id);
        }
    }

    public InstanceEntry[] Entries()
    {
        lock (_lock)
        {
            return [.. _entries.Values];
        }
    }

    public HostInstance? Find(string id)
    {
        lock (_lock)
        {
            return _entries.GetValueOrDefault(id)?.View(_engineAnswers);
        }
    }

    public string? FindByContainer(string containerId)
    {
        lock (_lock)
        {
            return _byContainer.GetValueOrDefault(containerId);
        }
    }

    /// <summary>The instance, if this caller may read it.</summary>
    /// <exception cref="DriverFailure">404: there is none, or it is not the caller's.</exception>
    public HostInstance RequireReadable(string id, DriverCaller caller)
    {
        var instance = Find(id) ?? throw CallerAccess.NoInstance(id);
        caller.RequireReadable(id, instance.ProjectId);
        return instance;
    }

    public HostInstance[] List(DriverCaller caller)
    {
        lock (_lock)
        {
            return [.. _entries.Values.Where(e => caller.MayRead(e.Row.ProjectId)).OrderBy(e => e.Row.CreatedAt).Select(e => e.View(_engineAnswers))];
        }
    }

    public InstanceFeed Subscribe(DriverCaller caller)
    {
        lock (_lock)
        {
            var feed = new InstanceFeed(caller, List(caller), Unsubscribe, metrics);
            _feeds.Add(feed);
            return feed;
        }
    }

    public async Task ReadLedgerAsync(CancellationToken cancellationToken)
    {
        foreach (var row in await ledger.InstancesAsync(cancellationToken))
        {
            Put(InstanceEntry.From(row));
        }
    }

    /// <summary>Adds a new instance. False when there is one of that id already.</summary>
    public async Task<bool> AddAsync(InstanceEntry entry, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_entries.TryAdd(entry.Row.Id, entry))
            {
                return false;
            }
        }

        try
        {
            await ledger.AddAsync(entry.Row, cancellationToken);
        }
        catch
        {
            lock (_lock)
            {
                _entries.Remove(entry.Row.Id);
            }

            throw;
        }

        Change(entry.Row.Id, e => e);
        return true;
    }

    /// <summary>Changes the row and writes it. An instance that is gone stays gone.</summary>
    public async Task UpdateAsync(string id, Func<InstanceRow, InstanceRow> change, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            if (Entry(id) is { } entry)
            {
                var row = change(entry.Row);
                await ledger.UpdateAsync(row, cancellationToken);
                Change(id, e => e with { Row = row });
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    public async Task RemoveAsync(string id, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await ledger.RemoveInstanceAsync(id, cancellationToken);
            lock (_lock)
            {
                if (_entries.Remove(id, out var entry))
                {
                    Forget(entry.Container);
                    Offer(new HostEvent(HostEvent.Deleted, time.GetUtcNow(), entry.View(_engineAnswers)));
                }
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    public void SetContainer(string id, ContainerFacts? facts) => Change(id, entry =>
    {
        Forget(entry.Container);
        if (facts is not null)
        {
            _byContainer[facts.Id] = id;
        }

        return entry with { Container = facts };
    });

    public void SetOperation(string id, InstanceOperation? operation) => Change(id, entry => entry with { Operation = operation });

    public void SetEngineAnswers(bool answers)
    {
        lock (_lock)
        {
            if (_engineAnswers == answers)
            {
                return;
            }

            _engineAnswers = answers;
            foreach (var entry in _entries.Values)
            {
                Offer(new HostEvent(HostEvent.Instance, time.GetUtcNow(), entry.View(_engineAnswers)));
            }
        }
    }

    private void Put(InstanceEntry entry)
    {
        lock (_lock)
        {
            _entries[entry.Row.Id] = entry;
        }
    }

    private void Change(string id, Func<InstanceEntry, InstanceEntry> change)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(id, out var entry))
            {
                var changed = change(entry);
                _entries[id] = changed;
                Offer(new HostEvent(HostEvent.Instance, time.GetUtcNow(), changed.View(_engineAnswers)));
            }
        }
    }

    private void Forget(ContainerFacts? facts)
    {
        if (facts is not null)
        {
            _byContainer.Remove(facts.Id);
        }
    }

    private void Offer(HostEvent change)
    {
        foreach (var feed in _feeds)
        {
            feed.Offer(change);
        }
    }

    private void Unsubscribe(InstanceFeed feed)
    {
        lock (_lock)
        {
            _feeds.Remove(feed);
        }
    }

    public void Dispose() => _writing.Dispose();
}
