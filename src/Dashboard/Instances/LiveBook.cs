using System.Collections.Immutable;
using Dashboard.Components;
using DriverHost.Client;
using OpenStack.Nova;

namespace Dashboard.Instances;

/// <summary>Lays Nova's record and the driver hosts' word together. Every method may be called on any thread.</summary>
internal sealed class LiveBook(string projectId, TimeProvider time)
{
    /// <summary>How long a click is shown as "asked" when nobody answers for it.</summary>
    private static readonly TimeSpan AskedLimit = TimeSpan.FromSeconds(10);

    /// <summary>A short break of the event stream changes nothing on the page.</summary>
    private static readonly TimeSpan LostGrace = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (string Name, HostInstance State)> _hosts = new(StringComparer.Ordinal);

    public LiveState Now { get; private set; } = LiveState.Nothing;

    /// <summary>Somebody watches again: these are the driver hosts, of which nothing is known yet.</summary>
    public void Begin(IEnumerable<string> hosts)
    {
        lock (_lock)
        {
            Now = Now with { Links = HostLinks.Of(hosts.Select(h => (h, Now.Links[h].HeardAt))) };
        }
    }

    /// <summary>A driver host says how an instance is. True when Nova should be asked about it.</summary>
    public bool Take(string name, HostInstance host)
    {
        lock (_lock)
        {
            var before = _hosts.TryGetValue(host.Id, out var known) ? known.State : null;
            _hosts[host.Id] = (name, host);
            if (!Now.Instances.TryGetValue(host.Id, out var facts))
            {
                return host.ProjectId == projectId;
            }

            var answered = facts.Asked is { } asked && (host.Operation is not null || host.State != asked.State);
            Put(facts with { Host = host, HostName = name, Asked = answered ? null : facts.Asked });
            return before?.Operation is not null && host.Operation is null;
        }
    }

    /// <summary>It was deleted on the host; Nova is about to forget it, too. Unless another host has it by now.</summary>
    public void Forget(string name, HostInstance host)
    {
        lock (_lock)
        {
            if (_hosts.TryGetValue(host.Id, out var known) && known.Name != name)
            {
                return;
            }

            _hosts.Remove(host.Id);
            if (Now.Instances.TryGetValue(host.Id, out var facts))
            {
                Put(facts with { Host = null, HostName = null, Asked = new AskedAction(InstanceAction.Delete, time.GetUtcNow(), null, facts.Server.Status) });
            }
        }
    }

    /// <summary>A driver host has told everything it knows: what it did not name, it does not have.</summary>
    public void Synced(string name, IReadOnlySet<string> named)
    {
        lock (_lock)
        {
            foreach (var id in _hosts.Where(h => h.Value.Name == name && !named.Contains(h.Key)).Select(h => h.Key).ToArray())
            {
                _hosts.Remove(id);
                if (Now.Instances.TryGetValue(id, out var facts))
                {
                    Put(facts with { Host = null, HostName = null });
                }
            }
        }
    }

    public void Heard(string name)
    {
        lock (_lock)
        {
            Now = Now with { Links = Now.Links.With(name, new HostLink(true, time.GetUtcNow())) };
        }
    }

    /// <summary>Nobody watches any more: what is known grows old, and is told again at the next beginning.</summary>
    public void Rest()
    {
        lock (_lock)
        {
            Now = Now with { Links = HostLinks.Of(Now.Links.ByHost.Select(l => (l.Key, l.Value.HeardAt))) };
        }
    }

    /// <summary>The event stream broke. True when it is told on the page: it is down for longer than a moment.</summary>
    public bool Lost(string name, string why)
    {
        lock (_lock)
        {
            var link = Now.Links[name];
            if (link is { Live: true, HeardAt: { } heard } && time.GetUtcNow() - heard < LostGrace)
            {
                return false;
            }

            Now = Now with { Links = Now.Links.With(name, new HostLink(false, link.HeardAt, why)) };
            return true;
        }
    }

    /// <summary>The driver host was removed from this dashboard: its instances are Nova's alone.</summary>
    public void Drop(string name)
    {
        Synced(name, new HashSet<string>());
        lock (_lock)
        {
            Now = Now with { Links = new HostLinks(Now.Links.ByHost.Remove(name)) };
        }
    }

    /// <param name="asked">When Nova was asked.</param>
    public void Read(InstanceRead read, DateTimeOffset asked)
    {
        lock (_lock)
        {
            Now = Now with
            {
                Problem = null,
                NovaAt = time.GetUtcNow(),
                Whole = read.Whole,
                People = read.People,
                Images = read.Images,
                Instances = read.Servers.ToImmutableDictionary(s => s.Id, s => Merge(s, read, asked)),
            };
        }
    }

    public void Failed(Problem problem)
    {
        lock (_lock)
        {
            Now = Now with { Problem = problem };
        }
    }

    public void Ask(string id, InstanceAction action) =>
        Change(id, facts => facts with { Asked = new AskedAction(action, time.GetUtcNow(), facts.Host?.State, facts.Server.Status) });

    public void Unask(string id) => Change(id, facts => facts with { Asked = null });

    public void Follow(string id, string imageId, string name) => Change(id, facts => facts with { Snapshot = new SnapshotProgress(imageId, name, time.GetUtcNow()) });

    private InstanceFacts Merge(Server server, InstanceRead read, DateTimeOffset asked)
    {
        var (name, state) = _hosts.GetValueOrDefault(server.Id);
        var facts = (Now.Instances.GetValueOrDefault(server.Id) ?? new InstanceFacts(server)) with { Server = server, Host = state, HostName = name };
        return facts with { Asked = Answered(facts, asked) ? null : facts.Asked, Snapshot = SnapshotWatch.Look(facts, read.Images, asked) };
    }

    // Nova's own states count where no driver host tells; and nothing is "asked" for ever.
    private bool Answered(InstanceFacts facts, DateTimeOffset asked) =>
        facts.Asked is { } action && action.At < asked
            && (time.GetUtcNow() - action.At > AskedLimit || facts.Host is null && (facts.Server.TaskState is not null || facts.Server.Status != action.Status) && action.Action != InstanceAction.Delete);

    private void Change(string id, Func<InstanceFacts, InstanceFacts> change)
    {
        lock (_lock)
        {
            if (Now.Instances.TryGetValue(id, out var facts))
            {
                Put(change(facts));
            }
        }
    }

    private void Put(InstanceFacts facts) => Now = Now with { Instances = Now.Instances.SetItem(facts.Id, facts) };
}
