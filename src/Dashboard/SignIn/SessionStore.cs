using System.Security.Cryptography;
using System.Text;
using Dashboard.Store;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.SignIn;

/// <summary>Keeps tickets on the server, encrypted; the cookie holds a random id only. Tells <see cref="SessionLifetimes"/> when a session goes.</summary>
internal sealed class SessionStore(IDbContextFactory<DashboardDb> dbs, IDataProtectionProvider protection, SessionLifetimes lifetimes, TimeProvider time) : ITicketStore
{
    private readonly IDataProtector _protector = protection.CreateProtector("Dashboard.SignIn.SessionStore");

    public async Task<string> StoreAsync(AuthenticationTicket ticket)
    {
        var id = SignedInSession.IdOf(ticket.Principal) ?? throw new InvalidOperationException("A ticket without a session id.");
        await RenewAsync(id, ticket);
        return id;
    }

    public async Task RenewAsync(string key, AuthenticationTicket ticket)
    {
        await using var db = await dbs.CreateDbContextAsync();
        var now = time.GetUtcNow().UtcDateTime;
        await db.Set<SessionRow>().Where(r => r.EndsAt <= now).ExecuteDeleteAsync();
        var hash = Hash(key);
        var row = await db.Set<SessionRow>().FindAsync(hash);
        if (row is null)
        {
            row = new SessionRow { IdHash = hash };
            db.Add(row);
        }

        row.UserId = ticket.Principal.FindFirst(SignedInSession.UserIdClaim)!.Value;
        row.EndsAt = ticket.Properties.ExpiresUtc!.Value.UtcDateTime;
        row.Ticket = _protector.Protect(TicketSerializer.Default.Serialize(ticket));
        await db.SaveChangesAsync();
    }

    public async Task<AuthenticationTicket?> RetrieveAsync(string key)
    {
        await using var db = await dbs.CreateDbContextAsync();
        var hash = Hash(key);
        var now = time.GetUtcNow().UtcDateTime;
        var bytes = await db.Set<SessionRow>().Where(r => r.IdHash == hash && r.EndsAt > now).Select(r => r.Ticket).FirstOrDefaultAsync();
        if (bytes is null)
        {
            return null;
        }

        try
        {
            return TicketSerializer.Default.Deserialize(_protector.Unprotect(bytes));
        }
        catch (CryptographicException)
        {
            // The keys were replaced: the ticket is as good as gone, and its owner signs in again.
            return null;
        }
    }

    public Task RemoveAsync(string key) => RemoveAsync(key, SessionEnd.SignedOut);

    public async Task RemoveAsync(string key, SessionEnd how)
    {
        try
        {
            await using var db = await dbs.CreateDbContextAsync();
            var hash = Hash(key);
            await db.Set<SessionRow>().Where(r => r.IdHash == hash).ExecuteDeleteAsync();
        }
        finally
        {
            // Whatever the books say: nothing goes on.
            lifetimes.End(key, how);
        }
    }

    /// <summary>The same sign-in with a new token: cookie and circuits go on with it.</summary>
    /// <returns>False when the session ended meanwhile: what ended stays so.</returns>
    public async Task<bool> RenewAsync(SignedInSession session, CancellationToken cancellationToken)
    {
        if (!await ExistsAsync(session.Id, cancellationToken))
        {
            return false;
        }

        await RenewAsync(session.Id, session.ToTicket());
        lifetimes.Renew(session);
        return true;
    }

    public async Task<bool> ExistsAsync(string key, CancellationToken cancellationToken)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellationToken);
        var hash = Hash(key);
        var now = time.GetUtcNow().UtcDateTime;
        return await db.Set<SessionRow>().AnyAsync(r => r.IdHash == hash && r.EndsAt > now, cancellationToken);
    }

    public async Task<SignedInSession?> FindAsync(string key) => await RetrieveAsync(key) is { } ticket ? SignedInSession.From(ticket) : null;

    private static string Hash(string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)));
}
