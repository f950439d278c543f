using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using DriverHost.Images;

namespace DriverHost.Tests.Images;

/// <summary>A docker archive in its parts: sound as it is, to be spoilt by a test.</summary>
internal sealed class RawArchive
{
    public RawArchive()
    {
        LayerBytes.Add(new TarBytes().Folder("etc/").File("etc/hello", "hello\n").End());
        ImageConfig = new JsonObject
        {
            ["architecture"] = HostPlatform.Architecture,
            ["os"] = "linux",
            ["config"] = new JsonObject { ["Cmd"] = new JsonArray("/hello"), ["Env"] = new JsonArray("PATH=/bin") },
            ["rootfs"] = new JsonObject { ["type"] = "layers" },
        };
    }

    public JsonObject ImageConfig { get; }
    public JsonObject Run => (JsonObject)ImageConfig["config"]!;
    /// <summary>The bytes of each layer, as they go into the archive.</summary>
    public List<byte[]> LayerBytes { get; } = [];
    /// <summary>What the config says of the layers; null for the truth.</summary>
    public string[]? DiffIds { get; set; }
    /// <summary>The layers that manifest.json names; null for those that there are.</summary>
    public string[]? LayerPaths { get; set; }
    public string[] Tags { get; set; } = ["test:latest"];
    /// <summary>Null: as manifest.json should be.</summary>
    public string? Manifest { get; set; }
    public string? ConfigName { get; set; }
    public string? ConfigText { get; set; }
    /// <summary>Adds entries after the sound ones.</summary>
    public Action<TarBytes>? More { get; set; }

    public static string Digest(byte[] bytes) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";

    public static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }

    public string ConfigBytes()
    {
        ((JsonObject)ImageConfig["rootfs"]!)["diff_ids"] = Texts(DiffIds ?? [.. LayerBytes.Select(Digest)]);
        return ConfigText ?? ImageConfig.ToJsonString();
    }

    public byte[] Build()
    {
        var tar = new TarBytes();
        var paths = LayerBytes.Select((_, i) => $"layer{i}/layer.tar").ToArray();
        foreach (var (path, layer) in paths.Zip(LayerBytes))
        {
            tar.File(path, layer);
        }

        var config = ConfigBytes();
        var name = ConfigName ?? $"{Digest(Encoding.UTF8.GetBytes(config))[7..]}.json";
        tar.File(name, config);
        tar.File("manifest.json", Manifest ?? new JsonArray(new JsonObject
        {
            ["Config"] = name,
            ["RepoTags"] = Texts(Tags),
            ["Layers"] = Texts(LayerPaths ?? paths),
        }).ToJsonString());
        More?.Invoke(tar);
        return tar.End();
    }

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode?)t)]);
}
