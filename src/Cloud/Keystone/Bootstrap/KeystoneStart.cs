using Cloud.Keystone.Catalog;
using Cloud.Keystone.Identity;
using Cloud.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;

namespace Cloud.Keystone.Bootstrap;

/// <summary>
/// First start: the default domain, roles, projects, users and catalog; secrets, openrc and clouds.yaml.
/// Later starts keep the catalog's own addresses in step with the configuration, and make a role that the data folder is too old to know.
/// </summary>
internal sealed class KeystoneStart(IDbContextFactory<CloudDb> factory, CloudOptions options) : IHostedService
{
    private static readonly string[] Interfaces = ["public", "internal", "admin"];
    // Lets its bearer open terminals in a project's instances. Nobody gets it here: an administrator gives it, project by project.
    private const string TerminalRole = "terminal";
    private static readonly string[] RoleNames = ["admin", "member", "reader", "service", TerminalRole];
    private static readonly (string Name, string Project, string Role)[] Users =
        [("admin", "admin", "admin"), ("demo", "demo", "member"), ("driver-host", "service", "service"), ("nova", "service", "service")];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        if (!await db.Set<DomainRow>().AnyAsync(cancellationToken))
        {
            AddIdentities(db);
        }
        else if (!await db.Set<RoleRow>().AnyAsync(r => r.Name == TerminalRole, cancellationToken))
        {
            db.Add(new RoleRow { Id = Resources.NewId(), Name = TerminalRole });
        }

        await EnsureCatalogAsync(db, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        ClientFiles.Write(options);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void AddIdentities(CloudDb db)
    {
        db.Add(new DomainRow { Id = Resources.DefaultDomain, Name = "Default", Description = "The default domain" });
        var roles = RoleNames.ToDictionary(name => name, name => new RoleRow { Id = Resources.NewId(), Name = name });
        db.AddRange(roles.Values);
        var projects = Users.Select(u => u.Project).Distinct().ToDictionary(name => name, name => new ProjectRow { Id = Resources.NewId(), DomainId = Resources.DefaultDomain, Name = name });
        db.AddRange(projects.Values);
        foreach (var (name, project, role) in Users)
        {
            var user = new UserRow
            {
                Id = Resources.NewId(),
                DomainId = Resources.DefaultDomain,
                Name = name,
                PasswordHash = Passwords.Hash(Secrets.Ensure(options.DataPath, $"{name}.password")),
                DefaultProjectId = projects[project].Id,
            };
            db.Add(user);
            db.Add(new AssignmentRow { UserId = user.Id, RoleId = roles[role].Id, TargetKind = "project", TargetId = projects[project].Id });
        }
    }

    private async Task EnsureCatalogAsync(CloudDb db, CancellationToken cancellationToken)
    {
        var root = options.Url.ToString().TrimEnd('/');
        if (!await db.Set<RegionRow>().AnyAsync(r => r.Id == options.Region, cancellationToken))
        {
            db.Add(new RegionRow { Id = options.Region });
        }

        (string Type, string Name, string Url)[] services = [("identity", "keystone", $"{root}/identity/v3"), ("image", "glance", $"{root}/image"), ("compute", "nova", $"{root}/compute/v2.1")];
        foreach (var (type, name, url) in services)
        {
            // Known by the id, so that an administrator's own services of the same type are left alone.
            var id = $"embedded-{type}";
            if (await db.Set<ServiceRow>().AnyAsync(s => s.Id == id, cancellationToken))
            {
                await db.Set<EndpointRow>().Where(e => e.ServiceId == id && e.Url != url).ExecuteUpdateAsync(e => e.SetProperty(x => x.Url, url), cancellationToken);
                continue;
            }

            db.Add(new ServiceRow { Id = id, Type = type, Name = name });
            db.AddRange(Interfaces.Select(side => new EndpointRow { Id = Resources.NewId(), ServiceId = id, Interface = side, Url = url, RegionId = options.Region }));
        }
    }
}
