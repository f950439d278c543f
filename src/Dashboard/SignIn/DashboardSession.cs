// HOW TO USE IT
//
// In a page:      @inject DashboardSession Session
//                 It is open before any page is drawn. Use Session.Nova, Session.Glance, Session.Hosts, Session.User, Session.Project,
//                 Session.IsAdministrator, Session.MayChange. A page for administrators has @attribute [Authorize(Roles = "admin")].
//                 Pages run only interactively: the layout draws the frame while the circuit connects, so nothing is loaded twice.
//                 For long work pass Session.Ended on, linked with the page's own token: it is cancelled at sign-out, revocation and expiry.
//                 A sign-in that is renewed in place goes on: clients that a page holds use the new token by themselves.
//
// In an endpoint: app.MapGet("/instances/{id}/log", async (string id, DashboardSession session, CancellationToken cancel) => …)
//                 The request's cookie has opened it already. Every endpoint needs a signed-in user unless it says AllowAnonymous; a fetch()
//                 without one gets a bare 401. A stream links session.Ended with its own token, so that it ends when the sign-in does.
//
// A POST endpoint takes an antiforgery token: MapPost(…).RequireFormToken(), with <AntiforgeryToken /> in the form,
// or the header RequestVerificationToken from a script.
using Dashboard.Hosts;
using Microsoft.AspNetCore.Components.Authorization;
using OpenStack.Glance;
using OpenStack.Keystone;
using OpenStack.Nova;
using OpenStack.Session;

namespace Dashboard.SignIn;

/// <summary>The signed-in user of this circuit or request, and the clients that speak with that user's token. How to use it: at the top of this file.</summary>
internal sealed class DashboardSession(SessionStore store, SessionLifetimes lifetimes, CloudConnections connections, HostDirectory hosts, TimeProvider time) : IDisposable
{
    private SessionUse? _use;
    private CancellationTokenRegistration _onEnd;
    private OpenStackSession? _openStack;
    private SessionHosts? _hosts;

    public bool IsOpen => _use is not null;

    /// <summary>True once the session was open here and has ended since.</summary>
    public bool HasEnded => _use?.Ended.IsCancellationRequested ?? false;

    /// <summary>How it ended, once it has.</summary>
    public SessionEnd How => _use?.How ?? SessionEnd.SignedOut;

    public OpenStackSession OpenStack => _openStack ?? throw NotOpen();
    public INovaApi Nova => OpenStack.Nova;
    public IGlanceApi Glance => OpenStack.Glance;

    /// <summary>The driver hosts, with the user's own token.</summary>
    public SessionHosts Hosts => _hosts ?? throw NotOpen();

    public TokenUser User => Signed.Body.User;
    public TokenProject Project => Signed.Body.Project!;
    public IReadOnlyList<string> Roles => [.. Signed.Body.Roles.Select(r => r.Name)];
    public string? Region => OpenStack.Region;

    /// <summary>Those that this user may switch to.</summary>
    public IReadOnlyList<string> Regions => connections.Region is null ? CatalogRegions.Of(Signed.Body) : [];
    public Uri AuthUrl => connections.AuthUrl;
    public DateTimeOffset EndsAt => Signed.EndsAt;
    public bool IsAdministrator => Roles.Contains("admin");

    /// <summary>True for members: readers look only. The cloud decides; this only decides what is offered.</summary>
    public bool MayChange => IsAdministrator || Roles.Contains("member");

    /// <summary>Cancelled when the sign-in ends: by sign-out anywhere, by revocation, by a 401 or by time.</summary>
    public CancellationToken Ended => _use?.Ended ?? throw NotOpen();

    /// <summary>Raised once, on any thread.</summary>
    public event Action? SessionEnded;

    /// <summary>Raised on any thread when the sign-in was renewed in place.</summary>
    public event Action? SessionRenewed;

    /// <summary>The sign-in as it is now: a renewed one is another.</summary>
    public SignedInSession Signed => _use?.Session ?? throw NotOpen();

    /// <summary>Opens the session that the principal names; stays closed when there is none any more.</summary>
    public async Task OpenAsync(System.Security.Claims.ClaimsPrincipal? principal)
    {
        if (_use is null && SignedInSession.IdOf(principal) is { } id && await store.FindAsync(id) is { } session)
        {
            Open(session);
        }
    }

    public async Task OpenAsync(AuthenticationStateProvider provider) => await OpenAsync((await provider.GetAuthenticationStateAsync()).User);

    /// <summary>Opens a session that is at hand already.</summary>
    public void Open(SignedInSession session)
    {
        _use = lifetimes.Join(session);
        _use.Renewed += TellRenewed;
        _openStack = connections.OpenStack(_use);
        _hosts = new SessionHosts(() => hosts.All, _openStack.Nova, () => _use.Session.Token, time);
        _onEnd = _use.Ended.Register(() => SessionEnded?.Invoke());
    }

    /// <summary>The projects that this user may switch to.</summary>
    public async Task<IReadOnlyList<Project>> ListProjectsAsync(CancellationToken cancellationToken) =>
        [.. (await connections.Keystone.Api.ListAuthProjectsAsync(Signed.Token, cancellationToken)).Projects.Where(p => p.Enabled).OrderBy(p => p.Name, StringComparer.OrdinalIgnoreCase)];

    private void TellRenewed() => SessionRenewed?.Invoke();

    public void Dispose()
    {
        _onEnd.Dispose();
        if (_use is not null)
        {
            _use.Renewed -= TellRenewed;
            _use.Dispose();
        }
    }

    private static InvalidOperationException NotOpen() => new("Nobody is signed in here.");
}
