using Microsoft.AspNetCore.Http;

namespace Cloud.Http;

/// <summary>Who calls: what a valid token says about its bearer.</summary>
internal sealed record Caller
{
    public required string UserId { get; init; }
    public required string UserName { get; init; }
    public required string UserDomainId { get; init; }
    /// <summary>The project that the token is scoped to; null for an unscoped token.</summary>
    public string? ProjectId { get; init; }
    public string? ProjectName { get; init; }
    /// <summary>Effective role names, implied roles included.</summary>
    public required IReadOnlySet<string> Roles { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }

    public bool IsAdmin => Roles.Contains("admin");
    /// <summary>One of the cloud's own service users: the driver host or Nova.</summary>
    public bool IsService => Roles.Contains("service");
    public bool IsMember => Roles.Contains("member");
    public bool IsReader => Roles.Contains("reader");
}

/// <summary>Finds the caller of a token. Keystone's part of the house implements it.</summary>
internal interface ICallers
{
    /// <returns>Null when the token is unknown, expired or revoked, or its user or project is disabled.</returns>
    ValueTask<Caller?> FindAsync(string token, CancellationToken cancellationToken);
}

internal static class CallerAccess
{
    /// <summary>The caller of this request. Every route has one, unless it is marked <see cref="NoTokenNeeded"/>.</summary>
    public static Caller Caller(this HttpContext context) =>
        context.Features.Get<Caller>() ?? throw new CloudFailure(FailureKind.Unauthorized, "The request you have made requires authentication.");

    /// <summary>The project of the caller's token, or a refusal in words when the token is not scoped to one.</summary>
    public static string RequireProject(this Caller caller) =>
        caller.ProjectId ?? throw new CloudFailure(FailureKind.Forbidden, "This call needs a token that is scoped to a project.");

    public static void RequireAdmin(this Caller caller)
    {
        if (!caller.IsAdmin)
        {
            throw new CloudFailure(FailureKind.Forbidden, "You are not authorized to perform the requested action: it needs the role admin.");
        }
    }

    public static void RequireMember(this Caller caller)
    {
        if (!caller.IsMember && !caller.IsAdmin && !caller.IsService)
        {
            throw new CloudFailure(FailureKind.Forbidden, "You are not authorized to perform the requested action: it needs the role member.");
        }
    }
}
