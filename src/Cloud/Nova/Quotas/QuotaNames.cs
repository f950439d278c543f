namespace Cloud.Nova.Quotas;

/// <summary>The API's names of what quotas limit, and where each is in a <see cref="QuotaSet"/>.</summary>
internal static class QuotaNames
{
    private static readonly Dictionary<string, (Func<QuotaSet, int> Read, Func<QuotaSet, int, QuotaSet> Write)> Members = new()
    {
        ["instances"] = (q => q.Instances, (q, limit) => q with { Instances = limit }),
        ["cores"] = (q => q.Cores, (q, limit) => q with { Cores = limit }),
        ["ram"] = (q => q.Ram, (q, limit) => q with { Ram = limit }),
        ["key_pairs"] = (q => q.KeyPairs, (q, limit) => q with { KeyPairs = limit }),
        ["metadata_items"] = (q => q.MetadataItems, (q, limit) => q with { MetadataItems = limit }),
        ["server_groups"] = (q => q.ServerGroups, (q, limit) => q with { ServerGroups = limit }),
        ["server_group_members"] = (q => q.ServerGroupMembers, (q, limit) => q with { ServerGroupMembers = limit }),
    };

    public static IReadOnlyCollection<string> All => Members.Keys;

    public static int Read(QuotaSet quotas, string resource) => Members[resource].Read(quotas);

    /// <summary>The same quotas with another limit for one resource; a name that is not known changes nothing.</summary>
    public static QuotaSet With(QuotaSet quotas, string resource, int limit) => Members.TryGetValue(resource, out var member) ? member.Write(quotas, limit) : quotas;
}
