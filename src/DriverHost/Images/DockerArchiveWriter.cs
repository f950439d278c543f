using System.Formats.Tar;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DriverHost.Images;

/// <summary>
/// Packs an image as <c>docker save</c> does: manifest.json, one config, one folder per layer. The same image always gives the same bytes.
/// </summary>
public static class DockerArchiveWriter
{
    private const string Epoch = "1970-01-01T00:00:00Z";
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(Stream target, ArchiveImage image)
    {
        var layers = image.Layers.Select(Pack).ToArray();
        var digests = layers.Select(layer => Convert.ToHexStringLower(SHA256.HashData(layer))).ToArray();
        var config = Encoding.UTF8.GetBytes(Config(image, digests).ToJsonString(Plain));
        var configName = $"{Convert.ToHexStringLower(SHA256.HashData(config))}.json";
        var manifest = new JsonArray(new JsonObject
        {
            ["Config"] = configName,
            ["RepoTags"] = image.Tag is null ? null : new JsonArray(image.Tag),
            ["Layers"] = Texts(digests.Select(digest => $"{digest}/layer.tar")),
        });

        using var tar = new TarWriter(target, TarEntryFormat.Ustar, leaveOpen: true);
        foreach (var (digest, layer) in digests.Zip(layers).DistinctBy(pair => pair.First))
        {
            Add(tar, $"{digest}/layer.tar", layer, FileMode);
        }

        Add(tar, configName, config, FileMode);
        Add(tar, "manifest.json", Encoding.UTF8.GetBytes(manifest.ToJsonString(Plain)), FileMode);
    }

    private static byte[] Pack(ArchiveLayer layer)
    {
        using var buffer = new MemoryStream();
        using (var tar = new TarWriter(buffer, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var file in layer.Files)
            {
                if (file.LinkTarget is null && !file.IsFolder)
                {
                    Add(tar, file.Path, file.Content, file.Mode);
                    continue;
                }

                // Ustar and a fixed time: the Pax form would carry the process id and the clock.
                var entry = new UstarTarEntry(file.IsFolder ? TarEntryType.Directory : TarEntryType.SymbolicLink, file.IsFolder ? $"{file.Path}/" : file.Path)
                {
                    Mode = file.Mode,
                    ModificationTime = DateTimeOffset.UnixEpoch,
                };
                if (file.LinkTarget is { } target)
                {
                    entry.LinkName = target;
                }

                tar.WriteEntry(entry);
            }
        }

        return buffer.ToArray();
    }

    private static void Add(TarWriter tar, string path, ReadOnlyMemory<byte> content, UnixFileMode mode)
    {
        using var data = new MemoryStream(content.ToArray(), writable: false);
        tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, path) { Mode = mode, ModificationTime = DateTimeOffset.UnixEpoch, DataStream = data });
    }

    private static JsonObject Config(ArchiveImage image, IEnumerable<string> digests) => new()
    {
        ["architecture"] = RuntimeInformation.OSArchitecture switch { Architecture.X64 => "amd64", var other => other.ToString().ToLowerInvariant() },
        ["os"] = "linux",
        ["created"] = Epoch,
        ["config"] = new JsonObject
        {
            ["User"] = image.User,
            ["WorkingDir"] = image.WorkingDirectory,
            ["Env"] = Texts(image.Environment),
            ["Entrypoint"] = image.Entrypoint.Count == 0 ? null : Texts(image.Entrypoint),
            ["Cmd"] = image.Command.Count == 0 ? null : Texts(image.Command),
            ["ExposedPorts"] = Set(image.Ports),
            ["Volumes"] = Set(image.Volumes),
            ["Labels"] = new JsonObject(image.Labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => KeyValuePair.Create(l.Key, (JsonNode?)l.Value))),
        },
        ["history"] = new JsonArray([.. image.Layers.Select(layer => new JsonObject { ["created"] = Epoch, ["created_by"] = layer.CreatedBy })]),
        ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = Texts(digests.Select(digest => $"sha256:{digest}")) },
    };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode?)text)]);

    private static JsonObject? Set(IReadOnlyList<string> names) =>
        names.Count == 0 ? null : new(names.Order(StringComparer.Ordinal).Select(name => KeyValuePair.Create(name, (JsonNode?)new JsonObject())));
}
