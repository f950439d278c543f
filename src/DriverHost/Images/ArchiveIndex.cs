namespace DriverHost.Images;

/// <param name="Offset">Where the content begins in the archive.</param>
internal sealed record ArchivePart(string Path, long Offset, long Size);

/// <summary>Where each file of an archive lies. Nothing is ever written under the archive's own names.</summary>
internal sealed class ArchiveIndex
{
    private readonly Dictionary<string, ArchivePart> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _links = new(StringComparer.Ordinal);
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    private ArchiveIndex()
    {
    }

    public static async Task<ArchiveIndex> ReadAsync(Stream archive, ArchiveLimits limits, CancellationToken cancellationToken)
    {
        var index = new ArchiveIndex();
        archive.Position = 0;
        await RequireTarAsync(archive, cancellationToken);
        var tar = new TarScanner(archive, limits.ArchiveEntries, limits.PathLength);
        while (await tar.NextAsync(cancellationToken) is { } item)
        {
            var path = Clean(item.Path);
            if (item.IsFolder)
            {
                continue;
            }

            var fresh = item switch
            {
                { IsFile: true } => index._files.TryAdd(path, new ArchivePart(path, tar.Position, item.Size)) && !index._links.ContainsKey(path),
                // docker save writes a link where the same layer comes twice.
                { Type: '2' } => index._links.TryAdd(path, Resolve(path, item.LinkTarget)) && !index._files.ContainsKey(path),
                _ => throw new ArchiveRefused($"The archive's entry {path} is neither a file nor a folder."),
            };
            if (!fresh)
            {
                throw new ArchiveRefused($"The archive has {path} twice.");
            }
        }

        return index;
    }

    /// <summary>The file of that name, or the one a link of that name points to. One step only.</summary>
    public ArchivePart? Find(string path)
    {
        var clean = Clean(path);
        if (_links.TryGetValue(clean, out var target))
        {
            _used.Add(clean);
            clean = target;
        }

        _used.Add(clean);
        return _files.GetValueOrDefault(clean);
    }

    /// <summary>Bytes that no one asked for: baggage.</summary>
    public long UnusedBytes => _files.Where(f => !_used.Contains(f.Key)).Sum(f => f.Value.Size);

    public bool Has(string path) => _files.ContainsKey(path);

    private static async Task RequireTarAsync(Stream archive, CancellationToken cancellationToken)
    {
        var start = new byte[6];
        var read = await archive.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        archive.Position = 0;
        if (read == 0)
        {
            throw new ArchiveRefused("The archive is empty.");
        }

        if (Compression.Of(start) is { } packed)
        {
            throw new ArchiveRefused($"The archive as a whole is packed with {packed}. Upload what docker save writes, unpacked.");
        }
    }

    private static string Clean(string path)
    {
        var parts = path.Split('/').Where(p => p is not ("" or ".")).ToArray();
        return path.StartsWith('/') || path.Contains('\\') || path.Contains('\0') || parts.Length is 0 or > 8 || parts.Contains("..")
            ? path is "./" or "." ? "." : throw new ArchiveRefused($"The archive has a path that leads elsewhere: {Shown(path)}.")
            : string.Join('/', parts);
    }

    private static string Resolve(string path, string target)
    {
        if (target.StartsWith('/'))
        {
            throw new ArchiveRefused($"The archive's link {path} leads out of it.");
        }

        var parts = new Stack<string>(path.Split('/').SkipLast(1));
        foreach (var part in target.Split('/').Where(p => p is not ("" or ".")))
        {
            if (part != "..")
            {
                parts.Push(part);
            }
            else if (!parts.TryPop(out _))
            {
                throw new ArchiveRefused($"The archive's link {path} leads out of it.");
            }
        }

        return string.Join('/', parts.Reverse());
    }

    private static string Shown(string path) => path.Length > 80 ? $"{path[..80]}…" : path;
}

internal static class Compression
{
    /// <summary>The name of the packing that these first bytes give away; null for none that is known.</summary>
    public static string? Of(ReadOnlySpan<byte> start) => start switch
    {
        [0x1f, 0x8b, ..] => "gzip",
        [0x28, 0xb5, 0x2f, 0xfd, ..] => "zstd",
        [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', ..] => "xz",
        [(byte)'B', (byte)'Z', (byte)'h', ..] => "bzip2",
        _ => null,
    };
}
