using System.Globalization;
using System.Text.Json.Nodes;
using Cloud.Keystone.Catalog;

namespace Cloud.Keystone.Tokens;

/// <summary>A token's facts as the Identity API v3 shows them.</summary>
internal static class TokenView
{
    public static string Time(DateTime utc) => utc.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    /// <param name="catalog">Null leaves the catalog out (<c>?nocatalog</c>, unscoped tokens).</param>
    public static JsonObject Of(TokenFacts facts, IReadOnlyList<CatalogService>? catalog)
    {
        var token = new JsonObject
        {
            ["methods"] = new JsonArray([.. facts.Row.Methods.Split(',').Select(m => JsonValue.Create(m))]),
            ["user"] = new JsonObject
            {
                ["id"] = facts.User.Id,
                ["name"] = facts.User.Name,
                ["domain"] = Named(facts.UserDomain.Id, facts.UserDomain.Name),
                ["password_expires_at"] = facts.User.PasswordExpiresAt is { } end ? Time(end) : null,
            },
            ["audit_ids"] = new JsonArray(JsonValue.Create(facts.Row.AuditId)),
            ["expires_at"] = Time(facts.Row.ExpiresAt),
            ["issued_at"] = Time(facts.Row.IssuedAt),
        };
        if (facts.Project is { } project)
        {
            token["project"] = new JsonObject { ["id"] = project.Id, ["name"] = project.Name, ["domain"] = Named(facts.Domain!.Id, facts.Domain.Name) };
            token["is_domain"] = false;
        }
        else if (facts.Domain is { } domain)
        {
            token["domain"] = Named(domain.Id, domain.Name);
        }

        if (facts.Roles.Count > 0)
        {
            token["roles"] = new JsonArray([.. facts.Roles.Select(r => Named(r.Id, r.Name))]);
        }

        if (catalog is not null && (facts.Project ?? (object?)facts.Domain) is not null)
        {
            token["catalog"] = Catalog(catalog);
        }

        return new JsonObject { ["token"] = token };
    }

    public static JsonArray Catalog(IReadOnlyList<CatalogService> services) => new([.. services.Select(s => new JsonObject
    {
        ["id"] = s.Id,
        ["type"] = s.Type,
        ["name"] = s.Name,
        ["endpoints"] = new JsonArray([.. s.Endpoints.Select(e => new JsonObject
        {
            ["id"] = e.Id,
            ["interface"] = e.Interface,
            ["region"] = e.RegionId,
            ["region_id"] = e.RegionId,
            ["url"] = e.Url,
        })]),
    })]);

    private static JsonObject Named(string id, string name) => new() { ["id"] = id, ["name"] = name };
}
