using Dashboard.Hosts;
using Dashboard.Images;
using OpenStack.Nova;

namespace Dashboard.Overview;

/// <summary>What the overview needs beside the live instances.</summary>
internal interface IOverviewCloud
{
    Viewer Viewer { get; }
    string? Region { get; }

    Task<OverviewFacts> GetAsync(CancellationToken cancellationToken);
}

internal sealed record OverviewFacts
{
    public required AbsoluteLimits Limits { get; init; }

    /// <summary>The smallest first.</summary>
    public required IReadOnlyList<Flavor> Flavors { get; init; }

    /// <summary>Docker images that the viewer sees: an administrator those of all projects.</summary>
    public required IReadOnlyList<ImageView> Images { get; init; }

    /// <summary>Null when the viewer may not know.</summary>
    public HostsFacts? Hosts { get; init; }

    /// <summary>What a newcomer can launch at once.</summary>
    public ImageView? FirstImage => Images.Where(i => i.Approval.Bootable && i.Image.Status == "active").OrderBy(i => i.Image.Size ?? long.MaxValue).FirstOrDefault();
}
