using System.Text.Json;
using Cloud.Http;
using Cloud.Keystone.Catalog;
using Cloud.Store;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Keystone.Identity;

/// <summary>The resources of Keystone v3 that this cloud has, and what is particular to each.</summary>
internal static class Resources
{
    public const string DefaultDomain = "default";

    public static void MapResources(this IEndpointRouteBuilder v3)
    {
        Domains.Map(v3);
        Projects.Map(v3);
        Users.Map(v3);
        Roles.Map(v3);
        Regions.Map(v3);
        Services.Map(v3);
        Endpoints.Map(v3);
    }

    public static string NewId() => Guid.NewGuid().ToString("N");

    private static readonly Resource<DomainRow> Domains = new()
    {
        Name = "domain",
        View = IdentityView.Domain,
        Id = d => d.Id,
        Create = (json, _) => new DomainRow { Id = NewId(), Name = json.RequiredText("name", 64), Description = json.Text("description") ?? "", Enabled = json.Flag("enabled") ?? true },
        Update = (row, json) =>
        {
            row.Name = json.Has("name") ? json.RequiredText("name", 64) : row.Name;
            row.Description = json.Text("description") ?? row.Description;
            row.Enabled = json.Flag("enabled") ?? row.Enabled;
        },
        Filter = (rows, query) => Named(rows, query, name => d => d.Name == name),
        EverybodyLists = true,
        MayRead = (caller, d) => caller.IsAdmin || caller.IsService || caller.UserDomainId == d.Id,
        BeforeDelete = async (db, domain, cancellationToken) =>
        {
            if (domain.Enabled)
            {
                throw CloudFailure.Forbidden("Cannot delete a domain that is enabled, please disable it first.");
            }

            await db.Set<AssignmentRow>().Where(a => a.TargetKind == "domain" && a.TargetId == domain.Id).ExecuteDeleteAsync(cancellationToken);
            await db.Set<ProjectRow>().Where(p => p.DomainId == domain.Id).ExecuteDeleteAsync(cancellationToken);
            await db.Set<UserRow>().Where(u => u.DomainId == domain.Id).ExecuteDeleteAsync(cancellationToken);
        },
    };

    private static readonly Resource<ProjectRow> Projects = new()
    {
        Name = "project",
        View = IdentityView.Project,
        Id = p => p.Id,
        Create = (json, caller) => new ProjectRow
        {
            Id = NewId(),
            DomainId = json.Text("domain_id") ?? caller.UserDomainId,
            Name = json.RequiredText("name", 64),
            Description = json.Text("description") ?? "",
            Enabled = json.Flag("enabled") ?? true,
        },
        Update = (row, json) =>
        {
            row.Name = json.Has("name") ? json.RequiredText("name", 64) : row.Name;
            row.Description = json.Text("description") ?? row.Description;
            row.Enabled = json.Flag("enabled") ?? row.Enabled;
        },
        Filter = (rows, query) => Named(query["domain_id"].ToString() is { Length: > 0 } domain ? rows.Where(p => p.DomainId == domain) : rows, query, name => p => p.Name == name),
        EverybodyLists = true,
        MayRead = (caller, p) => caller.IsAdmin || caller.IsService || caller.ProjectId == p.Id,
        BeforeWrite = async (db, project, cancellationToken) => await RequireDomainAsync(db, project.DomainId, cancellationToken),
        BeforeDelete = async (db, project, cancellationToken) =>
        {
            await db.Set<AssignmentRow>().Where(a => a.TargetKind == "project" && a.TargetId == project.Id).ExecuteDeleteAsync(cancellationToken);
            await db.Set<ApplicationCredentialRow>().Where(c => c.ProjectId == project.Id).ExecuteDeleteAsync(cancellationToken);
        },
    };

    private static readonly Resource<UserRow> Users = new()
    {
        Name = "user",
        View = IdentityView.User,
        Id = u => u.Id,
        Create = (json, caller) => new UserRow
        {
            Id = NewId(),
            DomainId = json.Text("domain_id") ?? caller.UserDomainId,
            Name = json.RequiredText("name"),
            PasswordHash = json.Text("password") is { } password ? Passwords.Hash(password) : "",
            Email = json.Text("email"),
            Description = json.Text("description"),
            DefaultProjectId = json.Text("default_project_id"),
            Enabled = json.Flag("enabled") ?? true,
        },
        Update = UpdateUser,
        Filter = (rows, query) => Named(query["domain_id"].ToString() is { Length: > 0 } domain ? rows.Where(u => u.DomainId == domain) : rows, query, name => u => u.Name == name),
        EverybodyLists = true,
        MayRead = (caller, u) => caller.IsAdmin || caller.IsService || caller.UserId == u.Id,
        BeforeWrite = async (db, user, cancellationToken) =>
        {
            await RequireDomainAsync(db, user.DomainId, cancellationToken);
            // A new password or a disabled account ends every sign-in made before.
            if (db.Entry(user).State == EntityState.Modified
                && (db.Entry(user).Property(u => u.PasswordHash).IsModified || (db.Entry(user).Property(u => u.Enabled).IsModified && !user.Enabled)))
            {
                await db.Set<Tokens.TokenRow>().Where(t => t.UserId == user.Id).ExecuteDeleteAsync(cancellationToken);
            }
        },
        BeforeDelete = async (db, user, cancellationToken) =>
        {
            await db.Set<AssignmentRow>().Where(a => a.UserId == user.Id).ExecuteDeleteAsync(cancellationToken);
            await db.Set<ApplicationCredentialRow>().Where(c => c.UserId == user.Id).ExecuteDeleteAsync(cancellationToken);
            await db.Set<Tokens.TokenRow>().Where(t => t.UserId == user.Id).ExecuteDeleteAsync(cancellationToken);
        },
    };

    private static readonly Resource<RoleRow> Roles = new()
    {
        Name = "role",
        View = IdentityView.Role,
        Id = r => r.Id,
        Create = (json, _) => new RoleRow { Id = NewId(), Name = json.RequiredText("name"), Description = json.Text("description") },
        Update = (row, json) =>
        {
            row.Name = json.Has("name") ? json.RequiredText("name") : row.Name;
            row.Description = json.Text("description") ?? row.Description;
        },
        Filter = (rows, query) => Named(rows, query, name => r => r.Name == name),
        BeforeDelete = async (db, role, cancellationToken) => await db.Set<AssignmentRow>().Where(a => a.RoleId == role.Id).ExecuteDeleteAsync(cancellationToken),
    };

    private static readonly Resource<RegionRow> Regions = new()
    {
        Name = "region",
        View = IdentityView.Region,
        Id = r => r.Id,
        Create = (json, _) => new RegionRow { Id = json.Text("id") is { Length: > 0 } id ? id : NewId(), Description = json.Text("description") ?? "", ParentRegionId = json.Text("parent_region_id") },
        Update = (row, json) => row.Description = json.Text("description") ?? row.Description,
        EverybodyLists = true,
        MayRead = (_, _) => true,
        BeforeDelete = async (db, region, cancellationToken) =>
        {
            if (await db.Set<EndpointRow>().AnyAsync(e => e.RegionId == region.Id, cancellationToken))
            {
                throw CloudFailure.Forbidden($"Unable to delete region {region.Id} because it or its child regions have associated endpoints.");
            }
        },
    };

    private static readonly Resource<ServiceRow> Services = new()
    {
        Name = "service",
        View = IdentityView.Service,
        Id = s => s.Id,
        Create = (json, _) => new ServiceRow
        {
            Id = NewId(),
            Type = json.RequiredText("type"),
            Name = json.Text("name") ?? "",
            Description = json.Text("description"),
            Enabled = json.Flag("enabled") ?? true,
        },
        Update = (row, json) =>
        {
            row.Type = json.Has("type") ? json.RequiredText("type") : row.Type;
            row.Name = json.Text("name") ?? row.Name;
            row.Description = json.Text("description") ?? row.Description;
            row.Enabled = json.Flag("enabled") ?? row.Enabled;
        },
        Filter = (rows, query) => Named(query["type"].ToString() is { Length: > 0 } type ? rows.Where(s => s.Type == type) : rows, query, name => s => s.Name == name),
        BeforeDelete = async (db, service, cancellationToken) => await db.Set<EndpointRow>().Where(e => e.ServiceId == service.Id).ExecuteDeleteAsync(cancellationToken),
    };

    private static readonly Resource<EndpointRow> Endpoints = new()
    {
        Name = "endpoint",
        View = IdentityView.Endpoint,
        Id = e => e.Id,
        Create = (json, _) => new EndpointRow
        {
            Id = NewId(),
            ServiceId = json.RequiredText("service_id"),
            Interface = Interface(json.RequiredText("interface")),
            Url = json.RequiredText("url", 2048),
            RegionId = json.Text("region_id") ?? json.Text("region"),
            Enabled = json.Flag("enabled") ?? true,
        },
        Update = (row, json) =>
        {
            row.Interface = json.Has("interface") ? Interface(json.RequiredText("interface")) : row.Interface;
            row.Url = json.Has("url") ? json.RequiredText("url", 2048) : row.Url;
            row.RegionId = json.Text("region_id") ?? json.Text("region") ?? row.RegionId;
            row.Enabled = json.Flag("enabled") ?? row.Enabled;
        },
        Filter = (rows, query) =>
        {
            rows = query["service_id"].ToString() is { Length: > 0 } service ? rows.Where(e => e.ServiceId == service) : rows;
            rows = query["interface"].ToString() is { Length: > 0 } side ? rows.Where(e => e.Interface == side) : rows;
            return query["region_id"].ToString() is { Length: > 0 } region ? rows.Where(e => e.RegionId == region) : rows;
        },
        BeforeWrite = async (db, endpoint, cancellationToken) =>
        {
            if (!await db.Set<ServiceRow>().AnyAsync(s => s.Id == endpoint.ServiceId, cancellationToken))
            {
                throw CloudFailure.Invalid($"There is no service {endpoint.ServiceId}.");
            }

            if (endpoint.RegionId is not null && !await db.Set<RegionRow>().AnyAsync(r => r.Id == endpoint.RegionId, cancellationToken))
            {
                throw CloudFailure.Invalid($"There is no region {endpoint.RegionId}.");
            }
        },
    };

    private static void UpdateUser(UserRow row, JsonElement json)
    {
        row.Name = json.Has("name") ? json.RequiredText("name") : row.Name;
        row.Email = json.Has("email") ? json.Text("email") : row.Email;
        row.Description = json.Has("description") ? json.Text("description") : row.Description;
        row.DefaultProjectId = json.Has("default_project_id") ? json.Text("default_project_id") : row.DefaultProjectId;
        row.Enabled = json.Flag("enabled") ?? row.Enabled;
        if (json.Text("password") is { } password)
        {
            row.PasswordHash = Passwords.Hash(password);
            row.PasswordExpiresAt = null;
            row.FailedSignIns = 0;
        }
    }

    private static string Interface(string value) =>
        value is "public" or "internal" or "admin" ? value : throw CloudFailure.Invalid($"'{value}' is not an interface: it is public, internal or admin.");

    private static IQueryable<T> Named<T>(IQueryable<T> rows, IQueryCollection query, Func<string, System.Linq.Expressions.Expression<Func<T, bool>>> same) =>
        query["name"].ToString() is { Length: > 0 } name ? rows.Where(same(name)) : rows;

    private static async Task RequireDomainAsync(CloudDb db, string id, CancellationToken cancellationToken)
    {
        if (!await db.Set<DomainRow>().AnyAsync(d => d.Id == id, cancellationToken))
        {
            throw CloudFailure.NotFound($"Could not find domain: {id}.");
        }
    }
}
