using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Dashboard.SignIn;

/// <summary>One life per session that is in use here: circuits and streams hang on it, and sign-out, revocation or expiry ends it. A renewed sign-in goes on.</summary>
internal sealed class SessionLifetimes(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, SessionLife> _live = [];
    private readonly Channel<SignedInSession> _doubted = Channel.CreateBounded<SignedInSession>(new BoundedChannelOptions(256) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Sessions whose token a service refused just now: somebody should ask Keystone.</summary>
    public ChannelReader<SignedInSession> Doubted => _doubted.Reader;

    /// <summary>Joins the session's life; dispose the result when done.</summary>
    public SessionUse Join(SignedInSession session)
    {
        while (true)
        {
            var life = _live.GetOrAdd(session.Id, _ => new SessionLife(session, time));
            if (life.IsOfOtherProject(session))
            {
                End(session.Id, SessionEnd.Switched);
            }
            else if (life.TryEnter(session))
            {
                return new SessionUse(this, life);
            }
            else
            {
                _live.TryRemove(KeyValuePair.Create(session.Id, life));
            }
        }
    }

    /// <summary>The same sign-in with a new token: whoever uses it goes on with that.</summary>
    public void Renew(SignedInSession session)
    {
        if (_live.TryGetValue(session.Id, out var life))
        {
            life.Renew(session);
        }
    }

    public void End(string id, SessionEnd how)
    {
        if (_live.TryRemove(id, out var life))
        {
            life.End(how);
        }
    }

    /// <summary>The sessions that circuits or streams hold now.</summary>
    public IReadOnlyList<SignedInSession> InUse() => [.. _live.Values.Select(l => l.Session)];

    internal void Doubt(SignedInSession session) => _doubted.Writer.TryWrite(session);

    internal void Leave(SessionLife life)
    {
        if (life.Leave())
        {
            _live.TryRemove(KeyValuePair.Create(life.Session.Id, life));
        }
    }
}

/// <summary>One circuit's, request's or stream's hold on a session.</summary>
internal sealed class SessionUse(SessionLifetimes owner, SessionLife life) : IDisposable
{
    private int _disposed;

    /// <summary>As it is now: a renewed sign-in has another token.</summary>
    public SignedInSession Session => life.Session;

    public CancellationToken Ended => life.Ended;

    /// <summary>How it ended, once it has.</summary>
    public SessionEnd How => life.How;

    /// <summary>Raised on any thread when the sign-in was renewed.</summary>
    public event Action? Renewed
    {
        add => life.Renewed += value;
        remove => life.Renewed -= value;
    }

    /// <summary>A service answered 401: the token may be gone.</summary>
    public void Doubt() => owner.Doubt(life.Session);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            owner.Leave(life);
        }
    }
}
