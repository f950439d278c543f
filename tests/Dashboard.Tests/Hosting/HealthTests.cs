using System.Net;
using Dashboard.Store;

namespace Dashboard.Tests.Hosting;

/// <summary>What a proxy or an orchestrator asks, without a sign-in.</summary>
public sealed class HealthTests
{
    [Fact]
    public async Task Health_WithoutKeystone_IsLiveAndReady()
    {
        await using var dashboard = await DashboardFixture.StartAsync();
        await dashboard.StopCloudAsync();
        using var visitor = dashboard.Visit();

        Assert.Equal((HttpStatusCode.OK, "alive\n"), await AskAsync(visitor, "/healthz/live"));
        Assert.Equal((HttpStatusCode.OK, "ready\n"), await AskAsync(visitor, "/healthz/ready"));
    }

    [Fact]
    public async Task Health_WithoutItsDatabase_IsLiveButNotReady()
    {
        await using var dashboard = await DashboardFixture.StartAsync();
        File.Delete(DashboardDb.File(dashboard.DataPath));
        using var visitor = dashboard.Visit();

        Assert.Equal((HttpStatusCode.OK, "alive\n"), await AskAsync(visitor, "/healthz/live"));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "The dashboard's database can't be opened.\n"), await AskAsync(visitor, "/healthz/ready"));
    }

    private static async Task<(HttpStatusCode Status, string Words)> AskAsync(Visitor visitor, string path)
    {
        using var answer = await visitor.Http.GetAsync(path, TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
