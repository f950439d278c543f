using Dashboard.Hosting;
using Microsoft.Extensions.DependencyInjection;
using TestKit;

namespace Dashboard.Tests.Layout;

/// <summary>Lists are drawn into the document once the sign-in's pages know them: they are read while the circuit opens.</summary>
public sealed class DrawnFirstTests(DashboardFixture dashboard) : IClassFixture<DashboardFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Instances_KnownByNow_AreInTheDocumentOfTheirProjectsPeopleOnly()
    {
        var id = await BootAsync("drawn");
        using var demo = await dashboard.SignedInAsync();
        using var admin = await dashboard.SignedInAsync("admin");
        await KnownAsync(demo, id);

        var theirs = await demo.Http.GetStringAsync("/instances", Cancel);
        await admin.Http.GetStringAsync("/instances", Cancel);
        var others = await admin.Http.GetStringAsync("/instances", Cancel);

        Assert.Contains($"data-instance=\"{id}\"", theirs, StringComparison.Ordinal);
        // It is known to be a picture yet.
        Assert.Contains("aria-busy=\"true\"", theirs, StringComparison.Ordinal);
        Assert.DoesNotContain(id, others, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Instances_NotKnownYet_AreLoadingInTheDocument()
    {
        using var demo = await dashboard.SignedInAsync();

        var page = await demo.Http.GetStringAsync("/instances", Cancel);

        Assert.Contains("Loading instances", page, StringComparison.Ordinal);
        Assert.DoesNotContain("data-instance", page, StringComparison.Ordinal);
    }

    // What they will need is asked for with the first document.
    private async Task KnownAsync(Visitor visitor, string id)
    {
        await visitor.Http.GetStringAsync("/", Cancel);
        using var use = dashboard.Services.GetRequiredService<SessionShares>().Enter(await dashboard.SessionOfAsync(visitor));
        var known = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watching = use.Instances.Watch(Look);
        Look();
        await known.Task.WaitAsync(Waits.Limit, Cancel);

        void Look()
        {
            if (use.Instances.Now.Loaded && use.Instances.Now.Instances.ContainsKey(id))
            {
                known.TrySetResult();
            }
        }
    }

    private async Task<string> BootAsync(string name)
    {
        using var admin = CloudPerson.Of(dashboard.CloudUrl, await KeystoneUser.FirstTokenAsync(dashboard.CloudUrl, "admin", dashboard.Secret("admin")));
        using var demo = CloudPerson.Of(dashboard.CloudUrl, await KeystoneUser.FirstTokenAsync(dashboard.CloudUrl, "demo", dashboard.Secret("demo")));
        var image = await admin.UploadAsync($"{name}:1", TestImages.Running("sleep 1", $"{name}:1"), ("visibility", "public"));
        return await demo.BootAsync(name, image);
    }
}
