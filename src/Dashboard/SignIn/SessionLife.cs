namespace Dashboard.SignIn;

/// <summary>The life of one session in this process: from the first circuit, request or stream that uses it to the last, or to its end.</summary>
internal sealed class SessionLife : IDisposable
{
    private static readonly TimeSpan ClocksDiffer = TimeSpan.FromSeconds(5);
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _end;
    private readonly Lock _lock = new();
    private volatile SignedInSession _session;
    private int _users;
    private bool _closed;

    public SessionLife(SignedInSession session, TimeProvider time)
    {
        _time = time;
        _session = session;
        _end = new CancellationTokenSource(Left(session), time);
        Ended = _end.Token;
    }

    public SignedInSession Session => _session;
    public CancellationToken Ended { get; }
    public SessionEnd How { get; private set; } = SessionEnd.Expired;

    public event Action? Renewed;

    /// <summary>True when the session was switched to another project since this life began.</summary>
    public bool IsOfOtherProject(SignedInSession session) => session.Version > _session.Version && session.Body.Project?.Id != _session.Body.Project?.Id;

    public bool TryEnter(SignedInSession session)
    {
        lock (_lock)
        {
            if (_closed)
            {
                return false;
            }

            _users++;
        }

        Renew(session);
        return true;
    }

    public void Renew(SignedInSession session)
    {
        lock (_lock)
        {
            if (_closed || _end.IsCancellationRequested || session.Version <= _session.Version)
            {
                return;
            }

            _session = session;
            _end.CancelAfter(Left(session));
        }

        Renewed?.Invoke();
    }

    /// <returns>True when the last one left.</returns>
    public bool Leave()
    {
        lock (_lock)
        {
            _users--;
            if (_users > 0 || _closed)
            {
                return false;
            }

            _closed = true;
        }

        Dispose();
        return true;
    }

    public void Dispose() => _end.Dispose();

    public void End(SessionEnd how)
    {
        lock (_lock)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
            // A token that is refused in its last seconds has run out: the clocks differ a little.
            if (!_end.IsCancellationRequested && (how != SessionEnd.Refused || Left(_session) > ClocksDiffer))
            {
                How = how;
            }
        }

        // The callbacks run outside the lock: they dispose what joined.
        _end.Cancel();
    }

    private TimeSpan Left(SignedInSession session) => session.EndsAt - _time.GetUtcNow() is { Ticks: > 0 } left ? left : TimeSpan.Zero;
}
