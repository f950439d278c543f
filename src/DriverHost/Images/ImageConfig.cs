using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DriverHost.Containers;
using DriverHost.Http;

namespace DriverHost.Images;

/// <summary>The fields of an image's config that a container may inherit. Everything else stays behind: labels, volumes, health checks, triggers.</summary>
internal static class ImageConfig
{
    /// <summary>What is in the allowed fields must be sane, too.</summary>
    public static void Check(DockerArchive image)
    {
        if (image.Os is not "linux")
        {
            throw new ArchiveRefused($"The image is for {image.Os ?? "an unknown system"}, this host runs Linux.", "wrong_platform");
        }

        if (DockerArchive.Text(DockerArchive.Member(image.Config, "rootfs"), "type") is not "layers")
        {
            throw new ArchiveRefused("The config has no rootfs of type layers.");
        }

        foreach (var part in image.User.Split(':'))
        {
            // CVE-2024-40635: a number that is too large becomes root.
            if (part.Length > 0 && part.All(char.IsAsciiDigit) && !int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                throw new ArchiveRefused($"The image's user {Shown(image.User)} is a number that is too large.");
            }
        }

        if (image.Environment.FirstOrDefault(v => v.IndexOf('=') <= 0 || v.Contains('\0')) is { } broken)
        {
            throw new ArchiveRefused($"The image's environment has an entry that is not NAME=value: {Shown(broken)}.");
        }

        if (image.Entrypoint.Concat(image.Command).Any(w => w.Contains('\0')))
        {
            throw new ArchiveRefused("The image's command has a zero byte in it.");
        }

        if (image.WorkingDirectory.Length > 0)
        {
            try
            {
                SpecRules.CheckWorkingDirectory(image.WorkingDirectory);
            }
            catch (DriverFailure failure)
            {
                throw new ArchiveRefused(failure.Message, inner: failure);
            }
        }
    }

    /// <summary>The reduced config that is loaded. Same input, same bytes.</summary>
    public static byte[] Reduce(DockerArchive image)
    {
        var run = new JsonObject();
        Put(run, "User", image.User.Length > 0 ? image.User : null);
        Put(run, "ExposedPorts", image.Ports.Count > 0 ? new JsonObject(image.Ports.Distinct(StringComparer.Ordinal).Select(p => KeyValuePair.Create(p, (JsonNode?)new JsonObject()))) : null);
        Put(run, "Env", Texts(image.Environment));
        Put(run, "Entrypoint", Texts(image.Entrypoint));
        Put(run, "Cmd", Texts(image.Command));
        Put(run, "WorkingDir", image.WorkingDirectory.Length > 0 ? image.WorkingDirectory : null);
        Put(run, "StopSignal", image.StopSignal);
        var config = new JsonObject
        {
            ["architecture"] = image.Architecture,
            ["os"] = image.Os,
            ["config"] = run,
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = Texts(image.DiffIds) },
        };
        Put(config, "created", image.Created is { } created ? created.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) : null);

        // A history that does not fit the layers confuses engines; none does not.
        if (image.History.Count(h => !h.EmptyLayer) == image.DiffIds.Count)
        {
            config["history"] = new JsonArray([.. image.History.Select(h => (JsonNode)(h.EmptyLayer
                ? new JsonObject { ["created_by"] = h.CreatedBy, ["empty_layer"] = true }
                : new JsonObject { ["created_by"] = h.CreatedBy }))]);
        }

        return JsonSerializer.SerializeToUtf8Bytes(config, JsonNodeContext.Default.JsonObject);
    }

    private static void Put(JsonObject target, string name, JsonNode? value)
    {
        if (value is not null)
        {
            target[name] = value;
        }
    }

    private static JsonArray? Texts(IReadOnlyList<string> texts) => texts.Count == 0 ? null : new JsonArray([.. texts.Select(t => (JsonNode?)t)]);

    private static string Shown(string text) => text.Length > 60 ? $"{text[..60]}…" : text;
}

[System.Text.Json.Serialization.JsonSerializable(typeof(JsonObject))]
[System.Text.Json.Serialization.JsonSerializable(typeof(JsonArray))]
internal sealed partial class JsonNodeContext : System.Text.Json.Serialization.JsonSerializerContext;
