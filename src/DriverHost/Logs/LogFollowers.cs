using DriverHost.Telemetry;

namespace DriverHost.Logs;

/// <summary>The followers that run now: one for each container that somebody watches.</summary>
internal sealed class LogFollowers(DriverHostMetrics metrics, TimeProvider time) : IDisposable
{
    /// <summary>How long a follower outlives its last viewer: a reload of the page finds it running.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromSeconds(3);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, LogFollower> _followers = [];
    private bool _disposed;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _followers.Count;
            }
        }
    }

    /// <summary>Joins the container's follower if one runs. Every join needs one <see cref="Leave"/>.</summary>
    public LogFollower? TryJoin(string container)
    {
        lock (_gate)
        {
            return _followers.TryGetValue(container, out var follower) && !follower.Ring.Completed ? Count1(follower) : null;
        }
    }

    /// <summary>Joins the container's follower, or starts one right after the given line.</summary>
    public LogFollower Join(EngineSocket engine, string container, bool tty, LogCursor? after)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_followers.TryGetValue(container, out var follower) || follower.Ring.Completed)
            {
                follower = new LogFollower(engine, container, tty, after, metrics, time);
                _followers[container] = follower;
            }

            return Count1(follower);
        }
    }

    /// <summary>Shows a mark to those who watch the container now, in order with its lines.</summary>
    public void Mark(string container, byte[] mark)
    {
        lock (_gate)
        {
            if (_followers.TryGetValue(container, out var follower) && !follower.Ring.Completed)
            {
                follower.Mark(mark);
            }
        }
    }

    public void Leave(string container, LogFollower follower)
    {
        lock (_gate)
        {
            if (--follower.Viewers > 0)
            {
                return;
            }
        }

        // The timer keeps itself alive by its state until it has fired.
        var timer = default(ITimer);
        timer = time.CreateTimer(_ => EndIdle(container, follower, timer!), null, Idle, Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            foreach (var follower in _followers.Values)
            {
                follower.Dispose();
            }

            _followers.Clear();
        }
    }

    private static LogFollower Count1(LogFollower follower)
    {
        follower.Viewers++;
        return follower;
    }

    private void EndIdle(string container, LogFollower follower, ITimer timer)
    {
        timer.Dispose();
        lock (_gate)
        {
            if (follower.Viewers > 0)
            {
                return;
            }

            if (_followers.TryGetValue(container, out var current) && current == follower)
            {
                _followers.Remove(container);
            }

            follower.Dispose();
        }
    }
}
