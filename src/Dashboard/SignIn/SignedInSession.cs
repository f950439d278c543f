using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using OpenStack.Keystone;

namespace Dashboard.SignIn;

/// <summary>What a ticket holds: the scoped token with its catalog, and the unscoped one that opens the user's other projects.</summary>
/// <param name="Id">Random; the cookie's whole secret.</param>
/// <param name="Issued">Every token that this sign-in got: sign-out revokes them all.</param>
/// <param name="Version">Counts renewals and switches: of two copies the higher one holds.</param>
/// <param name="Region">The one that the user chose; null, or one that the project's catalog lacks: the first.</param>
internal sealed record SignedInSession(string Id, string Token, TokenBody Body, string UnscopedToken, IReadOnlyList<string> Issued, int Version = 0, string? Region = null)
{
    public const string IdClaim = "session";

    /// <summary>The framework ties its form tokens to this claim: they hold across renewals and project switches, and for this user alone.</summary>
    public const string UserIdClaim = ClaimTypes.NameIdentifier;
    private const string ItemName = "session";

    public DateTimeOffset EndsAt => Body.ExpiresAt;

    public static string? IdOf(ClaimsPrincipal? principal) => principal?.FindFirst(IdClaim)?.Value;

    public static SignedInSession From(AuthenticationTicket ticket) => JsonSerializer.Deserialize<SignedInSession>(ticket.Properties.Items[ItemName]!)!;

    public ClaimsPrincipal ToPrincipal()
    {
        var claims = new List<Claim> { new(IdClaim, Id), new(UserIdClaim, Body.User.Id), new(ClaimTypes.Name, Body.User.Name), new("project_id", Body.Project!.Id) };
        claims.AddRange(Body.Roles.Select(r => new Claim(ClaimTypes.Role, r.Name)));
        return new ClaimsPrincipal(new ClaimsIdentity(claims, CookieAuthenticationDefaults.AuthenticationScheme));
    }

    /// <summary>The session never outlives the token, and the cookie goes with the browser.</summary>
    public AuthenticationProperties ToProperties()
    {
        var properties = new AuthenticationProperties { ExpiresUtc = EndsAt, IsPersistent = false, AllowRefresh = false };
        properties.Items[ItemName] = JsonSerializer.Serialize(this);
        return properties;
    }

    /// <summary>As the cookie handler would make it, for a sign-in that is renewed without a new cookie.</summary>
    public AuthenticationTicket ToTicket() => new(ToPrincipal(), ToProperties(), CookieAuthenticationDefaults.AuthenticationScheme);

    /// <summary>Leaves secrets out: a record's own words would print them into any log.</summary>
    public override string ToString() => $"{Body.User.Name} in {Body.Project?.Name}, version {Version}";
}
