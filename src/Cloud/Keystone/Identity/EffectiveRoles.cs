using Cloud.Keystone.Tokens;
using Cloud.Store;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Keystone.Identity;

/// <summary>The roles that count: those assigned, and those that they imply (admin ⇒ member ⇒ reader, as in Keystone's own bootstrap).</summary>
internal static class EffectiveRoles
{
    public static readonly IReadOnlyDictionary<string, string> Implied = new Dictionary<string, string> { ["admin"] = "member", ["member"] = "reader" };

    public static async Task<IReadOnlyList<RoleRow>> OfAsync(CloudDb db, TokenRow token, CancellationToken cancellationToken)
    {
        var (kind, target) = token.ProjectId is not null ? ("project", token.ProjectId) : ("domain", token.DomainId);
        if (target is null)
        {
            return [];
        }

        var all = await db.Set<RoleRow>().AsNoTracking().ToListAsync(cancellationToken);
        var ids = await db.Set<AssignmentRow>().Where(a => a.UserId == token.UserId && a.TargetKind == kind && a.TargetId == target).Select(a => a.RoleId).ToListAsync(cancellationToken);
        var roles = Expand(ids, all);
        if (token.ApplicationCredentialId is null)
        {
            return roles;
        }

        // A credential never gives more than its user has today.
        var narrowed = await db.Set<ApplicationCredentialRow>().Where(c => c.Id == token.ApplicationCredentialId).Select(c => c.RoleIds).FirstOrDefaultAsync(cancellationToken);
        var granted = Expand((narrowed ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries), all).Select(r => r.Id).ToHashSet();
        return [.. roles.Where(r => granted.Contains(r.Id))];
    }

    public static IReadOnlyList<RoleRow> Expand(IEnumerable<string> roleIds, IReadOnlyList<RoleRow> all)
    {
        var byId = all.ToDictionary(r => r.Id);
        var byName = all.ToDictionary(r => r.Name);
        var found = new Dictionary<string, RoleRow>();
        foreach (var id in roleIds)
        {
            for (var role = byId.GetValueOrDefault(id); role is not null && found.TryAdd(role.Id, role);)
            {
                role = Implied.TryGetValue(role.Name, out var implied) ? byName.GetValueOrDefault(implied) : null;
            }
        }

        return [.. found.Values];
    }
}
