using Cloud.Http;
using Cloud.Store;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Keystone.Identity;

/// <summary>Checks passwords by the framework's hasher, and locks an account for a while after repeated failures.</summary>
internal sealed class Passwords(IDbContextFactory<CloudDb> factory, TimeProvider time)
{
    public const int FailuresBeforeLock = 5;
    public static readonly TimeSpan LockLength = TimeSpan.FromMinutes(5);
    private const string Refusal = "The request you have made requires authentication.";
    private static readonly PasswordHasher<UserRow> Hasher = new();
    // Checked when the user is unknown, so that the answer takes as long as for a known one.
    private static readonly string Decoy = Hasher.HashPassword(null!, Guid.NewGuid().ToString());

    public static string Hash(string password) => Hasher.HashPassword(null!, password);

    public static bool Verify(string hash, string password) => Hasher.VerifyHashedPassword(null!, hash, password) != PasswordVerificationResult.Failed;

    /// <summary>Returns the user when the password is right; else refuses in words that tell no stranger whether the user exists.</summary>
    /// <param name="mayBeExpired">For the one call that an expired password is still good for: changing it.</param>
    public async Task<UserRow> CheckAsync(UserRow? user, string password, CancellationToken cancellationToken, bool mayBeExpired = false)
    {
        if (user is null)
        {
            Verify(Decoy, password);
            throw new CloudFailure(FailureKind.Unauthorized, Refusal);
        }

        var now = time.GetUtcNow().UtcDateTime;
        if (user.FailedSignIns >= FailuresBeforeLock && user.LastFailedAt + LockLength > now)
        {
            throw new CloudFailure(FailureKind.Unauthorized, $"The account is locked for user: {user.Id}");
        }

        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        if (!Verify(user.PasswordHash, password))
        {
            // Counted by the database: attempts that come together all count.
            var forgotten = now - LockLength;
            await db.Set<UserRow>().Where(u => u.Id == user.Id)
                .ExecuteUpdateAsync(u => u.SetProperty(x => x.FailedSignIns, x => x.LastFailedAt > forgotten ? x.FailedSignIns + 1 : 1).SetProperty(x => x.LastFailedAt, now), cancellationToken);
            throw new CloudFailure(FailureKind.Unauthorized, Refusal);
        }

        if (!user.Enabled)
        {
            throw new CloudFailure(FailureKind.Unauthorized, Refusal);
        }

        if (!mayBeExpired && user.PasswordExpiresAt <= now)
        {
            throw new CloudFailure(FailureKind.Unauthorized, $"The password is expired and needs to be changed for user: {user.Id}.");
        }

        if (user.FailedSignIns > 0)
        {
            await db.Set<UserRow>().Where(u => u.Id == user.Id).ExecuteUpdateAsync(u => u.SetProperty(x => x.FailedSignIns, 0), cancellationToken);
        }

        return user;
    }
}
