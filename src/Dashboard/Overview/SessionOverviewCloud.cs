using Dashboard.Hosts;
using Dashboard.Images;
using Dashboard.SignIn;

namespace Dashboard.Overview;

internal sealed class SessionOverviewCloud(DashboardSession session, IImageList images, IHostsCloud hosts) : IOverviewCloud
{
    public Viewer Viewer => images.Viewer;

    public string? Region => session.Region;

    public async Task<OverviewFacts> GetAsync(CancellationToken cancellationToken)
    {
        var limits = session.Nova.GetLimitsAsync(cancellationToken);
        var flavors = session.Nova.ListFlavorsAsync(cancellationToken);
        var seen = images.ListAsync(all: false, cancellationToken);
        var around = hosts.TryGetAsync(cancellationToken);
        await Task.WhenAll(limits, flavors, seen, around);
        return new OverviewFacts
        {
            Limits = (await limits).Limits.Absolute,
            Flavors = [.. (await flavors).Flavors.OrderBy(f => f.Ram).ThenBy(f => f.Vcpus).ThenBy(f => f.Name, StringComparer.Ordinal)],
            Images = await seen,
            Hosts = await around,
        };
    }
}
