namespace DriverHost.Docker;

/// <summary>Something happened to a container of this host.</summary>
/// <param name="Action">create, start, die, oom, kill, stop, pause, unpause, destroy, rename …, as the engine says it.</param>
/// <param name="TimeNano">The engine's clock, nanoseconds since 1970.</param>
internal sealed record EngineEvent(string InstanceId, string ContainerId, string Action, long TimeNano, IReadOnlyDictionary<string, string> Attributes);

/// <summary>Passes the engine's events of this host's containers on. Listeners return at once: they only take note.</summary>
internal sealed class EngineEvents
{
    private readonly Lock _lock = new();
    private Action<EngineEvent>[] _listeners = [];

    public IDisposable Subscribe(Action<EngineEvent> listener)
    {
        lock (_lock)
        {
            _listeners = [.. _listeners, listener];
        }

        return new Subscription(this, listener);
    }

    public void Publish(EngineEvent happened)
    {
        Action<EngineEvent>[] listeners;
        lock (_lock)
        {
            listeners = _listeners;
        }

        foreach (var listener in listeners)
        {
            listener(happened);
        }
    }

    private sealed class Subscription(EngineEvents events, Action<EngineEvent> listener) : IDisposable
    {
        public void Dispose()
        {
            lock (events._lock)
            {
                events._listeners = [.. events._listeners.Where(l => l != listener)];
            }
        }
    }
}
