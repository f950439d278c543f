using System.Net;
using OpenStack.Errors;

namespace Dashboard.SignIn;

/// <summary>Asks Keystone every few seconds whether the tokens in use still hold: a disabled user or a revoked token ends circuits and streams.</summary>
internal sealed class SessionWatcher(SessionLifetimes lifetimes, SessionStore store, CloudConnections connections, TimeProvider time, ILogger<SessionWatcher> logger) : BackgroundService
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var session in lifetimes.InUse())
            {
                if (!await HoldsAsync(session, stoppingToken))
                {
                    SignInLog.TokenGone(logger, session.Body.User.Name);
                    await store.RemoveAsync(session.Id);
                }
            }
        }
    }

    // A Keystone that does not answer says nothing about the token: the session stays, and the services themselves decide.
    private async Task<bool> HoldsAsync(SignedInSession session, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await connections.Keystone.Api.ValidateTokenAsync(session.Token, session.Token, cancellationToken);
            return answer.Error?.InnerException is not OpenStackException { StatusCode: HttpStatusCode.Unauthorized or HttpStatusCode.NotFound };
        }
        catch (OpenStackException refused)
        {
            return refused.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.NotFound);
        }
    }
}
