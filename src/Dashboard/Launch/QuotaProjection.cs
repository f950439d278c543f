using System.Globalization;
using Dashboard.Components;
using OpenStack.Nova;

namespace Dashboard.Launch;

/// <summary>One quota as it is and as it would be.</summary>
/// <param name="Limit">-1: no limit.</param>
/// <param name="Write">A figure with its unit.</param>
internal sealed record QuotaLine(string Name, double Used, double Added, double Limit, Func<double, string> Write)
{
    public bool HasLimit => Limit >= 0;

    /// <summary>What would be missing; 0 when there is room.</summary>
    public double Over => HasLimit ? Math.Max(0, Used + Added - Limit) : 0;

    public double Left => Limit - Used;
    public double LeftAfter => Limit - Used - Added;
}

/// <summary>The project's quotas after the launch.</summary>
internal sealed record QuotaProjection(QuotaLine Instances, QuotaLine Cpus, QuotaLine Memory)
{
    public IReadOnlyList<QuotaLine> Lines => [Instances, Cpus, Memory];
    public bool IsOver => Lines.Any(l => l.Over > 0);

    /// <param name="flavor">Null: only the instances are counted.</param>
    public static QuotaProjection Of(AbsoluteLimits limits, Flavor? flavor, int count) => new(
        new("Instances", limits.TotalInstancesUsed, count, limits.MaxTotalInstances, Whole),
        new("CPU", limits.TotalCoresUsed, (flavor?.Vcpus ?? 0) * (double)count, limits.MaxTotalCores, Whole),
        new("Memory", limits.TotalRamUsed, (flavor?.Ram ?? 0) * (double)count, limits.MaxTotalRamSize, Units.Memory));

    /// <summary>How many of this flavor the quotas have room for; null without any limit.</summary>
    public static int? Most(AbsoluteLimits limits, Flavor flavor)
    {
        var most = Of(limits, flavor, 1).Lines.Where(l => l.HasLimit && l.Added > 0).Select(l => (int)Math.Max(0, Math.Floor(l.Left / l.Added))).ToList();
        return most.Count == 0 ? null : most.Min();
    }

    private static string Whole(double value) => value.ToString("0", CultureInfo.InvariantCulture);
}
