namespace Dashboard.Instances;

/// <summary>Rings at once, then at most every 100 ms: pages draw what is there, not every step on the way. The last change always rings.</summary>
internal sealed class ChangeBell : IDisposable
{
    public static readonly TimeSpan Floor = TimeSpan.FromMilliseconds(100);
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private long _last;
    private bool _rang;
    private bool _waiting;

    public ChangeBell(TimeProvider time)
    {
        _time = time;
        _timer = time.CreateTimer(_ => RingNow(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>On any thread.</summary>
    public event Action? Rung;

    public void Ring()
    {
        lock (_lock)
        {
            if (_waiting)
            {
                return;
            }

            var rest = _rang ? Floor - _time.GetElapsedTime(_last) : TimeSpan.Zero;
            if (rest > TimeSpan.Zero)
            {
                _waiting = true;
                _timer.Change(rest, Timeout.InfiniteTimeSpan);
                return;
            }
        }

        RingNow();
    }

    public void Dispose() => _timer.Dispose();

    private void RingNow()
    {
        lock (_lock)
        {
            (_waiting, _rang, _last) = (false, true, _time.GetTimestamp());
        }

        Rung?.Invoke();
    }
}
