using System.Linq.Expressions;
using Cloud.Http;
using Cloud.Nova.Versions;
using Microsoft.AspNetCore.Http;

namespace Cloud.Nova.Servers;

/// <summary>The order of a list: <c>sort_key</c> and <c>sort_dir</c>, each as often as wanted; newest first without them.</summary>
internal static class ServerSort
{
    private static readonly Dictionary<string, Expression<Func<InstanceRow, object?>>> Keys = new()
    {
        ["uuid"] = i => i.Id,
        ["display_name"] = i => i.Name,
        ["display_description"] = i => i.Description,
        ["hostname"] = i => i.HostName,
        ["vm_state"] = i => i.VmState,
        ["task_state"] = i => i.TaskState,
        ["power_state"] = i => i.PowerState,
        ["project_id"] = i => i.ProjectId,
        ["user_id"] = i => i.UserId,
        ["image_ref"] = i => i.ImageId,
        ["instance_type_id"] = i => i.FlavorId,
        ["key_name"] = i => i.KeyName,
        ["launch_index"] = i => i.LaunchIndex,
        ["access_ip_v4"] = i => i.AccessIPv4,
        ["access_ip_v6"] = i => i.AccessIPv6,
        ["created_at"] = i => i.CreatedAt,
        ["updated_at"] = i => i.UpdatedAt,
        ["launched_at"] = i => i.LaunchedAt,
        ["terminated_at"] = i => i.TerminatedAt,
        ["availability_zone"] = i => i.Host != null,
        ["auto_disk_config"] = i => i.DiskConfig,
        ["config_drive"] = i => 0,
        ["root_device_name"] = i => 0,
        ["progress"] = i => 0,
        ["host"] = i => i.Host,
        ["node"] = i => i.Host,
        ["locked"] = i => i.Locked,
    };

    // nova: keys that would tell where an instance is are for administrators.
    private static readonly HashSet<string> AdminKeys = ["host", "node"];

    public static IQueryable<InstanceRow> Apply(IQueryable<InstanceRow> instances, IQueryCollection query, Caller caller, Microversion version)
    {
        string[] keys = [.. query["sort_key"].OfType<string>()];
        string[] directions = [.. query["sort_dir"].OfType<string>()];
        if (directions.Length > keys.Length && keys.Length > 0)
        {
            throw CloudFailure.Invalid("Sort direction size exceeds sort key size");
        }

        var first = directions.Length > 0 ? Descending(directions[0]) : true;
        if (keys.Length == 0)
        {
            keys = ["created_at"];
        }

        IOrderedQueryable<InstanceRow>? ordered = null;
        var last = first;
        foreach (var (index, key) in keys.Distinct().Index())
        {
            // nova: a direction that is not given is that of the first key.
            last = index < directions.Length ? Descending(directions[index]) : first;
            ordered = By(instances, ordered, Known(key, caller, version), last);
        }

        // Ties are broken, so that a page never repeats or skips an instance.
        ordered = By(instances, ordered, Keys["created_at"], last);
        return By(instances, ordered, Keys["uuid"], last);
    }

    private static IOrderedQueryable<InstanceRow> By(IQueryable<InstanceRow> all, IOrderedQueryable<InstanceRow>? ordered, Expression<Func<InstanceRow, object?>> key, bool descending) =>
        (ordered, descending) switch
        {
            (null, true) => all.OrderByDescending(key),
            (null, false) => all.OrderBy(key),
            (_, true) => ordered.ThenByDescending(key),
            (_, false) => ordered.ThenBy(key),
        };

    private static Expression<Func<InstanceRow, object?>> Known(string key, Caller caller, Microversion version)
    {
        if (!Keys.TryGetValue(key, out var expression) || (key == "locked" && !version.AtLeast(2, 73)))
        {
            throw CloudFailure.Invalid($"Invalid input for query parameters sort_key. Value: {ServerText.Short(key)}. It must be one of {string.Join(", ", Keys.Keys.Order(StringComparer.Ordinal))}.");
        }

        if (AdminKeys.Contains(key))
        {
            caller.RequireAdmin();
        }

        return expression;
    }

    private static bool Descending(string direction) => direction switch
    {
        "asc" => false,
        "desc" => true,
        _ => throw CloudFailure.Invalid($"Unknown sort direction, must be 'desc' or 'asc': {ServerText.Short(direction)}"),
    };
}
