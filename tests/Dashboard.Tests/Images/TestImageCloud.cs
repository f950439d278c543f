using Dashboard.Images;
using OpenStack.Glance;
using OpenStack.Nova;

namespace Dashboard.Tests.Images;

internal sealed class TestImageCloud : IImageCloud
{
    public static readonly Viewer Member = new("u1", "lab-user", "p1", "genomics", IsAdministrator: false, MayChange: true);
    public static readonly Viewer Administrator = new("u9", "dana", "p9", "admin", IsAdministrator: true, MayChange: true);
    public static readonly Viewer Reader = Member with { MayChange = false };

    public TestGlance Glance { get; } = new();
    public TestNova Nova { get; } = new();
    public Viewer Viewer { get; set; } = Member;

    IGlanceApi IImageCloud.Glance => Glance;
    INovaApi IImageCloud.Nova => Nova;

    public Task<People> GetPeopleAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new People(new Dictionary<string, string> { ["u1"] = "lab-user" }, new Dictionary<string, string> { ["p1"] = "genomics", ["p2"] = "vision" }));
}
