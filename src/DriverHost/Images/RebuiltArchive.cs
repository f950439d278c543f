using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DriverHost.Images;

/// <summary>The archive that the engine gets to see: the reduced config, the verified layers, one tag of ours, and nothing else of the original.</summary>
internal static class RebuiltArchive
{
    private const int Block = 512;

    /// <param name="archive">The original; layers are copied from where they were verified.</param>
    public static async Task WriteAsync(Stream target, Stream archive, DockerArchive image, string reference, CancellationToken cancellationToken)
    {
        var config = ImageConfig.Reduce(image);
        var configName = $"{Convert.ToHexStringLower(SHA256.HashData(config))}.json";
        foreach (var layer in image.Layers.DistinctBy(l => l.DiffId))
        {
            await target.WriteAsync(Header(PathOf(layer), layer.Size), cancellationToken);
            await CopyAsync(archive, layer, target, cancellationToken);
            await target.WriteAsync(new byte[(Block - (layer.Size % Block)) % Block], cancellationToken);
        }

        var manifest = new JsonArray(new JsonObject
        {
            ["Config"] = configName,
            ["RepoTags"] = new JsonArray(reference),
            ["Layers"] = new JsonArray([.. image.Layers.Select(l => (JsonNode)PathOf(l)!)]),
        });
        await FileAsync(target, configName, config, cancellationToken);
        await FileAsync(target, "manifest.json", JsonSerializer.SerializeToUtf8Bytes(manifest, JsonNodeContext.Default.JsonArray), cancellationToken);
        await target.WriteAsync(new byte[2 * Block], cancellationToken);
    }

    private static string PathOf(VerifiedLayer layer) => $"{layer.DiffId[7..]}/layer.tar";

    // Hashed once more on its way: the staged file is ours alone, but a disk can lie.
    private static async Task CopyAsync(Stream archive, VerifiedLayer layer, Stream target, CancellationToken cancellationToken)
    {
        await using var source = DockerArchiveReader.OpenLayer(archive, layer.Part, layer.Packed);
        await using var hashing = new HashingStream(source, HashAlgorithmName.SHA256, count =>
        {
            if (count > layer.Size)
            {
                throw new ArchiveRefused($"Layer {layer.DiffId} changed while it was read.");
            }
        });
        await hashing.CopyToAsync(target, 256 * 1024, cancellationToken);
        if (hashing.Count != layer.Size || $"sha256:{hashing.HexDigest()}" != layer.DiffId)
        {
            throw new ArchiveRefused($"Layer {layer.DiffId} changed while it was read.");
        }
    }

    private static async Task FileAsync(Stream target, string path, byte[] content, CancellationToken cancellationToken)
    {
        await target.WriteAsync(Header(path, content.Length), cancellationToken);
        await target.WriteAsync(content, cancellationToken);
        await target.WriteAsync(new byte[(Block - (content.Length % Block)) % Block], cancellationToken);
    }

    private static byte[] Header(string path, long size)
    {
        var header = new byte[Block];
        Encoding.ASCII.GetBytes(path, header.AsSpan(0, 100));
        "0000644\0"u8.CopyTo(header.AsSpan(100));
        "0000000\0"u8.CopyTo(header.AsSpan(108));
        "0000000\0"u8.CopyTo(header.AsSpan(116));
        if (size < 1L << 33)
        {
            Encoding.ASCII.GetBytes(Convert.ToString(size, 8).PadLeft(11, '0'), header.AsSpan(124, 11));
        }
        else
        {
            header[124] = 0x80;
            BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(128, 8), size);
        }

        "00000000000\0"u8.CopyTo(header.AsSpan(136));
        header[156] = (byte)'0';
        "ustar\0"u8.CopyTo(header.AsSpan(257));
        "00"u8.CopyTo(header.AsSpan(263));
        header.AsSpan(148, 8).Fill((byte)' ');
        var sum = header.Sum(b => (int)b);
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0'), header.AsSpan(148, 6));
        header[154] = 0;
        return header;
    }
}
