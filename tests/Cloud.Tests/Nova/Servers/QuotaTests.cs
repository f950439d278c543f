using System.Net;
using System.Text.Json.Nodes;
using Cloud.Nova.Servers;
using Microsoft.Extensions.DependencyInjection;

namespace Cloud.Tests.Nova.Servers;

public sealed class QuotaTests(NovaFixture cloud) : IClassFixture<NovaFixture>
{
    [Theory]
    [InlineData("instances", 1, "Quota exceeded for instances: Requested 1, but already used 1 of 1 instances")]
    [InlineData("cores", 1, "Quota exceeded for cores: Requested 1, but already used 1 of 1 cores")]
    [InlineData("ram", 700, "Quota exceeded for ram: Requested 512, but already used 512 of 700 ram")]
    public async Task Create_AboveAQuota_IsForbiddenAndSaysWhatIsUsed(string resource, int limit, string words)
    {
        var tenant = await TenantAsync(resource, limit);
        await cloud.LaunchAsync(tenant.Client);

        var answer = await tenant.Client.CreateServerAsync(cloud.ImageId);

        Assert.Equal(words, answer.Expect(HttpStatusCode.Forbidden).TextAt("forbidden", "message"));
    }

    [Fact]
    public async Task Create_OfSeveral_MakesAsManyAsTheQuotaAllows()
    {
        var tenant = await TenantAsync("instances", 2);

        (await tenant.Client.CreateServerAsync(cloud.ImageId, new JsonObject { ["min_count"] = 1, ["max_count"] = 5 })).Expect(HttpStatusCode.Accepted);

        var usage = await cloud.Services.GetRequiredService<IInstanceUsage>().OfProjectAsync(tenant.ProjectId, TestContext.Current.CancellationToken);
        Assert.Equal(new InstanceUsage(2, 2, 1024), usage);
    }

    [Fact]
    public async Task Create_OfTwoAtOnceForOnePlace_LetsOneIn()
    {
        var tenant = await TenantAsync("instances", 1);

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => tenant.Client.CreateServerAsync(cloud.ImageId)));

        Assert.Single(answers, a => a.Status == HttpStatusCode.Accepted);
        Assert.Equal(3, answers.Count(a => a.Status == HttpStatusCode.Forbidden));
    }

    [Fact]
    public async Task Delete_GivesThePlaceBack()
    {
        var tenant = await TenantAsync("instances", 1);
        var id = await cloud.LaunchAsync(tenant.Client);

        (await tenant.Client.NovaAsync("DELETE", $"/servers/{id}")).Expect(HttpStatusCode.NoContent);
        await cloud.GoneAsync(tenant.Client, id);

        (await tenant.Client.CreateServerAsync(cloud.ImageId)).Expect(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task Create_WithMoreMetadataThanAllowed_IsForbidden()
    {
        var tenant = await TenantAsync("metadata_items", 1);

        var answer = await tenant.Client.CreateServerAsync(cloud.ImageId, new JsonObject { ["metadata"] = new JsonObject { ["a"] = "1", ["b"] = "2" } });

        Assert.Equal("Maximum number of metadata items exceeds 1", answer.Expect(HttpStatusCode.Forbidden).TextAt("forbidden", "message"));
    }

    private async Task<Tenant> TenantAsync(string resource, int limit)
    {
        var tenant = await cloud.NewTenantAsync();
        using var admin = await cloud.AdminAsync();
        (await admin.NovaAsync("PUT", $"/os-quota-sets/{tenant.ProjectId}", new JsonObject { ["quota_set"] = new JsonObject { [resource] = limit } })).Expect(HttpStatusCode.OK);
        return tenant;
    }
}
