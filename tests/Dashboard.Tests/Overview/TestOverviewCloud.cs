using Dashboard.Images;
using Dashboard.Overview;
using Dashboard.Tests.Images;
using Dashboard.Tests.Launch;
using OpenStack.Glance;

namespace Dashboard.Tests.Overview;

internal sealed class TestOverviewCloud : IOverviewCloud
{
    public Viewer Viewer { get; set; } = TestImageCloud.Member;

    public string? Region => "RegionOne";

    public OverviewFacts Facts { get; set; } = Of([TestImages.Approved("busybox")]);

    public Func<CancellationToken, Task<OverviewFacts>>? OnGet { get; set; }

    public CancellationToken LastToken { get; private set; }

    public int Asked { get; private set; }

    public Task<OverviewFacts> GetAsync(CancellationToken cancellationToken)
    {
        LastToken = cancellationToken;
        Asked++;
        return OnGet is null ? Task.FromResult(Facts) : OnGet(cancellationToken);
    }

    public static OverviewFacts Of(IReadOnlyList<Image> images, Viewer? viewer = null)
    {
        var views = new ImageViews(viewer ?? TestImageCloud.Member, new People(new Dictionary<string, string>(), new Dictionary<string, string> { ["p2"] = "vision" }), [], TestImages.Now);
        return new OverviewFacts { Limits = LaunchSamples.Limits(), Flavors = [LaunchSamples.Tiny, LaunchSamples.Medium], Images = [.. images.Select(views.Of)] };
    }
}
