using Cloud.Http;
using Cloud.Keystone.Tokens;
using Cloud.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Keystone.Identity;

/// <summary>Identity API v3, "Change password for user": one's own, with the old password instead of a token, so that it works when that has expired.</summary>
internal static class PasswordsApi
{
    public static void MapPasswords(this IEndpointRouteBuilder v3) => v3.MapPost("/users/{userId}/password", ChangeAsync).AllowNoToken();

    private static async Task<IResult> ChangeAsync(
        string userId, HttpContext context, IDbContextFactory<CloudDb> factory, Passwords passwords, TokenStore tokens, CancellationToken cancellationToken)
    {
        var body = await context.Request.ReadObjectAsync("user", cancellationToken);
        var (original, wanted) = (body.RequiredText("original_password", 4096), body.RequiredText("password", 4096));
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var user = await passwords.CheckAsync(await db.Set<UserRow>().AsNoTracking().FirstOrDefaultAsync(u => u.Id == userId, cancellationToken), original, cancellationToken, mayBeExpired: true);
        if (wanted == original)
        {
            throw CloudFailure.Invalid("The new password must be different from the old password.");
        }

        var hash = Passwords.Hash(wanted);
        await db.Set<UserRow>().Where(u => u.Id == user.Id).ExecuteUpdateAsync(
            u => u.SetProperty(x => x.PasswordHash, hash).SetProperty(x => x.PasswordExpiresAt, (DateTime?)null).SetProperty(x => x.FailedSignIns, 0), cancellationToken);
        await tokens.RevokeUserAsync(user.Id, cancellationToken);
        return Results.NoContent();
    }
}
