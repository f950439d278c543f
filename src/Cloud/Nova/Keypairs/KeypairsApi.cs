using System.Text.Json;
using System.Text.Json.Nodes;
using Cloud.Http;
using Cloud.Keystone.Identity;
using Cloud.Nova.Quotas;
using Cloud.Nova.Versions;
using Cloud.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Nova.Keypairs;

/// <summary>Keypairs belong to a user, not to a project. Since 2.10 an administrator may act for another user by <c>user_id</c>.</summary>
internal sealed class KeypairsApi(IDbContextFactory<CloudDb> factory, QuotaStore quotas, NovaLinks links, TimeProvider time)
{
    public static void Map(RouteGroupBuilder v21)
    {
        v21.MapGet("/os-keypairs", (HttpContext context, KeypairsApi api) => api.ListAsync(context));
        v21.MapPost("/os-keypairs", (HttpContext context, KeypairsApi api) => api.CreateAsync(context));
        v21.MapGet("/os-keypairs/{name}", (HttpContext context, string name, KeypairsApi api) => api.ShowAsync(context, name));
        v21.MapDelete("/os-keypairs/{name}", (HttpContext context, string name, KeypairsApi api) => api.DeleteAsync(context, name));
    }

    private async Task<IResult> ListAsync(HttpContext context)
    {
        var version = Microversions.Of(context);
        var user = Owner(context, context.Request.Query["user_id"].LastOrDefault());
        // nova: there are pages since 2.35; before, everything comes at once.
        var page = version.AtLeast(2, 35) ? NovaPage.Of(context.Request.Query) : null;
        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        var keys = await db.Set<KeypairRow>().AsNoTracking().Where(k => k.UserId == user).OrderBy(k => k.Name).ToDictionaryAsync(k => k.Name, context.RequestAborted);
        var names = page?.Cut([.. keys.Keys]) ?? [.. keys.Keys];
        var body = new JsonObject { ["keypairs"] = new JsonArray([.. names.Select(name => new JsonObject { ["keypair"] = KeypairView.Brief(keys[name], version) })]) };
        if (page?.Next(links, "/os-keypairs", context.Request.Query, names) is { } next)
        {
            body["keypairs_links"] = next;
        }

        return Json.Ok(body);
    }

    private async Task<IResult> CreateAsync(HttpContext context)
    {
        context.Caller().RequireMember();
        var version = Microversions.Of(context);
        var body = await context.Request.ReadObjectAsync("keypair", context.RequestAborted);
        string[] known = ["name", "public_key", .. version.AtLeast(2, 2) ? ["type"] : Array.Empty<string>(), .. version.AtLeast(2, 10) ? ["user_id"] : Array.Empty<string>()];
        NovaBody.RequireKnown(body, known);
        var user = Owner(context, body.Text("user_id"));
        var name = Name(body, version);
        if (body.Text("type") is { } type and not "ssh")
        {
            throw CloudFailure.Invalid($"Keypair data is invalid: this cloud's instances know keys of type ssh, not {type}.");
        }

        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        if (user != context.Caller().UserId && !await db.Set<UserRow>().AnyAsync(u => u.Id == user, context.RequestAborted))
        {
            throw CloudFailure.Invalid($"User ID {user} is not a valid user.");
        }

        await RequireRoomAsync(db, context.Caller(), user, name, context.RequestAborted);
        var (key, privateKey) = Key(body, version);
        var row = new KeypairRow { UserId = user, Name = name, PublicKey = key.Line, Fingerprint = key.Fingerprint, CreatedAt = time.GetUtcNow().UtcDateTime };
        db.Add(row);
        await db.SaveChangesAsync(context.RequestAborted);
        var answer = new JsonObject { ["keypair"] = KeypairView.Created(row, privateKey, version) };
        return version.AtLeast(2, 2) ? Json.Created(answer) : Json.Ok(answer);
    }

    private async Task<IResult> ShowAsync(HttpContext context, string name)
    {
        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        var key = await FindAsync(db, context, name);
        return Json.Ok(new JsonObject { ["keypair"] = KeypairView.Full(key, Microversions.Of(context)) });
    }

    private async Task<IResult> DeleteAsync(HttpContext context, string name)
    {
        context.Caller().RequireMember();
        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        db.Remove(await FindAsync(db, context, name));
        await db.SaveChangesAsync(context.RequestAborted);
        return Microversions.Of(context).AtLeast(2, 2) ? Results.NoContent() : Results.StatusCode(StatusCodes.Status202Accepted);
    }

    private static async Task<KeypairRow> FindAsync(CloudDb db, HttpContext context, string name)
    {
        var user = Owner(context, context.Request.Query["user_id"].LastOrDefault());
        return await db.Set<KeypairRow>().FirstOrDefaultAsync(k => k.UserId == user && k.Name == name, context.RequestAborted)
            ?? throw CloudFailure.NotFound($"Keypair {name} not found for user {user}");
    }

    // The user whose keys are meant. Somebody else's are an administrator's business.
    private static string Owner(HttpContext context, string? asked)
    {
        var caller = context.Caller();
        if (string.IsNullOrEmpty(asked) || asked == caller.UserId || !Microversions.Of(context).AtLeast(2, 10))
        {
            return caller.UserId;
        }

        caller.RequireAdmin();
        return asked;
    }

    private static (SshKey Key, string? PrivateKey) Key(JsonElement body, Microversion version)
    {
        if (body.Text("public_key") is { } line)
        {
            return (SshKey.Parse(line), null);
        }

        // nova: since 2.92 the private key is made where it stays, at the user's.
        return version.AtLeast(2, 92) ? throw CloudFailure.Invalid("'public_key' is a required property") : SshKey.Generate();
    }

    private static string Name(JsonElement body, Microversion version)
    {
        var name = body.RequiredText("name").Trim();
        var more = version.AtLeast(2, 92) ? " -_@." : " -_";
        return name.All(c => char.IsAsciiLetterOrDigit(c) || more.Contains(c, StringComparison.Ordinal))
            ? name
            : throw CloudFailure.Invalid("Keypair data is invalid: Keypair name contains unsafe characters");
    }

    private async Task RequireRoomAsync(CloudDb db, Caller caller, string user, string name, CancellationToken cancellationToken)
    {
        if (await db.Set<KeypairRow>().AnyAsync(k => k.UserId == user && k.Name == name, cancellationToken))
        {
            throw CloudFailure.Conflict($"Key pair '{name}' already exists.");
        }

        var most = (await quotas.OfAsync(caller.RequireProject(), cancellationToken)).KeyPairs;
        if (most != QuotaSet.Unlimited && await db.Set<KeypairRow>().CountAsync(k => k.UserId == user, cancellationToken) >= most)
        {
            throw CloudFailure.Forbidden($"Quota exceeded, too many key pairs: this project allows {most} for each user.");
        }
    }
}
