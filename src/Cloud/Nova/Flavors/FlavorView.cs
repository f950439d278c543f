using System.Text.Json.Nodes;
using Cloud.Nova.Versions;

namespace Cloud.Nova.Flavors;

/// <summary>A flavor as the compute API shows it.</summary>
internal static class FlavorView
{
    /// <summary>The short form of <c>GET /flavors</c>.</summary>
    public static JsonObject Brief(FlavorRow flavor, NovaLinks links, Microversion version)
    {
        var json = new JsonObject { ["id"] = flavor.Id, ["name"] = flavor.Name, ["links"] = links.Of(Path(flavor)) };
        if (version.AtLeast(2, 55))
        {
            json["description"] = flavor.Description;
        }

        return json;
    }

    public static JsonObject Full(FlavorRow flavor, NovaLinks links, Microversion version)
    {
        var json = new JsonObject
        {
            ["id"] = flavor.Id,
            ["name"] = flavor.Name,
            ["ram"] = flavor.Ram,
            ["disk"] = flavor.Disk,
            // nova: until 2.75 no swap is an empty string.
            ["swap"] = flavor.Swap == 0 && !version.AtLeast(2, 75) ? "" : flavor.Swap,
            ["OS-FLV-EXT-DATA:ephemeral"] = flavor.Ephemeral,
            ["OS-FLV-DISABLED:disabled"] = false,
            ["vcpus"] = flavor.Vcpus,
            ["os-flavor-access:is_public"] = flavor.IsPublic,
            ["rxtx_factor"] = flavor.RxtxFactor,
            ["links"] = links.Of(Path(flavor)),
        };
        if (version.AtLeast(2, 55))
        {
            json["description"] = flavor.Description;
        }

        if (version.AtLeast(2, 61))
        {
            json["extra_specs"] = Specs(flavor.Specs);
        }

        return json;
    }

    public static JsonObject Specs(IEnumerable<FlavorSpecRow> specs) =>
        new(specs.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => KeyValuePair.Create<string, JsonNode?>(s.Key, s.Value)));

    private static string Path(FlavorRow flavor) => $"/flavors/{Uri.EscapeDataString(flavor.Id)}";
}
