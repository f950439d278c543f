using System.Net;
using System.Text.Json.Nodes;

namespace Cloud.Tests.Nova.Quotas;

public sealed class QuotaSetTests(NovaFixture cloud) : IClassFixture<NovaFixture>
{
    private static readonly string[] OldQuotas = ["floating_ips", "injected_files"];
    private static readonly string[] OldLimits = ["maxTotalFloatingIps", "maxImageMeta", "maxPersonality"];

    [Fact]
    public async Task Quotas_OfANewProject_AreTheDefaults()
    {
        var tenant = await cloud.NewTenantAsync("reader");

        var own = await tenant.Client.NovaAsync("GET", $"/os-quota-sets/{tenant.ProjectId}");
        var defaults = await tenant.Client.NovaAsync("GET", $"/os-quota-sets/{tenant.ProjectId}/defaults");

        Assert.Equal(own.Text, defaults.Text);
        Assert.Equal((tenant.ProjectId, 50, 100, 204_800), (own.TextAt("quota_set", "id"), Limit(own, "instances"), Limit(own, "cores"), Limit(own, "ram")));
    }

    [Fact]
    public async Task Quotas_ChangedByAnAdministrator_HoldUntilTheyAreDeleted()
    {
        var tenant = await cloud.NewTenantAsync();
        using var admin = await cloud.AdminAsync();
        var path = $"/os-quota-sets/{tenant.ProjectId}";

        var changed = (await admin.NovaAsync("PUT", path, Body(("instances", 3), ("cores", -1)))).Expect(HttpStatusCode.OK);
        var shown = await tenant.Client.NovaAsync("GET", path);
        var limits = await tenant.Client.NovaAsync("GET", "/limits");
        var deleted = await admin.NovaAsync("DELETE", path);

        Assert.False(changed.At("quota_set").TryGetProperty("id", out _));
        Assert.Equal((3, -1, 204_800), (Limit(shown, "instances"), Limit(shown, "cores"), Limit(shown, "ram")));
        Assert.Equal((3, -1), (limits.At("limits", "absolute", "maxTotalInstances").GetInt32(), limits.At("limits", "absolute", "maxTotalCores").GetInt32()));
        Assert.Equal(HttpStatusCode.Accepted, deleted.Status);
        Assert.Equal(50, Limit(await tenant.Client.NovaAsync("GET", path), "instances"));
    }

    [Fact]
    public async Task Defaults_ChangedForTheClass_CountForEveryProjectWithoutItsOwn()
    {
        await using var own = await CloudFixture.StartAsync();
        using var admin = await own.AdminAsync();
        var (plain, special) = (await own.NewTenantAsync(), await own.NewTenantAsync());
        (await admin.NovaAsync("PUT", $"/os-quota-sets/{special.ProjectId}", Body(("instances", 7)))).Expect(HttpStatusCode.OK);

        (await admin.NovaAsync("PUT", "/os-quota-class-sets/default", new JsonObject { ["quota_class_set"] = new JsonObject { ["instances"] = 5 } })).Expect(HttpStatusCode.OK);

        Assert.Equal(5, Limit(await plain.Client.NovaAsync("GET", $"/os-quota-sets/{plain.ProjectId}"), "instances"));
        Assert.Equal(7, Limit(await special.Client.NovaAsync("GET", $"/os-quota-sets/{special.ProjectId}"), "instances"));
        Assert.Equal(5, (await admin.NovaAsync("GET", "/os-quota-class-sets/default")).At("quota_class_set", "instances").GetInt32());
        Assert.Equal(HttpStatusCode.NotFound, (await admin.NovaAsync("GET", "/os-quota-class-sets/other")).Status);
    }

    [Fact]
    public async Task Usage_OfRunningInstances_IsInDetailAndLimits()
    {
        var tenant = await cloud.NewTenantAsync();
        await cloud.LaunchAsync(tenant.Client, new JsonObject { ["flavorRef"] = "3" });

        var detail = await tenant.Client.NovaAsync("GET", $"/os-quota-sets/{tenant.ProjectId}/detail");
        var limits = await tenant.Client.NovaAsync("GET", "/limits");

        Assert.Equal((1, 2, 4096), (InUse(detail, "instances"), InUse(detail, "cores"), InUse(detail, "ram")));
        Assert.Equal("""{"limit":50,"in_use":1,"reserved":0}""", detail.At("quota_set", "instances").GetRawText());
        Assert.Equal((1, 2, 4096), (limits.At("limits", "absolute", "totalInstancesUsed").GetInt32(), limits.At("limits", "absolute", "totalCoresUsed").GetInt32(), limits.At("limits", "absolute", "totalRAMUsed").GetInt32()));
    }

    [Fact]
    public async Task Limit_BelowWhatIsUsed_NeedsForce()
    {
        var tenant = await cloud.NewTenantAsync();
        using var admin = await cloud.AdminAsync();
        await cloud.LaunchAsync(tenant.Client);

        var refused = await admin.NovaAsync("PUT", $"/os-quota-sets/{tenant.ProjectId}", Body(("instances", 0)));
        var forced = await admin.NovaAsync("PUT", $"/os-quota-sets/{tenant.ProjectId}", Body(("instances", 0), ("force", true)));

        Assert.Equal("Quota limit 0 for instances must be greater than or equal to already used and reserved 1.", refused.TextAt("badRequest", "message"));
        Assert.Equal((HttpStatusCode.OK, 0), (forced.Status, Limit(forced, "instances")));
    }

    [Theory]
    [InlineData("instances", "-2")]
    [InlineData("instances", "\"many\"")]
    [InlineData("nonsense", "1")]
    [InlineData("floating_ips", "1")]
    public async Task Limit_ThatIsNone_IsRefused(string name, string value)
    {
        var tenant = await cloud.NewTenantAsync();
        using var admin = await cloud.AdminAsync();

        var answer = await admin.NovaAsync("PUT", $"/os-quota-sets/{tenant.ProjectId}", Body((name, JsonNode.Parse(value))));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
    }

    [Fact]
    public async Task Quotas_OfAnotherOrNoProject_AreRefused()
    {
        var (mine, theirs) = (await cloud.NewTenantAsync(), await cloud.NewTenantAsync());
        using var admin = await cloud.AdminAsync();

        Assert.Equal(HttpStatusCode.Forbidden, (await mine.Client.NovaAsync("GET", $"/os-quota-sets/{theirs.ProjectId}")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await mine.Client.NovaAsync("GET", $"/os-quota-sets/{theirs.ProjectId}/detail")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await mine.Client.NovaAsync("PUT", $"/os-quota-sets/{mine.ProjectId}", Body(("instances", 1000)))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await mine.Client.NovaAsync("DELETE", $"/os-quota-sets/{mine.ProjectId}")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await mine.Client.NovaAsync("GET", $"/limits?tenant_id={theirs.ProjectId}")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await admin.NovaAsync("GET", "/os-quota-sets/nothing")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await admin.NovaAsync("GET", $"/os-quota-sets/{theirs.ProjectId}?user_id={theirs.UserId}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await admin.NovaAsync("GET", $"/limits?tenant_id={theirs.ProjectId}")).Status);
    }

    [Theory]
    [InlineData("2.1", "floating_ips,injected_files", "maxTotalFloatingIps,maxImageMeta,maxPersonality")]
    [InlineData("2.36", "injected_files", "maxImageMeta,maxPersonality")]
    [InlineData("2.39", "injected_files", "maxPersonality")]
    [InlineData("2.57", "", "")]
    public async Task Quotas_AtAMicroversion_HaveWhatItHad(string version, string quotas, string limits)
    {
        using var demo = await cloud.DemoAsync();
        var project = (await demo.ReadAsync("/identity/v3/auth/projects")).TextAt("projects", "0", "id");

        var set = (await demo.NovaAsync("GET", $"/os-quota-sets/{project}", version: version)).At("quota_set");
        var absolute = (await demo.NovaAsync("GET", "/limits", version: version)).At("limits", "absolute");

        Assert.Equal(quotas, string.Join(',', OldQuotas.Where(name => set.TryGetProperty(name, out _))));
        Assert.Equal(limits, string.Join(',', OldLimits.Where(name => absolute.TryGetProperty(name, out _))));
    }

    private static int Limit(Answer answer, string name) => answer.At("quota_set", name).GetInt32();

    private static int InUse(Answer answer, string name) => answer.At("quota_set", name, "in_use").GetInt32();

    private static JsonObject Body(params (string Name, JsonNode? Value)[] limits) =>
        new() { ["quota_set"] = new JsonObject(limits.Select(l => KeyValuePair.Create(l.Name, l.Value))) };
}
