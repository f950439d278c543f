using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;

namespace Dashboard.SignIn;

/// <summary>A circuit outlives its cookie, so it looks every few seconds whether its session still stands: another copy of the dashboard may have ended it.</summary>
internal sealed class SessionGuard(ILoggerFactory loggers, SessionStore store, SessionLifetimes lifetimes) : RevalidatingServerAuthenticationStateProvider(loggers)
{
    protected override TimeSpan RevalidationInterval => TimeSpan.FromSeconds(3);

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState state, CancellationToken cancellationToken)
    {
        if (SignedInSession.IdOf(state.User) is not { } id)
        {
            return false;
        }

        if (await store.ExistsAsync(id, cancellationToken))
        {
            return true;
        }

        lifetimes.End(id, SessionEnd.SignedOut);
        return false;
    }
}
