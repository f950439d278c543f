using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace DriverHost.Images;

/// <summary>
/// Reads an archive of <c>docker save</c> without trusting it: one image only, its config by digest, and every layer's unpacked bytes hashed
/// against the config's <c>diff_ids</c>. An engine would not do that: it skips the bytes of a layer whose id it already has, so an archive could
/// name another project's layers without having them.
/// </summary>
internal sealed partial class DockerArchiveReader(ArchiveLimits limits)
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    /// <param name="archive">The whole archive, seekable.</param>
    /// <param name="found">Is filled on the way.</param>
    /// <exception cref="ArchiveRefused">With the reason in words.</exception>
    public async Task ReadAsync(Stream archive, DockerArchive found, CancellationToken cancellationToken)
    {
        var index = await ArchiveIndex.ReadAsync(archive, limits, cancellationToken);
        var (configPath, layerPaths) = await ReadManifestAsync(archive, index, found, cancellationToken);
        await ReadConfigAsync(archive, index, configPath, found, cancellationToken);
        await new OciLayoutCheck(this, archive, index).RequireSameAsync(found, layerPaths, cancellationToken);
        ImageConfig.Check(found);

        var diffIds = found.DiffIds;
        if (diffIds.Count != layerPaths.Count)
        {
            throw new ArchiveRefused($"The config names {diffIds.Count} layers, manifest.json {layerPaths.Count}.");
        }

        if (diffIds.Count == 0 || diffIds.Count > limits.Layers)
        {
            throw new ArchiveRefused($"The image has {diffIds.Count} layers; 1 to {limits.Layers} are taken.");
        }

        long unpacked = 0;
        for (var i = 0; i < diffIds.Count; i++)
        {
            // The same layer twice is read once.
            var layer = found.Layers.Find(l => l.DiffId == diffIds[i] && l.Part.Path == layerPaths[i])
                ?? await ReadLayerAsync(archive, index, i, diffIds[i], layerPaths[i], limits.UnpackedBytes - unpacked, cancellationToken);
            unpacked += layer.Size;
            found.Layers.Add(layer);
        }

        ImageNotes.Add(found, index.UnusedBytes);
    }

    /// <summary>A JSON file of the archive, with its bytes' sha256.</summary>
    public async Task<(JsonElement Json, string Digest)> JsonAsync(Stream archive, ArchiveIndex index, string path, CancellationToken cancellationToken)
    {
        var part = index.Find(path) ?? throw new ArchiveRefused($"The archive has no {path}.");
        if (part.Size > limits.JsonBytes)
        {
            throw new ArchiveRefused($"{path} is larger than {limits.JsonBytes >> 20} MiB.", "image_too_large");
        }

        var bytes = new byte[part.Size];
        await using var slice = new SliceStream(archive, part.Offset, part.Size);
        await slice.ReadExactlyAsync(bytes, cancellationToken);
        try
        {
            using var document = JsonDocument.Parse(bytes, Strict);
            return (document.RootElement.Clone(), $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}");
        }
        catch (JsonException broken)
        {
            throw new ArchiveRefused($"{path} is not sound JSON: {broken.Message}", inner: broken);
        }
    }

    private async Task<(string Config, IReadOnlyList<string> Layers)> ReadManifestAsync(Stream archive, ArchiveIndex index, DockerArchive found, CancellationToken cancellationToken)
    {
        if (!index.Has("manifest.json"))
        {
            throw new ArchiveRefused(index.Has("index.json")
                ? "The archive is a bare OCI layout without manifest.json. Upload what docker save writes."
                : "The archive has no manifest.json, so it is not what docker save writes.");
        }

        var (manifest, _) = await JsonAsync(archive, index, "manifest.json", cancellationToken);
        if (manifest.ValueKind != JsonValueKind.Array || manifest.GetArrayLength() != 1)
        {
            var count = manifest.ValueKind == JsonValueKind.Array ? manifest.GetArrayLength() : 0;
            throw new ArchiveRefused($"The archive holds {count} images; exactly one is taken. Save one image per archive.");
        }

        var image = manifest[0];
        found.Tags = Texts(image, "RepoTags", mayBeNull: true);
        return (DockerArchive.Text(image, "Config") ?? throw new ArchiveRefused("manifest.json names no config."), Texts(image, "Layers", mayBeNull: true));
    }

    private async Task ReadConfigAsync(Stream archive, ArchiveIndex index, string path, DockerArchive found, CancellationToken cancellationToken)
    {
        var (config, digest) = await JsonAsync(archive, index, path, cancellationToken);
        if (config.ValueKind != JsonValueKind.Object)
        {
            throw new ArchiveRefused($"{path} is not an image's config.");
        }

        found.Config = config;
        found.ConfigDigest = digest;
        if (DigestName().Match(path) is { Success: true } name && $"sha256:{name.Groups[1].Value}" != digest)
        {
            throw new ArchiveRefused($"The config's bytes are not what its name {path} promises: they are {digest}.");
        }
    }

    private async Task<VerifiedLayer> ReadLayerAsync(
        Stream archive, ArchiveIndex index, int number, string diffId, string path, long mostBytes, CancellationToken cancellationToken)
    {
        if (!DiffId().IsMatch(diffId))
        {
            throw new ArchiveRefused($"Layer {number + 1} has an id that is no sha256 digest.");
        }

        var part = index.Find(path) ?? throw new ArchiveRefused($"Layer {number + 1} ({diffId}) is named but its bytes are not in the archive ({path}).");
        var start = new byte[6];
        await using (var head = new SliceStream(archive, part.Offset, part.Size))
        {
            await head.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        }

        var packing = Compression.Of(start);
        if (packing is not (null or "gzip"))
        {
            throw new ArchiveRefused($"Layer {number + 1} is packed with {packing}; plain tar and gzip are taken. Save the image again with docker save.");
        }

        try
        {
            return await HashLayerAsync(archive, part, packing is not null, number, diffId, mostBytes, cancellationToken);
        }
        catch (InvalidDataException broken)
        {
            throw new ArchiveRefused($"Layer {number + 1} cannot be unpacked: {broken.Message}", inner: broken);
        }
        catch (ArchiveRefused refused)
        {
            throw new ArchiveRefused($"Layer {number + 1}: {refused.Message}", refused.Code, refused);
        }
    }

    private async Task<VerifiedLayer> HashLayerAsync(
        Stream archive, ArchivePart part, bool packed, int number, string diffId, long mostBytes, CancellationToken cancellationToken)
    {
        await using var bytes = OpenLayer(archive, part, packed);
        await using var hashing = new HashingStream(bytes, HashAlgorithmName.SHA256, count =>
        {
            if (count > mostBytes)
            {
                throw new ArchiveRefused($"the layers unpack to more than {limits.UnpackedBytes >> 20} MiB.", "image_too_large");
            }

            if (packed && count > limits.RatioFreeBytes && count > part.Size * limits.Ratio)
            {
                throw new ArchiveRefused($"it unpacks to more than {limits.Ratio} times its size.", "image_too_large");
            }
        });
        await using var buffered = new BufferedStream(hashing, 256 * 1024);
        var tar = new TarScanner(buffered, limits.LayerEntries, limits.PathLength);
        int files = 0, setuid = 0, devices = 0;
        while (await tar.NextAsync(cancellationToken) is { } item)
        {
            files += item.IsFile ? 1 : 0;
            setuid += item.IsFile && (item.Mode & 0b110_000_000_000) != 0 ? 1 : 0;
            devices += item.Type is '3' or '4' ? 1 : 0;
        }

        // What follows the tar's end belongs to the digest, too.
        await buffered.CopyToAsync(Stream.Null, 256 * 1024, cancellationToken);
        var digest = $"sha256:{hashing.HexDigest()}";
        return digest == diffId
            ? new VerifiedLayer(part, packed, diffId, hashing.Count, files, setuid, devices)
            : throw new ArchiveRefused($"its bytes are {digest}, but the config says {diffId}.");
    }

    public static Stream OpenLayer(Stream archive, ArchivePart part, bool packed)
    {
        var slice = new SliceStream(archive, part.Offset, part.Size);
        return packed ? new GZipStream(slice, CompressionMode.Decompress) : slice;
    }

    private static IReadOnlyList<string> Texts(JsonElement image, string name, bool mayBeNull)
    {
        var list = DockerArchive.Member(image, name);
        if (list.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined && mayBeNull)
        {
            return [];
        }

        return list.ValueKind == JsonValueKind.Array && list.EnumerateArray().All(t => t.ValueKind == JsonValueKind.String)
            ? [.. list.EnumerateArray().Select(t => t.GetString()!)]
            : throw new ArchiveRefused($"{name} in manifest.json is not a list of texts.");
    }

    [GeneratedRegex("^(?:blobs/sha256/)?([0-9a-f]{64})(?:\\.json)?$")]
    private static partial Regex DigestName();

    [GeneratedRegex("^sha256:[0-9a-f]{64}$")]
    private static partial Regex DiffId();
}
