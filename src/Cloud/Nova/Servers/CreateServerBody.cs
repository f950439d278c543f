using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Cloud.Http;
using Cloud.Nova.Versions;

namespace Cloud.Nova.Servers;

/// <summary>The body of <c>POST /servers</c>, checked as far as that is possible without asking anybody.</summary>
internal sealed record CreateServerBody
{
    private const int LongestUserData = 65_535;
    private const string Image = "imageRef";

    // nova: api/openstack/compute/schemas/servers.py, all microversions together.
    private static readonly HashSet<string> Known =
    [
        "name", Image, "flavorRef", "networks", "metadata", "key_name", "user_data", "availability_zone", "min_count", "max_count", "return_reservation_id", "security_groups",
        "block_device_mapping", "block_device_mapping_v2", "config_drive", "OS-DCF:diskConfig", "accessIPv4", "accessIPv6", "personality", "adminPass", "description", "tags",
        "trusted_image_certificates", "host", "hypervisor_hostname", "hostname",
    ];

    public required string Name { get; init; }
    public required string ImageId { get; init; }
    public required string FlavorId { get; init; }
    /// <summary>auto or none.</summary>
    public required string Network { get; init; }
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }
    public required string[] Tags { get; init; }
    public string? KeyName { get; init; }
    public string? UserData { get; init; }
    public string? Description { get; init; }
    public string? HostName { get; init; }
    public string? Zone { get; init; }
    public string? Host { get; init; }
    public required string DiskConfig { get; init; }
    public required string AccessIPv4 { get; init; }
    public required string AccessIPv6 { get; init; }
    public required int MinCount { get; init; }
    public required int MaxCount { get; init; }
    public required bool WantsReservation { get; init; }

    public static CreateServerBody Read(JsonElement server, Microversion version)
    {
        RequireKnown(server, version);
        var (min, max) = Counts(server);
        return new CreateServerBody
        {
            Name = ServerText.Name(server.Text("name") ?? throw CloudFailure.Invalid("'name' is a required property.")),
            ImageId = ReadImage(server),
            FlavorId = Reference(server, "flavorRef"),
            Network = ReadNetwork(server, version),
            Metadata = ReadMetadata(server),
            Tags = version.AtLeast(2, 52) ? ServerText.Tags(server.Items("tags")) : [],
            KeyName = server.Text("key_name"),
            UserData = ReadUserData(server),
            Description = version.AtLeast(2, 19) ? ServerText.Description(server.Text("description")) : null,
            HostName = version.AtLeast(2, 90) ? ServerText.HostName(server.Text("hostname")) : null,
            Zone = server.Text("availability_zone"),
            Host = version.AtLeast(2, 74) ? server.Text("host") ?? server.Text("hypervisor_hostname") : null,
            DiskConfig = ServerText.DiskConfig(server.Text("OS-DCF:diskConfig") ?? "MANUAL"),
            AccessIPv4 = ServerText.Address(server.Text("accessIPv4"), 4),
            AccessIPv6 = ServerText.Address(server.Text("accessIPv6"), 6),
            MinCount = min,
            MaxCount = max,
            WantsReservation = server.Flag("return_reservation_id") ?? false,
        };
    }

    private static void RequireKnown(JsonElement server, Microversion version)
    {
        foreach (var member in server.EnumerateObject())
        {
            if (!Known.Contains(member.Name)
                || (member.Name == "description" && !version.AtLeast(2, 19))
                || (member.Name == "tags" && !version.AtLeast(2, 52))
                || (member.Name == "personality" && version.AtLeast(2, 57))
                || (member.Name == "trusted_image_certificates" && !version.AtLeast(2, 63))
                || (member.Name is "host" or "hypervisor_hostname" && !version.AtLeast(2, 74))
                || (member.Name == "hostname" && !version.AtLeast(2, 90)))
            {
                throw CloudFailure.Invalid($"Additional properties are not allowed ('{ServerText.Short(member.Name)}' was unexpected in microversion {version}).");
            }
        }

        if (server.Items("personality").Count > 0)
        {
            throw CloudFailure.Invalid("Files cannot be injected into a container (personality): put them into the image.");
        }

        if (server.Items("security_groups").Any(group => group.Text("name") != "default"))
        {
            throw CloudFailure.Invalid("This cloud has no security groups: a project's instances share one network of their own, closed to other projects.");
        }

        if (server.Items("trusted_image_certificates").Count > 0)
        {
            throw CloudFailure.Invalid("This cloud does not check image certificates: what may boot is approved by content.");
        }
    }

    private static string Reference(JsonElement server, string name) => server.Member(name) switch
    {
        { ValueKind: JsonValueKind.String } text when text.GetString() is { Length: > 0 and <= 255 } id => LastPart(id),
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => throw CloudFailure.Invalid($"'{name}' is a required property."),
    };

    // nova: a reference may be an address that ends with the id.
    private static string LastPart(string reference) => reference[(reference.LastIndexOf('/') + 1)..];

    // Old clients describe the image as a block device, too, or instead.
    private static string ReadImage(JsonElement server)
    {
        var reference = server.Text(Image) is { Length: > 0 } text ? LastPart(text) : null;
        if (server.Items("block_device_mapping").Count > 0)
        {
            throw NoVolumes();
        }

        foreach (var device in server.Items("block_device_mapping_v2"))
        {
            var index = device.Member("boot_index") is { } given ? given.ToString() : null;
            if (index != "0" || device.Text("source_type") != "image" || device.Text("destination_type") is not (null or "local") || device.Text("uuid") is not { } image)
            {
                throw NoVolumes();
            }

            if (reference is not null && reference != image)
            {
                throw CloudFailure.Invalid("imageRef and block_device_mapping_v2 name different images.");
            }

            reference = image;
        }

        return reference ?? throw CloudFailure.Invalid("An image is needed: give imageRef.");
    }

    private static CloudFailure NoVolumes() =>
        CloudFailure.Invalid("This cloud has no volumes: boot from an image. Its only block device may be that image, with boot_index 0 and destination_type local.");

    private static string ReadNetwork(JsonElement server, Microversion version)
    {
        switch (server.Member("networks"))
        {
            case { ValueKind: JsonValueKind.String } word when word.GetString() is "auto" or "none":
                return word.GetString()!;
            case null when version.AtLeast(2, 37):
                throw CloudFailure.Invalid("'networks' is a required property since microversion 2.37: auto or none.");
            case null:
            case { ValueKind: JsonValueKind.Array } list when list.GetArrayLength() == 0 && !version.AtLeast(2, 37):
                return "auto";
            default:
                throw CloudFailure.Invalid("This cloud has no networks to choose from: every project has one of its own. Say auto for that one, none for no network, or nothing at all.");
        }
    }

    private static Dictionary<string, string> ReadMetadata(JsonElement server)
    {
        var metadata = server.Member("metadata") is { } given ? ServerText.Metadata(given) : [];
        InstanceSpecs.Check(metadata);
        return metadata;
    }

    private static string? ReadUserData(JsonElement server)
    {
        if (server.Text("user_data") is not { } data)
        {
            return null;
        }

        return data.Length <= LongestUserData && Base64.IsValid(Encoding.UTF8.GetBytes(data))
            ? data
            : throw CloudFailure.Invalid($"Invalid input for field 'user_data': it must be base64 of at most {LongestUserData} characters.");
    }

    private static (int Min, int Max) Counts(JsonElement server)
    {
        var min = Count(server, "min_count");
        var max = Count(server, "max_count");
        return min > max ? throw CloudFailure.Invalid("min_count must be <= max_count") : (min ?? 1, max ?? min ?? 1);
    }

    private static int? Count(JsonElement server, string name) => server.Member(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt32(out var count) && count is >= 1 and <= 1000 => count,
        { ValueKind: JsonValueKind.String } text when int.TryParse(text.GetString(), out var count) && count is >= 1 and <= 1000 => count,
        _ => throw CloudFailure.Invalid($"Invalid input for field '{name}': it must be a whole number from 1 to 1000."),
    };
}
