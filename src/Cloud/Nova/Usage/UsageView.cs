using System.Text.Json.Nodes;
using Cloud.Nova.Servers;

namespace Cloud.Nova.Usage;

/// <summary>What one project used in a period, as the compute API shows it: hours, and hours times cores, MiB and GiB.</summary>
internal static class UsageView
{
    /// <param name="detailed">With one item per instance.</param>
    public static JsonObject Of(string projectId, IReadOnlyList<InstanceRow> instances, UsagePeriod period, DateTime now, bool detailed)
    {
        var until = period with { End = period.End < now ? period.End : now };
        var hours = instances.Select(i => (Instance: i, Hours: until.Within(Begin(i), i.DeletedAt).TotalHours)).ToList();
        var json = new JsonObject
        {
            ["tenant_id"] = projectId,
            ["start"] = NovaTime.WithFraction(period.Start),
            ["stop"] = NovaTime.WithFraction(period.End),
            ["total_hours"] = hours.Sum(h => h.Hours),
            ["total_vcpus_usage"] = hours.Sum(h => h.Hours * h.Instance.Vcpus),
            ["total_memory_mb_usage"] = hours.Sum(h => h.Hours * h.Instance.RamMb),
            ["total_local_gb_usage"] = hours.Sum(h => h.Hours * h.Instance.DiskGb),
        };
        if (detailed)
        {
            json["server_usages"] = new JsonArray([.. hours.Select(h => Instance(h.Instance, h.Hours, now))]);
        }

        return json;
    }

    private static JsonObject Instance(InstanceRow instance, double hours, DateTime now) => new()
    {
        ["instance_id"] = instance.Id,
        ["name"] = instance.Name,
        ["tenant_id"] = instance.ProjectId,
        ["flavor"] = instance.FlavorName,
        ["vcpus"] = instance.Vcpus,
        ["memory_mb"] = instance.RamMb,
        ["local_gb"] = instance.DiskGb,
        ["hours"] = hours,
        ["started_at"] = NovaTime.WithFraction(Begin(instance)),
        ["ended_at"] = instance.DeletedAt is { } end ? NovaTime.WithFraction(end) : null,
        ["state"] = instance.DeletedAt is null ? instance.VmState : "terminated",
        ["uptime"] = (long)((instance.DeletedAt ?? now) - Begin(instance)).TotalSeconds,
    };

    private static DateTime Begin(InstanceRow instance) => instance.LaunchedAt ?? instance.CreatedAt;
}
