using System.Text.Json.Serialization;

namespace OpenStack.Keystone;

/// <summary>The body of <c>POST /v3/auth/tokens</c> (Identity API v3, "Authentication and token management").</summary>
public sealed record AuthRequest(AuthBody Auth)
{
    /// <summary>Password sign-in by name.</summary>
    /// <param name="domain">The user's domain by name; the scope's domain, too.</param>
    /// <param name="projectName">Null for an unscoped token.</param>
    public static AuthRequest Password(string userName, string password, string domain, string? projectName = null) => new(new AuthBody(
        new AuthIdentity(["password"], Password: new PasswordMethod(new PasswordUser(Name: userName, Password: password, Domain: new DomainRef(Name: domain)))),
        projectName is null ? null : new AuthScope(new ProjectRef(Name: projectName, Domain: new DomainRef(Name: domain)))));

    /// <summary>Password sign-in by the user's id, which needs no domain; the token is unscoped, or scoped to the user's default project.</summary>
    public static AuthRequest PasswordById(string userId, string password) =>
        new(new AuthBody(new AuthIdentity(["password"], Password: new PasswordMethod(new PasswordUser(Id: userId, Password: password)))));

    /// <summary>Scopes an existing token to a project.</summary>
    public static AuthRequest Rescope(string token, string projectId) => new(new AuthBody(
        new AuthIdentity(["token"], Token: new TokenMethod(token)), new AuthScope(new ProjectRef(Id: projectId))));
}

public sealed record AuthBody(AuthIdentity Identity, AuthScope? Scope = null);
public sealed record AuthIdentity(IReadOnlyList<string> Methods, PasswordMethod? Password = null, TokenMethod? Token = null, ApplicationCredentialMethod? ApplicationCredential = null);
public sealed record PasswordMethod(PasswordUser User);
public sealed record PasswordUser(string? Id = null, string? Name = null, string? Password = null, DomainRef? Domain = null);
public sealed record TokenMethod(string Id);
public sealed record ApplicationCredentialMethod(string? Id = null, string? Name = null, string? Secret = null, PasswordUser? User = null);
public sealed record AuthScope(ProjectRef? Project = null, DomainRef? Domain = null);
public sealed record ProjectRef(string? Id = null, string? Name = null, DomainRef? Domain = null);
public sealed record DomainRef(string? Id = null, string? Name = null);

/// <summary>The body of a token answer; the token itself is in the header <c>X-Subject-Token</c>.</summary>
public sealed record TokenAnswer(TokenBody Token);

public sealed record TokenBody
{
    public required TokenUser User { get; init; }
    public TokenProject? Project { get; init; }
    public IReadOnlyList<NamedRef> Roles { get => field ?? []; init; }
    public IReadOnlyList<CatalogEntry> Catalog { get => field ?? []; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset? IssuedAt { get; init; }
    public IReadOnlyList<string> Methods { get => field ?? []; init; }
}

public sealed record NamedRef(string Id, string Name);
public sealed record TokenUser(string Id, string Name, NamedRef Domain, [property: JsonPropertyName("password_expires_at")] DateTimeOffset? PasswordExpiresAt = null);
public sealed record TokenProject(string Id, string Name, NamedRef Domain);
public sealed record CatalogEntry(string Type, string Name, IReadOnlyList<CatalogEndpoint> Endpoints, string? Id = null);
public sealed record CatalogEndpoint(string Interface, string Url, string? Region = null, string? RegionId = null, string? Id = null);

/// <summary>The body of <c>POST /v3/users/{id}/password</c>.</summary>
public sealed record ChangePassword(NewPassword User);
public sealed record NewPassword(string Password, string OriginalPassword);
