namespace DriverHost.Client;

/// <summary>The answer of <c>GET /v1/host</c>: what this host is, holds and has proven. Memory and disk in MiB and GiB.</summary>
public sealed record HostRecord
{
    /// <summary>As Nova calls its compute host.</summary>
    public required string HostName { get; init; }
    public required string Version { get; init; }
    /// <summary>False when the engine does not answer; the figures below are then the last known.</summary>
    public required bool EngineAnswers { get; init; }
    public required string EngineVersion { get; init; }
    public required string EngineApiVersion { get; init; }
    public required string KernelVersion { get; init; }
    public required string Architecture { get; init; }
    public required string StorageDriver { get; init; }
    public required int Cpus { get; init; }
    public required long MemoryMb { get; init; }
    public required long DiskGb { get; init; }
    public required long DiskFreeGb { get; init; }
    /// <summary>Sums over the instances of this host that exist, whatever their state.</summary>
    public required int VcpusUsed { get; init; }
    public required long MemoryMbUsed { get; init; }
    public required long DiskGbUsed { get; init; }
    public required int Instances { get; init; }
    public required int RunningInstances { get; init; }
    public required DateTimeOffset EngineStartedAt { get; init; }
    /// <summary>What was tried at start and found to hold or not: <c>disk-quota</c>, <c>seccomp</c>, <c>memory-limit</c>, <c>cpu-quota</c>, <c>pids-limit</c>, <c>no-new-privileges</c>, <c>host-ports-closed</c>, <c>crypto-sockets-closed</c></summary>
    public required IReadOnlyList<ProvenFeature> Features { get; init; }
    /// <summary>Known holes of the engine and its parts, by their version numbers alone.</summary>
    public IReadOnlyList<EngineAdvisory> Advisories { get => field ?? []; init; }
}

/// <param name="Part">Engine, containerd or runc.</param>
/// <param name="Ids">One or more CVE numbers.</param>
/// <param name="MendedIn">The versions that mended it.</param>
public sealed record EngineAdvisory(string Part, string Version, string Ids, string MendedIn, string Words);

public sealed record ProvenFeature(string Name, bool Holds, string Words);

/// <summary>An image is on this host's engine, before anybody boots it.</summary>
/// <param name="Fetched">False: it was there already, no bytes moved.</param>
public sealed record CachedImage(bool Fetched);

/// <summary>What a docker archive holds, read without trusting it. The evidence for an approval.</summary>
public sealed record ImageEvidence
{
    public required string ImageId { get; init; }
    /// <summary>Of the bytes that were read, lower-case hex.</summary>
    public required string Sha512 { get; init; }
    public required long Size { get; init; }
    /// <summary>Digest of the image's own config, <c>sha256:…</c>; null when the archive could not be read that far.</summary>
    public string? ConfigDigest { get; init; }
    /// <summary>Empty when the archive passed every check; else why it can't boot, in words.</summary>
    public required IReadOnlyList<string> Problems { get; init; }
    /// <summary>Worth a look, not wrong: runs as root, no command, asks for volumes …</summary>
    public required IReadOnlyList<string> Notes { get; init; }
    /// <summary>The tags that the archive claims for itself. Never applied.</summary>
    public required IReadOnlyList<string> Tags { get; init; }
    public string? Architecture { get; init; }
    public string? Os { get; init; }
    public DateTimeOffset? Created { get; init; }
    public IReadOnlyList<string> Entrypoint { get => field ?? []; init; }
    public IReadOnlyList<string> Command { get => field ?? []; init; }
    public string? User { get; init; }
    public string? WorkingDirectory { get; init; }
    public IReadOnlyList<string> Environment { get => field ?? []; init; }
    public IReadOnlyList<string> Ports { get => field ?? []; init; }
    public IReadOnlyList<string> Volumes { get => field ?? []; init; }
    public IReadOnlyDictionary<string, string> Labels { get => field ?? new Dictionary<string, string>(); init; }
    public IReadOnlyList<LayerEvidence> Layers { get => field ?? []; init; }
    public IReadOnlyList<HistoryEvidence> History { get => field ?? []; init; }
}

/// <param name="DiffId">sha256 of the uncompressed layer, verified, <c>sha256:…</c>.</param>
/// <param name="Size">Bytes, uncompressed.</param>
public sealed record LayerEvidence(string DiffId, long Size, int Files, int SetuidFiles);

public sealed record HistoryEvidence(DateTimeOffset? Created, string CreatedBy, bool EmptyLayer);
