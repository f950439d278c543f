using Dashboard.Images;
using Dashboard.Instances;
using Dashboard.SignIn;

namespace Dashboard.Hosting;

/// <summary>
/// What all circuits and requests of one sign-in share while it is in one project and region: what one page has loaded the next one shows at
/// once, and so does a tab that is opened or loaded anew. It stays for a while after the last of them.
/// </summary>
internal sealed partial class SessionShares(IServiceScopeFactory scopes, TimeProvider time, ILogger<SessionShares> logger)
{
    /// <summary>Longer than <see cref="LiveInstances.Linger"/>: nothing goes on any more when it ends.</summary>
    public static readonly TimeSpan Stay = TimeSpan.FromMinutes(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Session, string Project, string? Region), Share> _all = [];

    /// <summary>Leave by disposing the result.</summary>
    public Use Enter(SignedInSession session)
    {
        var key = (session.Id, session.Body.Project!.Id, session.Region);
        lock (_lock)
        {
            if (!_all.TryGetValue(key, out var share))
            {
                _all[key] = share = new Share(scopes.CreateAsyncScope(), session, time, () => End(key));
            }

            share.Users++;
            share.Rest.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return new Use(this, share);
        }
    }

    private void Leave(Share share)
    {
        lock (_lock)
        {
            if (--share.Users == 0)
            {
                share.Rest.Change(Stay, Timeout.InfiniteTimeSpan);
            }
        }
    }

    // Its time is over, or the sign-in has ended: then whoever is still here keeps what there is, and nobody else gets it.
    private void End((string, string, string?) key)
    {
        Share? share;
        lock (_lock)
        {
            if (!_all.TryGetValue(key, out share) || share.Users > 0 && !share.Ended.IsCancellationRequested)
            {
                return;
            }

            _all.Remove(key);
        }

        // Not here: a timer or the end of a sign-in calls, and neither waits.
        _ = Task.Run(() => EndAsync(share));
    }

    private async Task EndAsync(Share share)
    {
        try
        {
            await share.EndAsync();
        }
        catch (Exception failed)
        {
            NotEnded(logger, failed);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "What the pages of a sign-in shared did not end cleanly")]
    private static partial void NotEnded(ILogger logger, Exception failed);

    internal sealed class Share
    {
        private readonly AsyncServiceScope _scope;
        private readonly CancellationTokenRegistration _onEnd;

        public Share(AsyncServiceScope scope, SignedInSession session, TimeProvider time, Action end)
        {
            _scope = scope;
            var services = scope.ServiceProvider;
            var own = services.GetRequiredService<DashboardSession>();
            own.Open(session);
            Ended = own.Ended;
            Instances = ActivatorUtilities.CreateInstance<LiveInstances>(services);
            Images = ActivatorUtilities.CreateInstance<ImageList>(services);
            Rest = time.CreateTimer(_ => end(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _onEnd = Ended.Register(end);
        }

        public LiveInstances Instances { get; }
        public ImageList Images { get; }
        public CancellationToken Ended { get; }
        public ITimer Rest { get; }
        public int Users { get; set; }

        public async Task EndAsync()
        {
            await _onEnd.DisposeAsync();
            await Rest.DisposeAsync();
            await Instances.EndAsync();
            await _scope.DisposeAsync();
        }
    }

    /// <summary>The hold of one circuit or request.</summary>
    internal sealed class Use(SessionShares owner, Share share) : IDisposable
    {
        private int _left;

        public LiveInstances Instances => share.Instances;
        public ImageList Images => share.Images;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                owner.Leave(share);
            }
        }
    }
}
