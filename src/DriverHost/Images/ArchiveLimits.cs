namespace DriverHost.Images;

/// <summary>How much an archive may ask of this host before it is refused.</summary>
internal sealed record ArchiveLimits
{
    public long ArchiveBytes { get; init; } = 20L << 30;
    /// <summary>All layers together, unpacked.</summary>
    public long UnpackedBytes { get; init; } = 40L << 30;
    /// <summary>A layer may unpack to this many times its packed size …</summary>
    public int Ratio { get; init; } = 200;
    /// <summary>… once it is larger than this.</summary>
    public long RatioFreeBytes { get; init; } = 64L << 20;
    public int ArchiveEntries { get; init; } = 2_000;
    public int LayerEntries { get; init; } = 1_000_000;
    public int PathLength { get; init; } = 4_096;
    public int JsonBytes { get; init; } = 4 << 20;
    /// <summary>The engine's own limit (maxLayerDepth).</summary>
    public int Layers { get; init; } = 125;
}
