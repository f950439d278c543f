using System.Text.Json;
using System.Text.RegularExpressions;

namespace DriverHost.Images;

/// <summary>
/// Docker 25 and later write two views of one image: manifest.json and index.json. Old engines read the first, new ones the second. An archive whose views
/// differ shows one image to the examiner and another to the engine: it is refused.
/// </summary>
internal sealed partial class OciLayoutCheck(DockerArchiveReader reader, Stream archive, ArchiveIndex index)
{
    private const int MostManifests = 64;

    public async Task RequireSameAsync(DockerArchive found, IReadOnlyList<string> layerPaths, CancellationToken cancellationToken)
    {
        if (!index.Has("index.json"))
        {
            return;
        }

        var (root, _) = await reader.JsonAsync(archive, index, "index.json", cancellationToken);
        var manifests = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        await CollectAsync(root, manifests, depth: 0, cancellationToken);
        if (manifests.Count == 0)
        {
            throw new ArchiveRefused("index.json names no image, but manifest.json does.");
        }

        foreach (var manifest in manifests.Values)
        {
            RequireSame(manifest, found, layerPaths);
        }
    }

    private async Task CollectAsync(JsonElement list, Dictionary<string, JsonElement> manifests, int depth, CancellationToken cancellationToken)
    {
        var items = DockerArchive.Member(list, "manifests");
        if (items.ValueKind != JsonValueKind.Array || items.GetArrayLength() > MostManifests || depth > 2)
        {
            throw new ArchiveRefused("index.json is not a sound list of images.");
        }

        foreach (var item in items.EnumerateArray())
        {
            var digest = DockerArchive.Text(item, "digest") ?? "";
            if (!Digest().IsMatch(digest))
            {
                throw new ArchiveRefused("index.json names an image by something else than a sha256 digest.");
            }

            // Attestations are no images, and images of other platforms are often named without being there.
            var path = $"blobs/sha256/{digest[7..]}";
            if (manifests.ContainsKey(digest) || IsAttestation(item) || (depth > 0 && !index.Has(path)))
            {
                continue;
            }

            var (manifest, actual) = await reader.JsonAsync(archive, index, path, cancellationToken);
            if (actual != digest)
            {
                throw new ArchiveRefused($"{path} is not what its name promises: its bytes are {actual}.");
            }

            var isList = DockerArchive.Member(manifest, "manifests").ValueKind != JsonValueKind.Undefined;
            var isImage = DockerArchive.Member(manifest, "config").ValueKind != JsonValueKind.Undefined;
            if (isList == isImage)
            {
                throw new ArchiveRefused($"{path} is both a list and an image, or neither.");
            }

            if (isList)
            {
                await CollectAsync(manifest, manifests, depth + 1, cancellationToken);
            }
            else
            {
                manifests[digest] = manifest;
            }
        }
    }

    private static void RequireSame(JsonElement manifest, DockerArchive found, IReadOnlyList<string> layerPaths)
    {
        var config = DockerArchive.Text(DockerArchive.Member(manifest, "config"), "digest");
        if (config != found.ConfigDigest)
        {
            throw new ArchiveRefused($"index.json and manifest.json show two images: config {config} and {found.ConfigDigest}.");
        }

        var layers = DockerArchive.Member(manifest, "layers");
        var digests = layers.ValueKind == JsonValueKind.Array ? layers.EnumerateArray().Select(l => DockerArchive.Text(l, "digest") ?? "").ToArray() : [];
        if (!digests.Select(d => $"blobs/{d.Replace(':', '/')}").SequenceEqual(layerPaths))
        {
            throw new ArchiveRefused("index.json and manifest.json name different layers.");
        }
    }

    private static bool IsAttestation(JsonElement item) =>
        DockerArchive.Text(DockerArchive.Member(item, "annotations"), "vnd.docker.reference.type") == "attestation-manifest"
        || (DockerArchive.Text(DockerArchive.Member(item, "platform"), "os") == "unknown" && DockerArchive.Text(DockerArchive.Member(item, "platform"), "architecture") == "unknown");

    [GeneratedRegex("^sha256:[0-9a-f]{64}$")]
    private static partial Regex Digest();
}
