using DriverHost.Client;

namespace Cloud.Nova.Drivers;

/// <summary>What the host last said of each instance. Written by <see cref="HostWatcher"/> alone.</summary>
internal sealed class HostView
{
    private readonly Lock _lock = new();
    private Dictionary<string, HostInstance> _seen = [];

    public void Put(HostInstance instance)
    {
        lock (_lock)
        {
            _seen[instance.Id] = instance;
        }
    }

    public void Remove(string id)
    {
        lock (_lock)
        {
            _seen.Remove(id);
        }
    }

    public bool Has(string id)
    {
        lock (_lock)
        {
            return _seen.ContainsKey(id);
        }
    }

    /// <summary>Forgets everything: the host is about to tell it anew.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _seen = [];
        }
    }

    public IReadOnlyCollection<HostInstance> All()
    {
        lock (_lock)
        {
            return [.. _seen.Values];
        }
    }

    /// <summary>The last word on an instance while nothing is being done to it on the host.</summary>
    public HostInstance? Settled(string id)
    {
        lock (_lock)
        {
            return _seen.GetValueOrDefault(id) is { Operation: null } seen ? seen : null;
        }
    }

    /// <summary>An operation's answer, or what was seen since: a process may have ended while the answer was on its way.</summary>
    public HostInstance Newest(HostInstance answer) =>
        Settled(answer.Id) is { State: InstanceState.Exited, Exit: { } exit } seen && answer.StartedAt is { } started && exit.At >= started ? seen : answer;
}
