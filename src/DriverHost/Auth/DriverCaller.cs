using DriverHost.Http;
using Microsoft.AspNetCore.Http;

namespace DriverHost.Auth;

/// <summary>Who calls: what Keystone says about the token.</summary>
internal sealed record DriverCaller
{
    public required string UserId { get; init; }
    public required string UserName { get; init; }
    /// <summary>Null for a token that is not scoped to a project; it may read nothing then.</summary>
    public required string? ProjectId { get; init; }
    public required IReadOnlySet<string> Roles { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }

    public bool IsAdmin => Roles.Contains("admin");
    /// <summary>Nova or another driver host: a user of the cloud itself.</summary>
    public bool IsService => Roles.Contains("service");

    public bool MayRead(string projectId) => IsAdmin || IsService || ProjectId == projectId;
}

internal static class CallerAccess
{
    public static DriverCaller Caller(this HttpContext context) =>
        context.Features.Get<DriverCaller>() ?? throw TokenGuard.Unauthorized();

    /// <summary>Instances are made, changed and removed by the cloud's own users only.</summary>
    public static void RequireOperator(this DriverCaller caller)
    {
        if (!caller.IsAdmin && !caller.IsService)
        {
            throw DriverFailure.Forbidden("This needs the role service or admin. Instances are changed through Nova's API.");
        }
    }

    /// <summary>Readers look only.</summary>
    public static void RequireMember(this DriverCaller caller)
    {
        if (!caller.MayChange())
        {
            throw DriverFailure.Forbidden("Your role may look, not change. Ask for the member role.");
        }
    }

    public static bool MayChange(this DriverCaller caller) => caller.IsAdmin || caller.IsService || caller.Roles.Contains("member");

    /// <summary>Not yours is not found.</summary>
    public static void RequireReadable(this DriverCaller caller, string instanceId, string projectId)
    {
        if (!caller.MayRead(projectId))
        {
            throw NoInstance(instanceId);
        }
    }

    public static DriverFailure NoInstance(string instanceId) => DriverFailure.NotFound($"There is no instance {instanceId} on this host.");
}
