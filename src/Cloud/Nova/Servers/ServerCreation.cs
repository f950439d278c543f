using System.Security.Cryptography;
using System.Text.Json;
using Cloud.Glance;
using Cloud.Http;
using Cloud.Nova.Actions;
using Cloud.Nova.Drivers;
using Cloud.Nova.Flavors;
using Cloud.Nova.Keypairs;
using Cloud.Nova.Quotas;
using Cloud.Store;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Nova.Servers;

/// <summary>Accepts a launch: checks the image, the flavor and the quota, writes the rows, and lets the manager begin.</summary>
internal sealed class ServerCreation(
    IDbContextFactory<CloudDb> factory, IImages images, QuotaStore quotas, InstanceManager manager, HostPresence host, TimeProvider time)
{
    public async Task<IReadOnlyList<InstanceRow>> CreateAsync(HttpContext context, CreateServerBody body, CancellationToken cancellationToken)
    {
        var caller = context.Caller();
        caller.RequireMember();
        var project = caller.RequireProject();
        RequirePlace(body, caller);
        var quota = await quotas.OfAsync(project, cancellationToken);
        QuotaRules.RequireMetadata(body.Metadata.Count, quota);
        var image = await images.FindAsync(caller, body.ImageId, cancellationToken) ?? throw CloudFailure.Invalid("Can not find requested image");
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var flavor = await db.Set<FlavorRow>().AsNoTracking().VisibleTo(caller).Include(f => f.Specs).FirstOrDefaultAsync(f => f.Id == body.FlavorId, cancellationToken)
            ?? throw CloudFailure.Invalid($"Flavor {ServerText.Short(body.FlavorId)} could not be found.");
        var key = body.KeyName is null ? null : await KeyAsync(db, caller, body.KeyName, cancellationToken);
        ImageRules.RequireBootable(image, project, flavor.Ram, flavor.Disk, time.GetUtcNow());

        // Counting and adding are one unit of work: two launches at once do not both get the last place.
        await using var unit = await db.Database.BeginTransactionAsync(cancellationToken);
        var count = QuotaRules.Count(body.MinCount, body.MaxCount, flavor, quota, await StoredInstanceUsage.OfProjectAsync(db, project, cancellationToken));
        var rows = Rows(caller, project, body, key, image, flavor, count);
        db.AddRange(rows);
        db.AddRange(rows.Select(row => ActionStart.Record(context, row.Id, ActionNames.Create, ActionRules.Create.Event, row.CreatedAt, null)));
        await db.SaveChangesAsync(cancellationToken);
        await unit.CommitAsync(cancellationToken);
        foreach (var row in rows)
        {
            manager.BeginSpawn(row.Id);
        }

        return rows;
    }

    // There is one zone with one host. "zone:host" and a host are for administrators (nova: create:forced_host).
    private void RequirePlace(CreateServerBody body, Caller caller)
    {
        var (zone, place) = body.Zone?.Split(':', 2) switch
        {
            null => (ServerNames.Zone, body.Host),
            [var one] => (one, body.Host),
            var both => (both[0], both[1]),
        };
        if (zone != ServerNames.Zone && zone.Length > 0)
        {
            throw CloudFailure.Invalid($"The requested availability zone is not available: this cloud has one, {ServerNames.Zone}.");
        }

        if (place is null)
        {
            return;
        }

        caller.RequireAdmin();
        if (host.HostName is { } known && place.Split(':')[0] != known)
        {
            throw CloudFailure.Invalid($"Compute host {ServerText.Short(place)} could not be found.");
        }
    }

    private static async Task<string> KeyAsync(CloudDb db, Caller caller, string name, CancellationToken cancellationToken) =>
        await db.Set<KeypairRow>().Where(k => k.UserId == caller.UserId && k.Name == name).Select(k => k.PublicKey).FirstOrDefaultAsync(cancellationToken)
        ?? throw CloudFailure.Invalid($"Invalid key_name provided: you have no keypair '{ServerText.Short(name)}'.");

    private List<InstanceRow> Rows(Caller caller, string project, CreateServerBody body, string? key, ImageFacts image, FlavorRow flavor, int count)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var reservation = $"r-{RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 8)}";
        var specs = flavor.Specs.ToDictionary(s => s.Key, s => s.Value);
        var command = image.CommandLine is { Length: > 0 } line ? JsonSerializer.Serialize(CommandLine.Split(line)) : null;
        var rows = new List<InstanceRow>(count);
        for (var index = 0; index < count; index++)
        {
            var id = Guid.NewGuid().ToString();
            // nova: several at once get a number each (multi_instance_display_name_template).
            var name = body.MaxCount > 1 ? $"{body.Name}-{index + 1}" : body.Name;
            rows.Add(new InstanceRow
            {
                Id = id,
                ProjectId = project,
                UserId = caller.UserId,
                Name = name,
                HostName = body.HostName ?? ServerNames.HostName(name, id),
                Description = body.Description,
                ImageId = image.Id,
                FlavorId = flavor.Id,
                FlavorName = flavor.Name,
                Vcpus = flavor.Vcpus,
                RamMb = flavor.Ram,
                DiskGb = flavor.Disk,
                FlavorSpecs = specs,
                KeyName = body.KeyName,
                PublicKey = key,
                UserData = body.UserData,
                ImageCommand = command,
                Network = body.Network,
                DiskConfig = body.DiskConfig,
                AccessIPv4 = body.AccessIPv4,
                AccessIPv6 = body.AccessIPv6,
                ReservationId = reservation,
                LaunchIndex = index,
                Metadata = body.Metadata,
                Tags = body.Tags,
                VmState = VmStates.Building,
                TaskState = TaskStates.Scheduling,
                PowerState = PowerStates.NoState,
                Addresses = [],
                CreatedAt = now,
                UpdatedAt = now,
            });
        }

        return rows;
    }
}
