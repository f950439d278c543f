using System.Collections.Concurrent;

namespace Dashboard.SignIn;

/// <summary>One cancellation per session that is in use here: circuits and streams hang on it, and sign-out, revocation or expiry pulls it.</summary>
internal sealed class SessionLifetimes(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Lifetime> _live = [];

    /// <summary>Joins the session's lifetime; dispose the result when done.</summary>
    public Use Join(SignedInSession session)
    {
        while (true)
        {
            var life = _live.GetOrAdd(session.Id, _ => new Lifetime(session.Id, session.EndsAt - time.GetUtcNow(), time));
            if (life.TryEnter(session))
            {
                return new Use(this, life);
            }

            _live.TryRemove(KeyValuePair.Create(session.Id, life));
        }
    }

    public void End(string id)
    {
        if (_live.TryRemove(id, out var life))
        {
            life.End();
        }
    }

    /// <summary>The sessions that circuits or streams hold now.</summary>
    public IReadOnlyList<SignedInSession> InUse() => [.. _live.Values.Select(l => l.Session).OfType<SignedInSession>()];

    /// <summary>One circuit's or stream's hold on a session.</summary>
    internal sealed class Use(SessionLifetimes owner, Lifetime life) : IDisposable
    {
        private int _disposed;

        public CancellationToken Ended => life.Ended;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0 && life.Leave())
            {
                owner._live.TryRemove(KeyValuePair.Create(life.Id, life));
            }
        }
    }

    internal sealed class Lifetime : IDisposable
    {
        private readonly CancellationTokenSource _end;
        private readonly Lock _lock = new();
        private int _users;
        private bool _closed;

        public Lifetime(string id, TimeSpan left, TimeProvider time)
        {
            Id = id;
            _end = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
            Ended = _end.Token;
        }

        public string Id { get; }
        public SignedInSession? Session { get; private set; }
        public CancellationToken Ended { get; }

        public bool TryEnter(SignedInSession session)
        {
            lock (_lock)
            {
                if (_closed)
                {
                    return false;
                }

                Session = session;
                _users++;
                return true;
            }
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

        public void End()
        {
            lock (_lock)
            {
                if (_closed)
                {
                    return;
                }

                _closed = true;
            }

            // The callbacks run outside the lock: they dispose what joined.
            _end.Cancel();
        }
    }
}
