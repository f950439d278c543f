using System.Text.Json.Nodes;
using Cloud.Http;
using Cloud.Keystone.Tokens;
using Cloud.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Keystone.Identity;

/// <summary>Who has which role where: grants on projects and domains, the list of assignments, implied roles, a user's own projects and password.</summary>
internal static class AssignmentsApi
{
    public static void MapAssignments(this IEndpointRouteBuilder v3)
    {
        foreach (var kind in new[] { "project", "domain" })
        {
            var grants = v3.MapGroup($"/{kind}s/{{targetId}}/users/{{userId}}/roles");
            grants.MapGet("", (string targetId, string userId, HttpContext context, IDbContextFactory<CloudDb> factory, CloudOptions options, CancellationToken cancellationToken) =>
                ListGrantsAsync(kind, targetId, userId, context, factory, options, cancellationToken));
            grants.MapPut("/{roleId}", (string targetId, string userId, string roleId, HttpContext context, IDbContextFactory<CloudDb> factory, TokenStore tokens, CancellationToken cancellationToken) =>
                GrantAsync(kind, targetId, userId, roleId, context, factory, tokens, cancellationToken));
            grants.MapMethods("/{roleId}", ["GET", "HEAD"], (string targetId, string userId, string roleId, HttpContext context, IDbContextFactory<CloudDb> factory, CancellationToken cancellationToken) =>
                CheckAsync(kind, targetId, userId, roleId, context, factory, cancellationToken));
            grants.MapDelete("/{roleId}", (string targetId, string userId, string roleId, HttpContext context, IDbContextFactory<CloudDb> factory, TokenStore tokens, CancellationToken cancellationToken) =>
                RevokeAsync(kind, targetId, userId, roleId, context, factory, tokens, cancellationToken));
        }

        v3.MapGet("/role_assignments", ListAsync);
        v3.MapGet("/role_inferences", ListInferencesAsync);
        v3.MapGet("/users/{userId}/projects", UserProjectsAsync);
    }

    private static async Task<IResult> ListGrantsAsync(string kind, string targetId, string userId, HttpContext context, IDbContextFactory<CloudDb> factory, CloudOptions options, CancellationToken cancellationToken)
    {
        context.Caller().RequireAdmin();
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        await RequireTargetAsync(db, kind, targetId, userId, cancellationToken);
        var roles = await db.Set<RoleRow>().AsNoTracking()
            .Where(r => db.Set<AssignmentRow>().Any(a => a.UserId == userId && a.TargetKind == kind && a.TargetId == targetId && a.RoleId == r.Id)).ToListAsync(cancellationToken);
        return Json.Ok(IdentityView.List("roles", roles.Select(r => IdentityView.Role(r, options)), options, $"/{kind}s/{targetId}/users/{userId}/roles"));
    }

    private static async Task<IResult> GrantAsync(string kind, string targetId, string userId, string roleId, HttpContext context, IDbContextFactory<CloudDb> factory, TokenStore tokens, CancellationToken cancellationToken)
    {
        context.Caller().RequireAdmin();
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        await RequireTargetAsync(db, kind, targetId, userId, cancellationToken);
        if (!await db.Set<RoleRow>().AnyAsync(r => r.Id == roleId, cancellationToken))
        {
            throw CloudFailure.NotFound($"Could not find role: {roleId}.");
        }

        if (!await Same(db, kind, targetId, userId, roleId).AnyAsync(cancellationToken))
        {
            db.Add(new AssignmentRow { UserId = userId, RoleId = roleId, TargetKind = kind, TargetId = targetId });
            await db.SaveChangesAsync(cancellationToken);
            tokens.Forget();
        }

        return Results.NoContent();
    }

    private static async Task<IResult> CheckAsync(string kind, string targetId, string userId, string roleId, HttpContext context, IDbContextFactory<CloudDb> factory, CancellationToken cancellationToken)
    {
        context.Caller().RequireAdmin();
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return await Same(db, kind, targetId, userId, roleId).AnyAsync(cancellationToken) ? Results.NoContent() : throw CloudFailure.NotFound("Could not find role assignment.");
    }

    private static async Task<IResult> RevokeAsync(string kind, string targetId, string userId, string roleId, HttpContext context, IDbContextFactory<CloudDb> factory, TokenStore tokens, CancellationToken cancellationToken)
    {
        context.Caller().RequireAdmin();
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var gone = await Same(db, kind, targetId, userId, roleId).ExecuteDeleteAsync(cancellationToken);
        tokens.Forget();
        return gone > 0 ? Results.NoContent() : throw CloudFailure.NotFound("Could not find role assignment.");
    }

    private static async Task<IResult> ListAsync(HttpContext context, IDbContextFactory<CloudDb> factory, CloudOptions options, CancellationToken cancellationToken)
    {
        var query = context.Request.Query;
        var (user, role, project, domain) = (query["user.id"].ToString(), query["role.id"].ToString(), query["scope.project.id"].ToString(), query["scope.domain.id"].ToString());
        var caller = context.Caller();
        if (user != caller.UserId)
        {
            caller.RequireAdmin();
        }

        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var rows = await db.Set<AssignmentRow>().AsNoTracking()
            .Where(a => (user == "" || a.UserId == user) && (project == "" || (a.TargetKind == "project" && a.TargetId == project)) && (domain == "" || (a.TargetKind == "domain" && a.TargetId == domain)))
            .ToListAsync(cancellationToken);
        var roles = await db.Set<RoleRow>().AsNoTracking().ToListAsync(cancellationToken);
        if (IsAsked(query, "effective"))
        {
            rows = [.. rows.SelectMany(a => EffectiveRoles.Expand([a.RoleId], roles).Select(r => new AssignmentRow { UserId = a.UserId, RoleId = r.Id, TargetKind = a.TargetKind, TargetId = a.TargetId }))
                .DistinctBy(a => (a.UserId, a.RoleId, a.TargetKind, a.TargetId))];
        }

        var names = IsAsked(query, "include_names")
            ? await AssignmentNames.ReadAsync(db, roles, cancellationToken)
            : null;
        return Json.Ok(IdentityView.List("role_assignments", rows.Where(a => role == "" || a.RoleId == role).Select(a => AssignmentNames.View(a, names, options)), options, "/role_assignments"));
    }

    // keystone: a flag is asked for by its presence, unless its value is 0 (or, as its client sends it, False).
    private static bool IsAsked(IQueryCollection query, string flag) =>
        query.TryGetValue(flag, out var value) && value.ToString() is not "0" and not "False" and not "false";

    private static async Task<IResult> ListInferencesAsync(HttpContext context, IDbContextFactory<CloudDb> factory, CancellationToken cancellationToken)
    {
        context.Caller().RequireAdmin();
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var roles = await db.Set<RoleRow>().AsNoTracking().ToDictionaryAsync(r => r.Name, cancellationToken);
        var inferences = EffectiveRoles.Implied.Where(i => roles.ContainsKey(i.Key) && roles.ContainsKey(i.Value)).Select(i => new JsonObject
        {
            ["prior_role"] = new JsonObject { ["id"] = roles[i.Key].Id, ["name"] = i.Key },
            ["implies"] = new JsonArray(new JsonObject { ["id"] = roles[i.Value].Id, ["name"] = i.Value }),
        });
        return Json.Ok(new JsonObject { ["role_inferences"] = new JsonArray([.. inferences]) });
    }

    private static async Task<IResult> UserProjectsAsync(string userId, HttpContext context, IDbContextFactory<CloudDb> factory, CloudOptions options, CancellationToken cancellationToken)
    {
        RequireSelf(context.Caller(), userId);
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var projects = await db.Set<ProjectRow>().AsNoTracking()
            .Where(p => db.Set<AssignmentRow>().Any(a => a.UserId == userId && a.TargetKind == "project" && a.TargetId == p.Id)).ToListAsync(cancellationToken);
        return Json.Ok(IdentityView.List("projects", projects.Select(p => IdentityView.Project(p, options)), options, $"/users/{userId}/projects"));
    }

    private static void RequireSelf(Caller caller, string userId)
    {
        if (caller.UserId != userId)
        {
            caller.RequireAdmin();
        }
    }

    private static IQueryable<AssignmentRow> Same(CloudDb db, string kind, string targetId, string userId, string roleId) =>
        db.Set<AssignmentRow>().Where(a => a.TargetKind == kind && a.TargetId == targetId && a.UserId == userId && a.RoleId == roleId);

    private static async Task RequireTargetAsync(CloudDb db, string kind, string targetId, string userId, CancellationToken cancellationToken)
    {
        if (!await db.Set<UserRow>().AnyAsync(u => u.Id == userId, cancellationToken))
        {
            throw CloudFailure.NotFound($"Could not find user: {userId}.");
        }

        var there = kind == "project"
            ? await db.Set<ProjectRow>().AnyAsync(p => p.Id == targetId, cancellationToken)
            : await db.Set<DomainRow>().AnyAsync(d => d.Id == targetId, cancellationToken);
        if (!there)
        {
            throw CloudFailure.NotFound($"Could not find {kind}: {targetId}.");
        }
    }
}
