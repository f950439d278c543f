using System.Text.Json.Nodes;
using Cloud.Keystone.Catalog;
using Cloud.Keystone.Tokens;

namespace Cloud.Keystone.Identity;

/// <summary>Keystone's resources as the Identity API v3 shows them.</summary>
internal static class IdentityView
{
    public static JsonObject Domain(DomainRow d, CloudOptions options) => new()
    {
        ["id"] = d.Id,
        ["name"] = d.Name,
        ["description"] = d.Description,
        ["enabled"] = d.Enabled,
        ["tags"] = new JsonArray(),
        ["options"] = new JsonObject(),
        ["links"] = Self(options, $"/domains/{d.Id}"),
    };

    public static JsonObject Project(ProjectRow p, CloudOptions options) => new()
    {
        ["id"] = p.Id,
        ["name"] = p.Name,
        ["domain_id"] = p.DomainId,
        ["parent_id"] = p.DomainId,
        ["description"] = p.Description,
        ["enabled"] = p.Enabled,
        ["is_domain"] = false,
        ["tags"] = new JsonArray(),
        ["options"] = new JsonObject(),
        ["links"] = Self(options, $"/projects/{p.Id}"),
    };

    public static JsonObject User(UserRow u, CloudOptions options)
    {
        var user = new JsonObject
        {
            ["id"] = u.Id,
            ["name"] = u.Name,
            ["domain_id"] = u.DomainId,
            ["enabled"] = u.Enabled,
            ["password_expires_at"] = u.PasswordExpiresAt is { } end ? TokenView.Time(end) : null,
            ["options"] = new JsonObject(),
            ["links"] = Self(options, $"/users/{u.Id}"),
        };
        Optional(user, "email", u.Email);
        Optional(user, "description", u.Description);
        Optional(user, "default_project_id", u.DefaultProjectId);
        return user;
    }

    public static JsonObject Role(RoleRow r, CloudOptions options) => new()
    {
        ["id"] = r.Id,
        ["name"] = r.Name,
        ["domain_id"] = null,
        ["description"] = r.Description,
        ["options"] = new JsonObject(),
        ["links"] = Self(options, $"/roles/{r.Id}"),
    };

    public static JsonObject Region(RegionRow r, CloudOptions options) => new()
    {
        ["id"] = r.Id,
        ["description"] = r.Description,
        ["parent_region_id"] = r.ParentRegionId,
        ["links"] = Self(options, $"/regions/{r.Id}"),
    };

    public static JsonObject Service(ServiceRow s, CloudOptions options)
    {
        var service = new JsonObject { ["id"] = s.Id, ["type"] = s.Type, ["name"] = s.Name, ["enabled"] = s.Enabled, ["links"] = Self(options, $"/services/{s.Id}") };
        Optional(service, "description", s.Description);
        return service;
    }

    public static JsonObject Endpoint(EndpointRow e, CloudOptions options) => new()
    {
        ["id"] = e.Id,
        ["service_id"] = e.ServiceId,
        ["interface"] = e.Interface,
        ["url"] = e.Url,
        ["region"] = e.RegionId,
        ["region_id"] = e.RegionId,
        ["enabled"] = e.Enabled,
        ["links"] = Self(options, $"/endpoints/{e.Id}"),
    };

    public static JsonObject Credential(ApplicationCredentialRow c, IReadOnlyList<RoleRow> roles, CloudOptions options) => new()
    {
        ["id"] = c.Id,
        ["name"] = c.Name,
        ["description"] = c.Description,
        ["project_id"] = c.ProjectId,
        ["user_id"] = c.UserId,
        ["unrestricted"] = c.Unrestricted,
        ["expires_at"] = c.ExpiresAt is { } end ? TokenView.Time(end) : null,
        ["system"] = null,
        ["roles"] = new JsonArray([.. roles.Select(r => new JsonObject { ["id"] = r.Id, ["name"] = r.Name, ["domain_id"] = null })]),
        ["links"] = Self(options, $"/users/{c.UserId}/application_credentials/{c.Id}"),
    };

    public static JsonObject List(string name, IEnumerable<JsonObject> items, CloudOptions options, string path) => new()
    {
        [name] = new JsonArray([.. items]),
        ["links"] = new JsonObject { ["next"] = null, ["self"] = Address(options, path), ["previous"] = null },
    };

    public static string Address(CloudOptions options, string path) => $"{options.Url.ToString().TrimEnd('/')}/identity/v3{path}";

    private static JsonObject Self(CloudOptions options, string path) => new() { ["self"] = Address(options, path) };

    private static void Optional(JsonObject json, string name, string? value)
    {
        if (value is not null)
        {
            json[name] = value;
        }
    }
}
