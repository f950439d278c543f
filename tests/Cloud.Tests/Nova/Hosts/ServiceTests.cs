using System.Net;
using System.Text.Json.Nodes;
using Cloud.Tests.Protocol;

namespace Cloud.Tests.Nova.Hosts;

public sealed class ServiceTests(NovaFixture cloud) : IClassFixture<NovaFixture>
{
    [Fact]
    public async Task Services_AreThree_AndTheComputeServiceIsTheDriverHost()
    {
        using var admin = await cloud.AdminAsync();
        await UpAsync(admin);

        var services = (await admin.NovaAsync("GET", "/os-services")).At("services").EnumerateArray().ToList();

        Assert.Equal(["nova-conductor", "nova-scheduler", "nova-compute"], services.Select(s => s.GetProperty("binary").GetString()));
        Assert.Equal(["internal", "internal", "nova"], services.Select(s => s.GetProperty("zone").GetString()));
        Assert.All(services, s => Assert.Equal(("enabled", "up"), (s.GetProperty("status").GetString(), s.GetProperty("state").GetString())));
        Assert.Equal(TestComputeDriver.HostName, services[2].GetProperty("host").GetString());
    }

    [Fact]
    public async Task Services_AndTheSwitch_AnswerLikeTheSamples()
    {
        await using var own = await StartAsync();
        using var admin = await own.AdminAsync();
        await UpAsync(admin);

        await admin.HoldsAsync("nova/services");
        await admin.HoldsAsync("nova/service-disable", ("uuid:service", await ComputeIdAsync(admin)));
    }

    [Fact]
    public async Task Services_FilteredByHostAndBinary_AreThat()
    {
        using var admin = await cloud.AdminAsync();
        await UpAsync(admin);

        var one = await admin.NovaAsync("GET", $"/os-services?host={TestComputeDriver.HostName}&binary=nova-compute");
        var none = await admin.NovaAsync("GET", "/os-services?host=elsewhere");

        Assert.Equal(["nova-compute"], one.Each("services", "binary"));
        Assert.Empty(none.At("services").EnumerateArray());
    }

    [Fact]
    public async Task ComputeService_WhoseDriverHostIsGone_IsDownUntilItIsBack()
    {
        await using var own = await StartAsync();
        using var admin = await own.AdminAsync();
        await UpAsync(admin);

        own.Driver.GoDown();
        await Eventually.TrueAsync(async () => await StateAsync(admin) == "down");
        own.Driver.ComeUp();

        await UpAsync(admin);
    }

    [Fact]
    public async Task ComputeService_Disabled_TakesNoNewInstances_AndSaysWhy()
    {
        await using var own = await StartAsync();
        using var admin = await own.AdminAsync();
        using var demo = await own.DemoAsync();
        await UpAsync(admin);
        var path = $"/os-services/{await ComputeIdAsync(admin)}";

        var disabled = (await admin.NovaAsync("PUT", path, new JsonObject { ["status"] = "disabled", ["disabled_reason"] = "new disk" })).Expect(HttpStatusCode.OK);
        var id = (await demo.CreateServerAsync(own.ImageId)).Expect(HttpStatusCode.Accepted).TextAt("server", "id")!;
        var refused = await own.ReachAsync(demo, id, "ERROR");
        var enabled = (await admin.NovaAsync("PUT", path, new JsonObject { ["status"] = "enabled" })).Expect(HttpStatusCode.OK);

        Assert.Equal(("disabled", "new disk", "up"), (disabled.TextAt("service", "status"), disabled.TextAt("service", "disabled_reason"), disabled.TextAt("service", "state")));
        var words = refused.TextAt("server", "fault", "message");
        Assert.StartsWith("No valid host was found.", words, StringComparison.Ordinal);
        Assert.Contains("is disabled: new disk", words, StringComparison.Ordinal);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, enabled.At("service", "disabled_reason").ValueKind);
        await own.LaunchAsync(demo);
    }

    [Fact]
    public async Task ComputeService_ForcedDown_IsDownAndTakesNoNewInstances()
    {
        await using var own = await StartAsync();
        using var admin = await own.AdminAsync();
        using var demo = await own.DemoAsync();
        await UpAsync(admin);

        var forced = (await admin.NovaAsync("PUT", $"/os-services/{await ComputeIdAsync(admin)}", new JsonObject { ["forced_down"] = true })).Expect(HttpStatusCode.OK);
        var id = (await demo.CreateServerAsync(own.ImageId)).TextAt("server", "id")!;

        Assert.Equal(("down", true), (forced.TextAt("service", "state"), forced.At("service", "forced_down").GetBoolean()));
        Assert.Contains("was forced down by an administrator", (await own.ReachAsync(demo, id, "ERROR")).TextAt("server", "fault", "message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OlderClients_SwitchByHostAndBinary()
    {
        await using var own = await StartAsync();
        using var admin = await own.AdminAsync();
        await UpAsync(admin);
        var compute = new JsonObject { ["host"] = TestComputeDriver.HostName, ["binary"] = "nova-compute" };

        var disabled = await OldAsync("disable", compute);
        var reasoned = await OldAsync("disable-log-reason", With("disabled_reason", "new disk"));
        var enabled = await OldAsync("enable", compute);
        var forced = await OldAsync("force-down", With("forced_down", "true"));
        var tooOld = await admin.NovaAsync("PUT", "/os-services/force-down", With("forced_down", true), "2.10");
        var unknownAction = await OldAsync("explode", compute);
        var unknownHost = await OldAsync("disable", new JsonObject { ["host"] = "elsewhere", ["binary"] = "nova-compute" });

        Assert.Equal($$$"""{"service":{"host":"{{{TestComputeDriver.HostName}}}","binary":"nova-compute","status":"disabled"}}""", disabled.Text);
        Assert.Equal($$$"""{"service":{"host":"{{{TestComputeDriver.HostName}}}","binary":"nova-compute","disabled_reason":"new disk","status":"disabled"}}""", reasoned.Text);
        Assert.Equal("enabled", enabled.TextAt("service", "status"));
        Assert.True(forced.At("service", "forced_down").GetBoolean());
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.NotFound), (tooOld.Status, unknownAction.Status, unknownHost.Status));

        JsonObject With(string name, JsonNode value)
        {
            var body = compute.DeepClone().AsObject();
            body[name] = value;
            return body;
        }

        Task<Answer> OldAsync(string action, JsonObject body) => admin.NovaAsync("PUT", $"/os-services/{action}", body.DeepClone(), "2.52");
    }

    [Theory]
    [InlineData("{}", 400)]
    [InlineData("""{"status": "sleepy"}""", 400)]
    [InlineData("""{"disabled_reason": "why"}""", 400)]
    [InlineData("""{"status": "enabled", "disabled_reason": "why"}""", 400)]
    [InlineData("""{"nonsense": 1}""", 400)]
    public async Task Update_ThatSaysNothingSensible_IsRefused(string body, int status)
    {
        using var admin = await cloud.AdminAsync();

        var answer = await admin.NovaAsync("PUT", $"/os-services/{await ComputeIdAsync(admin)}", JsonNode.Parse(body)!.AsObject());

        Assert.Equal(status, (int)answer.Status);
    }

    [Fact]
    public async Task Update_OfNoOrAnotherService_IsRefused()
    {
        using var admin = await cloud.AdminAsync();
        var scheduler = (await admin.NovaAsync("GET", "/os-services?binary=nova-scheduler")).TextAt("services", "0", "id");

        var missing = await admin.NovaAsync("PUT", "/os-services/nothing", new JsonObject { ["status"] = "disabled" });
        var other = await admin.NovaAsync("PUT", $"/os-services/{scheduler}", new JsonObject { ["status"] = "disabled" });

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.BadRequest), (missing.Status, other.Status));
    }

    [Fact]
    public async Task Id_OfAService_IsANumberUntil253()
    {
        using var admin = await cloud.AdminAsync();

        var old = await admin.NovaAsync("GET", "/os-services", version: "2.1");

        Assert.Equal([1, 2, 3], old.At("services").EnumerateArray().Select(s => s.GetProperty("id").GetInt32()));
        Assert.False(old.At("services", "0").TryGetProperty("forced_down", out _));
    }

    [Fact]
    public async Task Switch_AfterARestart_StillHolds()
    {
        await using var own = await StartAsync();
        using var admin = await own.AdminAsync();
        var id = await ComputeIdAsync(admin);
        (await admin.NovaAsync("PUT", $"/os-services/{id}", new JsonObject { ["status"] = "disabled" })).Expect(HttpStatusCode.OK);

        await own.RestartAsync();

        Assert.Equal(id, await ComputeIdAsync(admin));
        Assert.Equal("disabled", (await admin.NovaAsync("GET", "/os-services?binary=nova-compute")).TextAt("services", "0", "status"));
    }

    private static async Task<string?> StateAsync(HttpClient admin) => (await admin.NovaAsync("GET", "/os-services?binary=nova-compute")).TextAt("services", "0", "state");

    private static Task UpAsync(HttpClient admin) => Eventually.TrueAsync(async () => await StateAsync(admin) == "up");

    private static async Task<string> ComputeIdAsync(HttpClient admin) => (await admin.NovaAsync("GET", "/os-services?binary=nova-compute")).TextAt("services", "0", "id")!;

    private static async Task<NovaFixture> StartAsync()
    {
        var own = new NovaFixture();
        await own.InitializeAsync();
        return own;
    }
}
