using System.Text.Json.Nodes;
using Cloud.Nova.Versions;

namespace Cloud.Nova.Quotas;

/// <summary>Quotas as the compute API shows them: with the networks' until 2.36 and the injected files' until 2.57, which this cloud does not have.</summary>
internal static class QuotaView
{
    private static readonly string[] Networks = ["fixed_ips", "floating_ips", "security_groups", "security_group_rules"];
    private static readonly string[] InjectedFiles = ["injected_files", "injected_file_content_bytes", "injected_file_path_bytes"];

    /// <summary>What an update may name at this microversion.</summary>
    public static string[] Names(Microversion version) => [.. QuotaNames.All, .. Foreign(version).Select(f => f.Name)];

    /// <param name="id">The project or class; null leaves the id out, as nova's answer to an update does.</param>
    public static JsonObject Limits(QuotaSet quotas, string? id, Microversion version)
    {
        var json = new JsonObject();
        if (id is not null)
        {
            json["id"] = id;
        }

        foreach (var (name, limit) in All(quotas, version))
        {
            json[name] = limit;
        }

        return json;
    }

    /// <summary>The limits with what is in use.</summary>
    public static JsonObject Detail(QuotaSet quotas, IReadOnlyDictionary<string, int> used, string id, Microversion version)
    {
        var json = new JsonObject { ["id"] = id };
        foreach (var (name, limit) in All(quotas, version))
        {
            json[name] = new JsonObject { ["limit"] = limit, ["in_use"] = used.GetValueOrDefault(name), ["reserved"] = 0 };
        }

        return json;
    }

    private static IEnumerable<(string Name, int Limit)> All(QuotaSet quotas, Microversion version) =>
        QuotaNames.All.Select(name => (name, QuotaNames.Read(quotas, name))).Concat(Foreign(version));

    // nova without a network of its own says -1 for networks; files can't be injected here at all.
    private static IEnumerable<(string Name, int Limit)> Foreign(Microversion version)
    {
        var networks = version.AtLeast(2, 36) ? [] : Networks.Select(name => (name, QuotaSet.Unlimited));
        var files = version.AtLeast(2, 57) ? [] : InjectedFiles.Select(name => (name, 0));
        return networks.Concat(files);
    }
}
