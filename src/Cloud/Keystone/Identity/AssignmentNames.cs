using System.Text.Json.Nodes;
using Cloud.Store;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Keystone.Identity;

/// <summary>The names behind the ids of role assignments, for <c>include_names</c>.</summary>
internal sealed record AssignmentNames(IReadOnlyDictionary<string, UserRow> Users, IReadOnlyDictionary<string, ProjectRow> Projects, IReadOnlyDictionary<string, DomainRow> Domains, IReadOnlyDictionary<string, RoleRow> Roles)
{
    public static async Task<AssignmentNames> ReadAsync(CloudDb db, IReadOnlyList<RoleRow> roles, CancellationToken cancellationToken) => new(
        await db.Set<UserRow>().AsNoTracking().ToDictionaryAsync(u => u.Id, cancellationToken),
        await db.Set<ProjectRow>().AsNoTracking().ToDictionaryAsync(p => p.Id, cancellationToken),
        await db.Set<DomainRow>().AsNoTracking().ToDictionaryAsync(d => d.Id, cancellationToken),
        roles.ToDictionary(r => r.Id));

    public static JsonObject View(AssignmentRow a, AssignmentNames? names, CloudOptions options)
    {
        var user = new JsonObject { ["id"] = a.UserId };
        var role = new JsonObject { ["id"] = a.RoleId };
        var target = new JsonObject { ["id"] = a.TargetId };
        if (names is not null)
        {
            role["name"] = names.Roles[a.RoleId].Name;
            if (names.Users.TryGetValue(a.UserId, out var u))
            {
                user["name"] = u.Name;
                user["domain"] = names.Domain(u.DomainId);
            }

            if (names.Projects.TryGetValue(a.TargetId, out var p))
            {
                target["name"] = p.Name;
                target["domain"] = names.Domain(p.DomainId);
            }
            else if (names.Domains.TryGetValue(a.TargetId, out var d))
            {
                target["name"] = d.Name;
            }
        }

        return new JsonObject
        {
            ["role"] = role,
            ["user"] = user,
            ["scope"] = new JsonObject { [a.TargetKind] = target },
            ["links"] = new JsonObject { ["assignment"] = IdentityView.Address(options, $"/{a.TargetKind}s/{a.TargetId}/users/{a.UserId}/roles/{a.RoleId}") },
        };
    }

    private JsonObject Domain(string id) => new() { ["id"] = id, ["name"] = Domains.TryGetValue(id, out var d) ? d.Name : id };
}
