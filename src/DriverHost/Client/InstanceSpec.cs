namespace DriverHost.Client;

/// <summary>What an instance is to be. The body of <c>PUT /v1/instances/{id}</c>; the same body twice is the same instance.</summary>
public sealed record InstanceSpec
{
    public required string ProjectId { get; init; }
    public required string UserId { get; init; }
    /// <summary>The display name: any text. The host name is derived from it.</summary>
    public required string Name { get; init; }
    /// <summary>The Glance image, by id. Names prove nothing.</summary>
    public required string ImageId { get; init; }
    public required FlavorSpec Flavor { get; init; }
    /// <summary>Overrides the image's command; null keeps it.</summary>
    public IReadOnlyList<string>? Command { get; init; }
    /// <summary>Overrides the image's entrypoint; null keeps it.</summary>
    public IReadOnlyList<string>? Entrypoint { get; init; }
    public IReadOnlyDictionary<string, string> Environment { get => field ?? new Dictionary<string, string>(); init; }
    public string? WorkingDirectory { get; init; }
    /// <summary><c>auto</c>: the project's own bridge network. <c>none</c>: loopback only.</summary>
    public string Network { get => field ?? "auto"; init; }
    /// <summary>Ports of Neutron's, the first one first, with the network <c>none</c>; null for none.</summary>
    public IReadOnlyList<PortSpec>? Ports { get; init; }
    /// <summary>An OpenSSH public key, or null.</summary>
    public string? PublicKey { get; init; }
    /// <summary>Base64, as Nova takes it, or null.</summary>
    public string? UserData { get; init; }
    public IReadOnlyDictionary<string, string> Metadata { get => field ?? new Dictionary<string, string>(); init; }
}

/// <summary>The limits of an instance. Units: MiB of memory, GiB of disk.</summary>
public sealed record FlavorSpec
{
    public required string Name { get; init; }
    public required int Vcpus { get; init; }
    public required int MemoryMb { get; init; }
    public required int DiskGb { get; init; }
    public IReadOnlyDictionary<string, string> ExtraSpecs { get => field ?? new Dictionary<string, string>(); init; }
}

/// <summary>The body of <c>POST /v1/instances/{id}/snapshot</c>.</summary>
public sealed record SnapshotRequest
{
    /// <summary>A Glance image in state queued, made by the caller, which takes the archive.</summary>
    public required string ImageId { get; init; }
    /// <summary>The name people gave the snapshot: any text.</summary>
    public required string Name { get; init; }
}
