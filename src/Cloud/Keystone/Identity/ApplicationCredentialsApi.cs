using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Cloud.Http;
using Cloud.Keystone.Tokens;
using Cloud.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Keystone.Identity;

/// <summary>Identity API v3, "Application Credentials": a secret of its own for a program, bound to one project and to some of the user's roles.</summary>
internal static class ApplicationCredentialsApi
{
    public static void MapApplicationCredentials(this IEndpointRouteBuilder v3)
    {
        var credentials = v3.MapGroup("/users/{userId}/application_credentials");
        credentials.MapGet("", ListAsync);
        credentials.MapPost("", CreateAsync);
        credentials.MapGet("/{id}", ShowAsync);
        credentials.MapDelete("/{id}", DeleteAsync);
    }

    private static async Task<IResult> ListAsync(string userId, HttpContext context, IDbContextFactory<CloudDb> factory, CloudOptions options, CancellationToken cancellationToken)
    {
        RequireOwnerOrAdmin(context.Caller(), userId);
        var name = context.Request.Query["name"].ToString();
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var rows = await db.Set<ApplicationCredentialRow>().AsNoTracking().Where(c => c.UserId == userId && (name == "" || c.Name == name)).ToListAsync(cancellationToken);
        var roles = await db.Set<RoleRow>().AsNoTracking().ToListAsync(cancellationToken);
        return Json.Ok(IdentityView.List("application_credentials", rows.Select(c => View(c, roles, options)), options, $"/users/{userId}/application_credentials"));
    }

    private static async Task<IResult> ShowAsync(string userId, string id, HttpContext context, IDbContextFactory<CloudDb> factory, CloudOptions options, CancellationToken cancellationToken)
    {
        RequireOwnerOrAdmin(context.Caller(), userId);
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var row = await db.Set<ApplicationCredentialRow>().AsNoTracking().FirstOrDefaultAsync(c => c.UserId == userId && c.Id == id, cancellationToken) ?? throw Missing(id);
        return Json.Ok(new JsonObject { ["application_credential"] = View(row, await db.Set<RoleRow>().AsNoTracking().ToListAsync(cancellationToken), options) });
    }

    private static async Task<IResult> CreateAsync(string userId, HttpContext context, IDbContextFactory<CloudDb> factory, CloudOptions options, TokenStore tokens, CancellationToken cancellationToken)
    {
        var caller = context.Caller();
        if (caller.UserId != userId)
        {
            throw CloudFailure.Forbidden("An application credential can be made only by its user.");
        }

        var facts = await tokens.FindFactsAsync(context.Request.Headers["X-Auth-Token"].ToString(), cancellationToken);
        if (facts!.Row.ApplicationCredentialId is not null)
        {
            throw CloudFailure.Forbidden("An application credential can't make another one.");
        }

        var body = await context.Request.ReadObjectAsync("application_credential", cancellationToken);
        var project = caller.RequireProject();
        var asked = body.Items("roles").Select(r => (Id: r.Text("id"), Name: r.Text("name"))).ToList();
        var roles = asked.Count == 0
            ? facts.Roles
            : [.. asked.Select(a => facts.Roles.FirstOrDefault(r => a.Id is not null ? r.Id == a.Id : r.Name == a.Name)
                ?? throw CloudFailure.Invalid($"You do not have the role {a.Name ?? a.Id} on this project, so you can't pass it on."))];
        var secret = body.Text("secret") ?? Convert.ToBase64String(RandomNumberGenerator.GetBytes(48)).Replace('+', '-').Replace('/', '_');
        var expires = body.Time("expires_at");
        if (expires <= tokens.Now)
        {
            throw CloudFailure.Invalid("expires_at is in the past.");
        }

        var row = new ApplicationCredentialRow
        {
            Id = Resources.NewId(),
            Name = body.RequiredText("name"),
            UserId = userId,
            ProjectId = project,
            SecretHash = Passwords.Hash(secret),
            Description = body.Text("description"),
            RoleIds = string.Join(',', roles.Select(r => r.Id)),
            ExpiresAt = expires,
            Unrestricted = body.Flag("unrestricted") ?? false,
        };
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        if (await db.Set<ApplicationCredentialRow>().AnyAsync(c => c.UserId == userId && c.Name == row.Name, cancellationToken))
        {
            throw CloudFailure.Conflict($"Conflict occurred attempting to store application_credential - Duplicate entry found with name {row.Name}.");
        }

        db.Add(row);
        await db.SaveChangesAsync(cancellationToken);
        var view = View(row, await db.Set<RoleRow>().AsNoTracking().ToListAsync(cancellationToken), options);
        view["secret"] = secret;
        return Json.Created(new JsonObject { ["application_credential"] = view });
    }

    private static async Task<IResult> DeleteAsync(string userId, string id, HttpContext context, IDbContextFactory<CloudDb> factory, TokenStore tokens, CancellationToken cancellationToken)
    {
        RequireOwnerOrAdmin(context.Caller(), userId);
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var gone = await db.Set<ApplicationCredentialRow>().Where(c => c.UserId == userId && c.Id == id).ExecuteDeleteAsync(cancellationToken);
        await db.Set<TokenRow>().Where(t => t.ApplicationCredentialId == id).ExecuteDeleteAsync(cancellationToken);
        tokens.Forget();
        return gone > 0 ? Results.NoContent() : throw Missing(id);
    }

    private static JsonObject View(ApplicationCredentialRow row, IReadOnlyList<RoleRow> roles, CloudOptions options) =>
        IdentityView.Credential(row, [.. row.RoleIds.Split(',').Select(id => roles.FirstOrDefault(r => r.Id == id)).OfType<RoleRow>()], options);

    private static void RequireOwnerOrAdmin(Caller caller, string userId)
    {
        if (caller.UserId != userId)
        {
            caller.RequireAdmin();
        }
    }

    private static CloudFailure Missing(string id) => CloudFailure.NotFound($"Could not find Application Credential: {id}.");
}
