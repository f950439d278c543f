using System.Text.Json.Nodes;
using Cloud.Glance.Images;
using Cloud.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Cloud.Glance.Schemas;

/// <summary>JSON schemas that clients build their models and command lines from.</summary>
internal static class SchemasApi
{
    public static void Map(RouteGroupBuilder v2)
    {
        v2.MapGet("/schemas/image", () => Json.Ok(Image()));
        v2.MapGet("/schemas/images", () => Json.Ok(List("images", Image())));
        v2.MapGet("/schemas/member", () => Json.Ok(Member()));
        v2.MapGet("/schemas/members", () => Json.Ok(List("members", Member())));
    }

    private static JsonObject Image() => new()
    {
        ["name"] = "image",
        ["properties"] = new JsonObject
        {
            ["id"] = Text("An identifier for the image", pattern: "^([0-9a-fA-F]){8}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){12}$"),
            ["name"] = Text("Descriptive name for the image", nullable: true, maximum: 255),
            ["status"] = ReadOnly(OneOf("Status of the image", [ImageStates.Queued, ImageStates.Saving, ImageStates.Active, "killed", "deleted", "uploading", "importing", "pending_delete", ImageStates.Deactivated])),
            ["visibility"] = OneOf("Scope of image accessibility", ImageStates.Visibilities),
            ["owner"] = Text("Owner of the image", nullable: true, maximum: 255),
            ["container_format"] = OneOf("Format of the container", ImageStates.ContainerFormats, nullable: true),
            ["disk_format"] = OneOf("Format of the disk", ImageStates.DiskFormats, nullable: true),
            ["size"] = ReadOnly(Number("Size of image file in bytes", nullable: true)),
            ["virtual_size"] = ReadOnly(Number("Virtual size of image in bytes", nullable: true)),
            ["checksum"] = ReadOnly(Text("md5 hash of image contents.", nullable: true, maximum: 32)),
            ["os_hash_algo"] = ReadOnly(Text("Algorithm to calculate the os_hash_value", nullable: true, maximum: 64)),
            ["os_hash_value"] = ReadOnly(Text("Hexdigest of the image contents using the algorithm specified by the os_hash_algo", nullable: true, maximum: 128)),
            ["min_ram"] = Number("Amount of ram (in MB) required to boot image."),
            ["min_disk"] = Number("Amount of disk space (in GB) required to boot image."),
            ["protected"] = Flag("If true, image will not be deletable."),
            ["os_hidden"] = Flag("If true, image will not appear in default image list response."),
            ["tags"] = new JsonObject { ["type"] = "array", ["description"] = "List of strings related to the image", ["items"] = new JsonObject { ["type"] = "string", ["maxLength"] = 255 } },
            ["created_at"] = ReadOnly(Text("Date and time of image registration")),
            ["updated_at"] = ReadOnly(Text("Date and time of the last image modification")),
            ["self"] = ReadOnly(Text("An image self url")),
            ["file"] = ReadOnly(Text("An image file url")),
            ["schema"] = ReadOnly(Text("An image schema url")),
            ["architecture"] = Custom(Text("Operating system architecture")),
            ["os_distro"] = Custom(Text("Common name of operating system distribution")),
            ["os_version"] = Custom(Text("Operating system version as specified by the distributor")),
            ["instance_uuid"] = Custom(Text("The instance that this image was made from (informational only)")),
        },
        ["additionalProperties"] = new JsonObject { ["type"] = "string" },
        ["links"] = new JsonArray(Link("{self}", "self"), Link("{file}", "enclosure"), Link("{schema}", "describedby")),
    };

    private static JsonObject Member() => new()
    {
        ["name"] = "member",
        ["properties"] = new JsonObject
        {
            ["image_id"] = Text("An identifier for the image"),
            ["member_id"] = Text("An identifier for the image member (project id)"),
            ["status"] = OneOf("The status of this image member", ImageStates.MemberStates),
            ["created_at"] = Text("Date and time of image member creation"),
            ["updated_at"] = Text("Date and time of last modification of image member"),
            ["schema"] = ReadOnly(Text("An image member schema url")),
        },
    };

    private static JsonObject List(string name, JsonObject item) => new()
    {
        ["name"] = name,
        ["properties"] = new JsonObject
        {
            [name] = new JsonObject { ["type"] = "array", ["items"] = item },
            ["first"] = Text("The address of the first page"),
            ["next"] = Text("The address of the next page"),
            ["schema"] = Text("The address of this schema"),
        },
        ["links"] = new JsonArray(Link("{first}", "first"), Link("{next}", "next"), Link("{schema}", "describedby")),
    };

    private static JsonObject Text(string description, bool nullable = false, int? maximum = null, string? pattern = null)
    {
        var schema = Typed("string", description, nullable);
        if (maximum is not null)
        {
            schema["maxLength"] = maximum;
        }

        if (pattern is not null)
        {
            schema["pattern"] = pattern;
        }

        return schema;
    }

    private static JsonObject OneOf(string description, string[] values, bool nullable = false)
    {
        var schema = Typed("string", description, nullable);
        JsonNode?[] allowed = [.. values.Select(value => (JsonNode?)value)];
        schema["enum"] = new JsonArray(nullable ? [null, .. allowed] : allowed);
        return schema;
    }

    private static JsonObject Number(string description, bool nullable = false) => Typed("integer", description, nullable);

    private static JsonObject Flag(string description) => Typed("boolean", description, nullable: false);

    private static JsonObject Typed(string type, string description, bool nullable) => new()
    {
        ["type"] = nullable ? new JsonArray("null", type) : type,
        ["description"] = description,
    };

    private static JsonObject ReadOnly(JsonObject schema)
    {
        schema["readOnly"] = true;
        return schema;
    }

    private static JsonObject Custom(JsonObject schema)
    {
        schema["is_base"] = false;
        return schema;
    }

    private static JsonObject Link(string href, string rel) => new() { ["href"] = href, ["rel"] = rel };
}
