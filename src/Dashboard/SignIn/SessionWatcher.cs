using System.Net;
using OpenStack.Errors;
using Refit;

namespace Dashboard.SignIn;

/// <summary>
/// Asks Keystone every few seconds whether the tokens in use still hold, and at once when a service refused one:
/// a disabled user or a revoked token ends circuits and streams.
/// </summary>
internal sealed class SessionWatcher(SessionLifetimes lifetimes, SessionStore store, CloudConnections connections, TimeProvider time, ILogger<SessionWatcher> logger) : BackgroundService
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private const int AtOnce = 8;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(LookAroundAsync(stoppingToken), FollowDoubtsAsync(stoppingToken));

    private async Task LookAroundAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await Parallel.ForEachAsync(lifetimes.InUse(), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stoppingToken }, CheckAsync);
        }
    }

    private async Task FollowDoubtsAsync(CancellationToken stoppingToken)
    {
        await foreach (var session in lifetimes.Doubted.ReadAllAsync(stoppingToken))
        {
            await CheckAsync(session, stoppingToken);
        }
    }

    private async ValueTask CheckAsync(SignedInSession session, CancellationToken cancellationToken)
    {
        if (!await HoldsAsync(session, cancellationToken))
        {
            SignInLog.TokenGone(logger, session.Body.User.Name);
            await store.RemoveAsync(session.Id, SessionEnd.Refused);
        }
    }

    // A Keystone that does not answer says nothing about the token: the session stays, and the services themselves decide.
    private async Task<bool> HoldsAsync(SignedInSession session, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var answer = await connections.Keystone.Api.ValidateTokenAsync(session.Token, session.Token, either.Token);
            return answer.Error?.InnerException is not OpenStackException refused || Holds(refused);
        }
        catch (OpenStackException refused)
        {
            return Holds(refused);
        }
        catch (Exception silent) when (silent is ApiException or HttpRequestException || (silent is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return true;
        }
    }

    private static bool Holds(OpenStackException refused) => refused.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.NotFound);
}
