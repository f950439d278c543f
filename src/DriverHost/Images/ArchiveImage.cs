namespace DriverHost.Images;

/// <summary>A small image to be packed as a <c>docker save</c> archive. It is held in memory.</summary>
public sealed record ArchiveImage
{
    /// <summary>The name in the archive, for example <c>busybox:latest</c>; null writes an archive without a name.</summary>
    public string? Tag { get; init; }
    public IReadOnlyList<string> Entrypoint { get; init; } = [];
    public IReadOnlyList<string> Command { get; init; } = [];
    /// <summary><c>NAME=value</c> each.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];
    public string User { get; init; } = "";
    public string WorkingDirectory { get; init; } = "";
    /// <summary>For example <c>80/tcp</c>.</summary>
    public IReadOnlyList<string> Ports { get; init; } = [];
    public IReadOnlyList<string> Volumes { get; init; } = [];
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
    /// <summary>Lowest first.</summary>
    public IReadOnlyList<ArchiveLayer> Layers { get; init; } = [];
}

/// <param name="Files">In the order they are written: a folder before what is in it.</param>
/// <param name="CreatedBy">What the image's history says of this layer.</param>
public sealed record ArchiveLayer(IReadOnlyList<ArchiveFile> Files, string CreatedBy = "");

/// <summary>A file, folder or symbolic link of a layer.</summary>
public sealed record ArchiveFile
{
    private ArchiveFile(string path, UnixFileMode mode) => (Path, Mode) = (path, mode);

    /// <summary>Relative to the image's root, without a leading slash.</summary>
    public string Path { get; }
    public UnixFileMode Mode { get; }
    public ReadOnlyMemory<byte> Content { get; private init; }
    /// <summary>Where a symbolic link points to; null for files and folders.</summary>
    public string? LinkTarget { get; private init; }
    public bool IsFolder { get; private init; }

    /// <param name="mode">Octal digits, for example <c>755</c>.</param>
    public static ArchiveFile Of(string path, ReadOnlyMemory<byte> content, string mode = "644") => new(path, Parse(mode)) { Content = content };
    public static ArchiveFile Folder(string path, string mode = "755") => new(path, Parse(mode)) { IsFolder = true };
    public static ArchiveFile Link(string path, string target) => new(path, Parse("777")) { LinkTarget = target };

    private static UnixFileMode Parse(string octal) => (UnixFileMode)Convert.ToInt32(octal, 8);
}
