using DriverHost.Client;

namespace Cloud.Nova.Drivers;

/// <summary>What the host last said of each instance. Written by <see cref="HostWatcher"/> alone.</summary>
internal sealed class HostView
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (HostInstance Instance, long Mark)> _seen = [];
    private bool _complete;
    private long _marks;

    public void Put(HostInstance instance)
    {
        lock (_lock)
        {
            _seen[instance.Id] = (instance, ++_marks);
        }
    }

    public void Remove(string id)
    {
        lock (_lock)
        {
            _seen.Remove(id);
        }
    }

    /// <summary>Forgets everything: the host is about to tell it anew.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _seen.Clear();
            _complete = false;
        }
    }

    /// <summary>The host has told everything: what is not here is not there.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _complete = true;
        }
    }

    public IReadOnlyCollection<HostInstance> All()
    {
        lock (_lock)
        {
            return [.. _seen.Values.Select(s => s.Instance)];
        }
    }

    /// <summary>The last word on an instance while nothing is being done to it on the host.</summary>
    public HostInstance? Settled(string id)
    {
        lock (_lock)
        {
            return _seen.TryGetValue(id, out var seen) && seen.Instance.Operation is null ? seen.Instance : null;
        }
    }

    /// <summary>The host has told everything and the instance was not among it.</summary>
    public bool IsMissing(string id)
    {
        lock (_lock)
        {
            return _complete && !_seen.ContainsKey(id);
        }
    }

    /// <summary>Differs from an earlier mark when the host has said something of the instance since; 0 when it does not have it.</summary>
    public long Mark(string id)
    {
        lock (_lock)
        {
            return _seen.TryGetValue(id, out var seen) ? seen.Mark : 0;
        }
    }

    /// <summary>An operation's answer, or what was seen since: a process may have ended while the answer was on its way.</summary>
    public HostInstance Newest(HostInstance answer) =>
        Settled(answer.Id) is { State: InstanceState.Exited, Exit: { } exit } seen && answer.StartedAt is { } started && exit.At >= started ? seen : answer;
}
