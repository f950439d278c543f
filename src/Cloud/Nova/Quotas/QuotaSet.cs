namespace Cloud.Nova.Quotas;

/// <summary>How much a project may have; -1 means no limit. The defaults are those of a project that nobody gave other ones.</summary>
internal sealed record QuotaSet
{
    public const int Unlimited = -1;

    public int Instances { get; init; } = 50;
    public int Cores { get; init; } = 100;
    /// <summary>MiB.</summary>
    public int Ram { get; init; } = 204_800;
    /// <summary>Per user, not per project.</summary>
    public int KeyPairs { get; init; } = 100;
    /// <summary>Per instance.</summary>
    public int MetadataItems { get; init; } = 128;
    /// <summary>None: groups spread instances over hosts, and there is one host.</summary>
    public int ServerGroups { get; init; }
    public int ServerGroupMembers { get; init; }
}
