using System.Text.Json.Serialization;

namespace OpenStack.Nova;

public sealed record FlavorList(IReadOnlyList<Flavor> Flavors);

public sealed record Flavor
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public int Vcpus { get; init; }
    /// <summary>MiB.</summary>
    public int Ram { get; init; }
    /// <summary>GiB.</summary>
    public int Disk { get; init; }
    [JsonPropertyName("os-flavor-access:is_public")] public bool IsPublic { get; set; } = true;
    public IReadOnlyDictionary<string, string> ExtraSpecs { get => field ?? new Dictionary<string, string>(); init; }
}

/// <summary><c>GET /limits</c>. Memory in MiB; -1 means no limit.</summary>
public sealed record LimitsAnswer(Limits Limits);
public sealed record Limits(AbsoluteLimits Absolute);

public sealed record AbsoluteLimits
{
    [JsonPropertyName("maxTotalInstances")] public int MaxTotalInstances { get; init; }
    [JsonPropertyName("maxTotalCores")] public int MaxTotalCores { get; init; }
    [JsonPropertyName("maxTotalRAMSize")] public int MaxTotalRamSize { get; init; }
    [JsonPropertyName("maxTotalKeypairs")] public int MaxTotalKeypairs { get; init; }
    [JsonPropertyName("totalInstancesUsed")] public int TotalInstancesUsed { get; init; }
    [JsonPropertyName("totalCoresUsed")] public int TotalCoresUsed { get; init; }
    [JsonPropertyName("totalRAMUsed")] public int TotalRamUsed { get; init; }
}

public sealed record KeypairList(IReadOnlyList<KeypairItem> Keypairs);
public sealed record KeypairItem(Keypair Keypair);
public sealed record Keypair(string Name, string? Fingerprint = null, string? PublicKey = null, string? Type = null);
