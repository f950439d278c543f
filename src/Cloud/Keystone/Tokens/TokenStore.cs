using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Cloud.Http;
using Cloud.Keystone.Identity;
using Cloud.Store;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Keystone.Tokens;

/// <summary>What is known of a valid token: its row, its bearer, where it is scoped, and the effective roles.</summary>
internal sealed record TokenFacts(TokenRow Row, UserRow User, DomainRow UserDomain, ProjectRow? Project, DomainRow? Domain, IReadOnlyList<RoleRow> Roles)
{
    public Caller ToCaller() => new()
    {
        UserId = User.Id,
        UserName = User.Name,
        UserDomainId = User.DomainId,
        ProjectId = Project?.Id,
        ProjectName = Project?.Name,
        Roles = Roles.Select(r => r.Name).ToHashSet(),
        ExpiresAt = new DateTimeOffset(DateTime.SpecifyKind(Row.ExpiresAt, DateTimeKind.Utc)),
    };
}

/// <summary>
/// Issues, finds and revokes tokens. Facts are kept in memory until something about identities changes; the books decide after that,
/// so a disabled user or a lost role counts at the next call.
/// </summary>
internal sealed class TokenStore(IDbContextFactory<CloudDb> factory, TimeProvider time, CloudOptions options) : ICallers
{
    private const int KeptFacts = 10_000;
    private ConcurrentDictionary<string, TokenFacts> _facts = new();

    public DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <summary>Makes a token. It is shown once: the books keep its hash.</summary>
    /// <param name="notAfter">A token made from another one, or from a credential that ends, does not outlive it.</param>
    public async Task<(string Token, TokenFacts Facts)> IssueAsync(
        string userId, string? projectId, string? domainId, IEnumerable<string> methods, DateTime? notAfter, string? applicationCredentialId, CancellationToken cancellationToken)
    {
        var token = Convert.ToBase64String(RandomNumberGenerator.GetBytes(48)).Replace('+', '-').Replace('/', '_');
        var expires = Now + options.TokenLifetime;
        var row = new TokenRow
        {
            Hash = Hash(token),
            UserId = userId,
            ProjectId = projectId,
            DomainId = domainId,
            ApplicationCredentialId = applicationCredentialId,
            Methods = string.Join(',', methods),
            AuditId = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16)).TrimEnd('=').Replace('+', '-').Replace('/', '_'),
            IssuedAt = Now,
            ExpiresAt = notAfter is { } end && end < expires ? end : expires,
        };
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        db.Add(row);
        await db.SaveChangesAsync(cancellationToken);
        await db.Set<TokenRow>().Where(t => t.ExpiresAt < Now).ExecuteDeleteAsync(cancellationToken);
        var facts = await ReadAsync(db, row, cancellationToken) ?? throw new CloudFailure(FailureKind.Unauthorized, "The user or the project is disabled.");
        return (token, facts);
    }

    public async ValueTask<TokenFacts?> FindFactsAsync(string token, CancellationToken cancellationToken)
    {
        var hash = Hash(token);
        var facts = _facts;
        if (!facts.TryGetValue(hash, out var known))
        {
            await using var db = await factory.CreateDbContextAsync(cancellationToken);
            var row = await db.Set<TokenRow>().AsNoTracking().FirstOrDefaultAsync(t => t.Hash == hash, cancellationToken);
            known = row is null ? null : await ReadAsync(db, row, cancellationToken);
            if (known is null)
            {
                return null;
            }

            if (facts.Count >= KeptFacts)
            {
                facts.Clear();
            }

            facts[hash] = known;
        }

        return known.Row.ExpiresAt > Now ? known : null;
    }

    public async ValueTask<Caller?> FindAsync(string token, CancellationToken cancellationToken) => (await FindFactsAsync(token, cancellationToken))?.ToCaller();

    public async Task RevokeAsync(string token, CancellationToken cancellationToken)
    {
        var hash = Hash(token);
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        await db.Set<TokenRow>().Where(t => t.Hash == hash).ExecuteDeleteAsync(cancellationToken);
        Forget();
    }

    /// <summary>All tokens of a user end: password changed, user disabled or deleted.</summary>
    public async Task RevokeUserAsync(string userId, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        await db.Set<TokenRow>().Where(t => t.UserId == userId).ExecuteDeleteAsync(cancellationToken);
        Forget();
    }

    /// <summary>Something about users, projects or roles changed: ask the books again. A read that began before keeps its answer out of the new memory.</summary>
    public void Forget() => _facts = new ConcurrentDictionary<string, TokenFacts>();

    private static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    private static async Task<TokenFacts?> ReadAsync(CloudDb db, TokenRow row, CancellationToken cancellationToken)
    {
        var user = await db.Set<UserRow>().AsNoTracking().FirstOrDefaultAsync(u => u.Id == row.UserId && u.Enabled, cancellationToken);
        var home = user is null ? null : await db.Set<DomainRow>().AsNoTracking().FirstOrDefaultAsync(d => d.Id == user.DomainId && d.Enabled, cancellationToken);
        if (user is null || home is null)
        {
            return null;
        }

        var project = row.ProjectId is null ? null : await db.Set<ProjectRow>().AsNoTracking().FirstOrDefaultAsync(p => p.Id == row.ProjectId && p.Enabled, cancellationToken);
        var domainId = row.DomainId ?? project?.DomainId;
        var domain = domainId is null ? null : await db.Set<DomainRow>().AsNoTracking().FirstOrDefaultAsync(d => d.Id == domainId && d.Enabled, cancellationToken);
        if ((row.ProjectId is not null && project is null) || (domainId is not null && domain is null))
        {
            return null;
        }

        var roles = await EffectiveRoles.OfAsync(db, row, cancellationToken);
        var scoped = row.ProjectId is not null || row.DomainId is not null;
        return scoped && roles.Count == 0 ? null : new TokenFacts(row, user, home, project, domain, roles);
    }
}
