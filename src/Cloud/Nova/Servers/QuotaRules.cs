using Cloud.Http;
using Cloud.Nova.Flavors;
using Cloud.Nova.Quotas;

namespace Cloud.Nova.Servers;

/// <summary>How many instances a project's quota still allows.</summary>
internal static class QuotaRules
{
    /// <summary>As many as allowed up to <paramref name="max"/>.</summary>
    /// <exception cref="CloudFailure">403 when that is fewer than <paramref name="min"/>, with what is short.</exception>
    public static int Count(int min, int max, FlavorRow flavor, QuotaSet quota, InstanceUsage usage)
    {
        (string Name, int Each, int Used, int Limit)[] resources =
        [
            ("instances", 1, usage.Instances, quota.Instances), ("cores", flavor.Vcpus, usage.Cores, quota.Cores), ("ram", flavor.Ram, usage.RamMb, quota.Ram),
        ];
        var count = max;
        foreach (var (_, each, used, limit) in resources.Where(r => r.Limit != QuotaSet.Unlimited && r.Each > 0))
        {
            count = Math.Min(count, Math.Max(0, limit - used) / each);
        }

        if (count >= min)
        {
            return count;
        }

        var scarce = resources.Where(r => r.Limit != QuotaSet.Unlimited && (long)r.Each * min > r.Limit - r.Used).ToList();
        throw CloudFailure.Forbidden(
            $"Quota exceeded for {string.Join(", ", scarce.Select(r => r.Name))}: Requested {string.Join(", ", scarce.Select(r => (long)r.Each * min))}, "
            + $"but already used {string.Join(", ", scarce.Select(r => r.Used))} of {string.Join(", ", scarce.Select(r => r.Limit))} {string.Join(", ", scarce.Select(r => r.Name))}");
    }

    public static void RequireMetadata(int count, QuotaSet quota)
    {
        if (quota.MetadataItems != QuotaSet.Unlimited && count > quota.MetadataItems)
        {
            throw CloudFailure.Forbidden($"Maximum number of metadata items exceeds {quota.MetadataItems}");
        }
    }
}
