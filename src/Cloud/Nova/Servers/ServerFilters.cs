using System.Globalization;
using Cloud.Http;
using Cloud.Nova.Versions;
using Microsoft.AspNetCore.Http;

namespace Cloud.Nova.Servers;

/// <summary>Which instances a list shows. Whose they may be comes first; a filter that the caller may not use is passed over, as nova does.</summary>
internal sealed class ServerFilters(IQueryCollection query, Caller caller, Microversion version)
{
    private static readonly HashSet<string> ForEverybody =
    [
        "name", "status", "image", "flavor", "ip", "ip6", "hostname", "reservation_id", "changes-since", "changes-before", "tags", "tags-any", "not-tags", "not-tags-any", "locked",
        "all_tenants", "limit", "marker", "sort_key", "sort_dir", "deleted",
    ];

    // Since 2.83 these are for everybody, too.
    private static readonly HashSet<string> OpenSince283 =
        ["availability_zone", "config_drive", "key_name", "created_at", "launched_at", "terminated_at", "power_state", "task_state", "vm_state", "progress", "user_id"];

    private static readonly HashSet<string> ForAdministrators =
    [
        "uuid", "host", "node", "project_id", "tenant_id", "access_ip_v4", "access_ip_v6", "auto_disk_config", "description", "display_description", "display_name", "root_device_name", "launch_index",
        "image_ref", "kernel_id", "ramdisk_id", "instance_type_id", "soft_deleted", "block_device_mapping", "services", "metadata", "system_metadata", "security_groups", "info_cache", "cell_name",
        "vcpus", "memory_mb", "root_gb", "ephemeral_gb", "architecture", "os_type", "vm_mode", "default_ephemeral_device", "default_swap_device", "id", "disable_terminate", "cleaned",
        "shutdown_terminate", "internal_id", "locked_by", "launched_on", "pci_devices", "fault",
    ];

    public IQueryable<InstanceRow> Apply(IQueryable<InstanceRow> instances)
    {
        instances = WithinTenancy(instances);
        instances = Living(instances);
        foreach (var (name, values) in query)
        {
            RequireKnown(name);
            if (values.OfType<string>().ToArray() is { Length: > 0 } given && Allowed(name))
            {
                instances = One(instances, name, given);
            }
        }

        return instances;
    }

    private IQueryable<InstanceRow> WithinTenancy(IQueryable<InstanceRow> instances)
    {
        if (Flag("all_tenants") ?? false)
        {
            caller.RequireAdmin();
            var asked = query["project_id"].LastOrDefault() ?? query["tenant_id"].LastOrDefault();
            return asked is { Length: > 0 } ? instances.Where(i => i.ProjectId == asked) : instances;
        }

        caller.RequireReader();
        var project = caller.RequireProject();
        return instances.Where(i => i.ProjectId == project);
    }

    // nova: deleted ones show to those who ask what changed, and to administrators who ask for them.
    private IQueryable<InstanceRow> Living(IQueryable<InstanceRow> instances)
    {
        if (caller.IsAdmin && Flag("deleted") is { } deleted)
        {
            return deleted ? instances.Where(i => i.DeletedAt != null) : instances.Where(i => i.DeletedAt == null);
        }

        return query.ContainsKey("changes-since") || query.ContainsKey("changes-before") || (caller.IsAdmin && query["status"].Contains(ServerStatus.Deleted))
            ? instances
            : instances.Where(i => i.DeletedAt == null);
    }

    private void RequireKnown(string name)
    {
        if (ForEverybody.Contains(name) || OpenSince283.Contains(name) || ForAdministrators.Contains(name))
        {
            if ((name == "changes-before" && !version.AtLeast(2, 66)) || (name == "locked" && !version.AtLeast(2, 73)))
            {
                throw version.AtLeast(2, 75) || name == "changes-before" ? Unexpected(name) : CloudFailure.Invalid($"The filter {name} needs a newer microversion.");
            }

            return;
        }

        if (version.AtLeast(2, 75))
        {
            throw Unexpected(name);
        }
    }

    private CloudFailure Unexpected(string name) =>
        CloudFailure.Invalid($"Invalid input for query parameters: additional properties are not allowed ('{ServerText.Short(name)}' was unexpected in microversion {version}).");

    private bool Allowed(string name) =>
        ForEverybody.Contains(name) || caller.IsAdmin || (OpenSince283.Contains(name) && version.AtLeast(2, 83));

    private IQueryable<InstanceRow> One(IQueryable<InstanceRow> instances, string name, string[] values)
    {
        var value = values[^1];
        switch (name)
        {
            case "status":
                return ByStatus(instances, values);
            case "image" or "image_ref":
                var images = values.Select(LastPart).ToList();
                return instances.Where(i => images.Contains(i.ImageId));
            case "flavor" or "instance_type_id":
                var flavors = values.Select(LastPart).ToList();
                return instances.Where(i => flavors.Contains(i.FlavorId));
            case "tags" or "tags-any" or "not-tags" or "not-tags-any":
                return ServerTagFilter.Apply(instances, name, value, version);
            case "changes-since":
                var since = ServerText.Time(name, value);
                return instances.Where(i => i.UpdatedAt >= since);
            case "changes-before":
                var before = ServerText.Time(name, value);
                return instances.Where(i => i.UpdatedAt <= before);
            case "locked":
                var locked = Flag(name);
                return instances.Where(i => i.Locked == locked);
            default:
                return ByText(instances, name, value);
        }
    }

    private static IQueryable<InstanceRow> ByText(IQueryable<InstanceRow> instances, string name, string value) => name switch
    {
        "reservation_id" => instances.Where(i => i.ReservationId == value),
        "uuid" => instances.Where(i => i.Id == value),
        "host" or "node" => instances.Where(i => i.Host == value),
        "user_id" => instances.Where(i => i.UserId == value),
        "key_name" => instances.Where(i => i.KeyName == value),
        "vm_state" => instances.Where(i => i.VmState == value),
        "task_state" => instances.Where(i => i.TaskState == value),
        "power_state" => ByPower(instances, value),
        "availability_zone" => value == ServerNames.Zone ? instances.Where(i => i.Host != null) : instances.Where(_ => false),
        "access_ip_v4" => instances.Where(i => i.AccessIPv4 == value),
        "access_ip_v6" => instances.Where(i => i.AccessIPv6 == value),
        "description" or "display_description" => instances.Where(i => i.Description == value),
        "display_name" => instances.Where(i => i.Name == value),
        _ => instances,
    };

    private static IQueryable<InstanceRow> ByPower(IQueryable<InstanceRow> instances, string value) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var power)
        ? instances.Where(i => i.PowerState == power)
        : throw CloudFailure.Invalid($"Invalid input for query parameters power_state. Value: {ServerText.Short(value)}. It must be a whole number.");

    private IQueryable<InstanceRow> ByStatus(IQueryable<InstanceRow> instances, string[] values)
    {
        var statuses = values.Select(v => v.ToUpperInvariant()).Where(v => ServerStatus.VmStateOf(v) is not null).ToHashSet();
        if (statuses.Count == 0)
        {
            // nova: since 2.38 an unknown status is an error, before it is an empty list.
            return version.AtLeast(2, 38) ? throw CloudFailure.Invalid($"Invalid status value: {ServerText.Short(values[0])}") : instances.Where(_ => false);
        }

        if (statuses.Contains(ServerStatus.Deleted) && !caller.IsAdmin && statuses.Count == 1)
        {
            throw CloudFailure.Forbidden("Only administrators may list deleted servers");
        }

        // Active has two more words while it reboots.
        var plain = statuses.Where(s => s is not (ServerStatus.Active or ServerStatus.Reboot or ServerStatus.HardReboot)).Select(s => ServerStatus.VmStateOf(s)).ToList();
        var (active, soft, hard) = (statuses.Contains(ServerStatus.Active), statuses.Contains(ServerStatus.Reboot), statuses.Contains(ServerStatus.HardReboot));
        return instances.Where(i => plain.Contains(i.VmState)
            || (i.VmState == VmStates.Active
                && ((active && i.TaskState != TaskStates.Rebooting && i.TaskState != TaskStates.RebootingHard)
                    || (soft && i.TaskState == TaskStates.Rebooting)
                    || (hard && i.TaskState == TaskStates.RebootingHard))));
    }

    private bool? Flag(string name) => query[name].LastOrDefault()?.ToUpperInvariant() switch
    {
        null => null,
        "" or "1" or "T" or "TRUE" or "ON" or "Y" or "YES" => true,
        "0" or "F" or "FALSE" or "OFF" or "N" or "NO" => false,
        var other => throw CloudFailure.Invalid($"Invalid input for query parameters {name}. Value: {ServerText.Short(other)}. It must be true or false."),
    };

    private static string LastPart(string reference) => reference[(reference.LastIndexOf('/') + 1)..];
}
