namespace OpenStack.Keystone;

public sealed record ApplicationCredentialList(IReadOnlyList<ApplicationCredential> ApplicationCredentials);
public sealed record ApplicationCredentialAnswer(ApplicationCredential ApplicationCredential);

/// <summary>A secret of its own for a program, bound to one project and to roles of its user (Identity API v3, "Application Credentials").</summary>
public sealed record ApplicationCredential
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public string? Description { get; init; }
    public string? ProjectId { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public IReadOnlyList<NamedRef> Roles { get; init; } = [];
    /// <summary>Only in the answer that creates it.</summary>
    public string? Secret { get; init; }
}

/// <summary>The body of <c>POST …/application_credentials</c>; without roles it has all of the token's.</summary>
public sealed record CreateApplicationCredentialRequest(CreateApplicationCredential ApplicationCredential);

/// <param name="ExpiresAt">UTC as <c>2026-11-23T10:00:00.000000</c>; null: never.</param>
public sealed record CreateApplicationCredential(string Name, string? Description = null, string? ExpiresAt = null, IReadOnlyList<RoleRef>? Roles = null);
public sealed record RoleRef(string Name);
