using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;

namespace Dashboard.SignIn;

/// <summary>A circuit outlives its cookie, so it looks every few seconds whether its session still stands.</summary>
internal sealed class SessionGuard(ILoggerFactory loggers, SessionStore store) : RevalidatingServerAuthenticationStateProvider(loggers)
{
    protected override TimeSpan RevalidationInterval => TimeSpan.FromSeconds(3);

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState state, CancellationToken cancellationToken) =>
        SignedInSession.IdOf(state.User) is { } id && await store.ExistsAsync(id, cancellationToken);
}
