using System.Text.Json.Nodes;
using Cloud.Http;
using Cloud.Keystone.Catalog;
using Cloud.Keystone.Identity;
using Cloud.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Keystone.Tokens;

/// <summary>Identity API v3, "Authentication and token management".</summary>
internal static class TokensApi
{
    private const string SubjectToken = "X-Subject-Token";

    public static void MapTokens(this IEndpointRouteBuilder v3)
    {
        v3.MapPost("/auth/tokens", AuthenticateAsync).AllowNoToken();
        v3.MapMethods("/auth/tokens", ["GET", "HEAD"], ValidateAsync);
        v3.MapDelete("/auth/tokens", RevokeAsync);
        v3.MapGet("/auth/catalog", CatalogAsync);
        v3.MapGet("/auth/projects", ProjectsAsync);
        v3.MapGet("/auth/domains", DomainsAsync);
    }

    private static async Task<IResult> AuthenticateAsync(HttpContext context, Authenticator authenticator, CatalogStore catalog, CancellationToken cancellationToken)
    {
        var auth = await context.Request.ReadObjectAsync("auth", cancellationToken);
        var (token, facts) = await authenticator.AuthenticateAsync(auth, cancellationToken);
        context.Response.Headers[SubjectToken] = token;
        return Json.Created(TokenView.Of(facts, context.Request.Query.ContainsKey("nocatalog") ? null : await catalog.ReadAsync(cancellationToken)));
    }

    private static async Task<IResult> ValidateAsync(HttpContext context, TokenStore tokens, CatalogStore catalog, CancellationToken cancellationToken)
    {
        var (subject, facts) = await SubjectAsync(context, tokens, cancellationToken);
        context.Response.Headers[SubjectToken] = subject;
        return Json.Ok(TokenView.Of(facts, context.Request.Query.ContainsKey("nocatalog") ? null : await catalog.ReadAsync(cancellationToken)));
    }

    private static async Task<IResult> RevokeAsync(HttpContext context, TokenStore tokens, CancellationToken cancellationToken)
    {
        var (subject, _) = await SubjectAsync(context, tokens, cancellationToken);
        await tokens.RevokeAsync(subject, cancellationToken);
        return Results.NoContent();
    }

    private static async Task<IResult> CatalogAsync(CatalogStore catalog, CancellationToken cancellationToken) =>
        Json.Ok(new JsonObject { ["catalog"] = TokenView.Catalog(await catalog.ReadAsync(cancellationToken)) });

    private static async Task<IResult> ProjectsAsync(HttpContext context, IDbContextFactory<CloudDb> factory, CloudOptions options, CancellationToken cancellationToken)
    {
        var userId = context.Caller().UserId;
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var projects = await db.Set<ProjectRow>().AsNoTracking()
            .Where(p => p.Enabled && db.Set<AssignmentRow>().Any(a => a.UserId == userId && a.TargetKind == "project" && a.TargetId == p.Id))
            .OrderBy(p => p.Name).ToListAsync(cancellationToken);
        return Json.Ok(IdentityView.List("projects", projects.Select(p => IdentityView.Project(p, options)), options, "/auth/projects"));
    }

    private static async Task<IResult> DomainsAsync(HttpContext context, IDbContextFactory<CloudDb> factory, CloudOptions options, CancellationToken cancellationToken)
    {
        var userId = context.Caller().UserId;
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var domains = await db.Set<DomainRow>().AsNoTracking()
            .Where(d => d.Enabled && db.Set<AssignmentRow>().Any(a => a.UserId == userId && a.TargetKind == "domain" && a.TargetId == d.Id)).ToListAsync(cancellationToken);
        return Json.Ok(IdentityView.List("domains", domains.Select(d => IdentityView.Domain(d, options)), options, "/auth/domains"));
    }

    // A token may look at itself; the cloud's services and administrators at any. To others no token exists.
    private static async Task<(string Token, TokenFacts Facts)> SubjectAsync(HttpContext context, TokenStore tokens, CancellationToken cancellationToken)
    {
        var subject = context.Request.Headers[SubjectToken].ToString();
        if (subject.Length == 0)
        {
            throw CloudFailure.Invalid("The header X-Subject-Token is missing: it names the token that is meant.");
        }

        var caller = context.Caller();
        var own = subject == context.Request.Headers["X-Auth-Token"].ToString();
        var facts = await tokens.FindFactsAsync(subject, cancellationToken);
        return facts is not null && (own || caller.IsAdmin || caller.IsService || facts.User.Id == caller.UserId)
            ? (subject, facts)
            : throw CloudFailure.NotFound("Could not find token. It is unknown, expired or revoked.");
    }
}
