using System.Net;
using System.Text.Json;
using Cloud.Nova.Hosts;
using Cloud.Tests.Protocol;

namespace Cloud.Tests.Nova.Hosts;

public sealed class HypervisorTests(NovaFixture cloud) : IClassFixture<NovaFixture>
{
    [Fact]
    public async Task Hypervisor_Until288_HasTheHostsFigures()
    {
        using var admin = await UpAsync(cloud);

        var detail = (await admin.NovaAsync("GET", "/os-hypervisors/detail", version: "2.87")).At("hypervisors", "0");
        var statistics = (await admin.NovaAsync("GET", "/os-hypervisors/statistics", version: "2.87")).At("hypervisor_statistics");

        Assert.Equal((TestComputeDriver.HostName, "docker", 20_010_024, "up", "enabled"), (Text(detail, "hypervisor_hostname"), Text(detail, "hypervisor_type"), Number(detail, "hypervisor_version"), Text(detail, "state"), Text(detail, "status")));
        Assert.Equal((2, 8192, 100, 50), (Number(detail, "vcpus"), Number(detail, "memory_mb"), Number(detail, "local_gb"), Number(detail, "disk_available_least")));
        Assert.Equal("x86_64", detail.GetProperty("cpu_info").GetProperty("arch").GetString());
        Assert.Equal((1, 2, 8192), (Number(statistics, "count"), Number(statistics, "vcpus"), Number(statistics, "memory_mb")));
    }

    [Fact]
    public async Task Hypervisor_Since288_HasUptimeAndNoFigures()
    {
        using var admin = await UpAsync(cloud);

        var detail = (await admin.NovaAsync("GET", "/os-hypervisors/detail")).At("hypervisors", "0");
        var shown = (await admin.NovaAsync("GET", $"/os-hypervisors/{Text(detail, "id")}")).At("hypervisor");

        Assert.Matches(@"^ \d\d:\d\d:\d\d up \d+ days, +\d+:\d\d$", Text(shown, "uptime"));
        Assert.False(detail.TryGetProperty("vcpus", out _));
        Assert.Equal(HttpStatusCode.NotFound, (await admin.NovaAsync("GET", "/os-hypervisors/statistics")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.NovaAsync("GET", $"/os-hypervisors/{Text(detail, "id")}/uptime")).Status);
    }

    [Fact]
    public async Task Hypervisors_AnswerLikeTheSample()
    {
        using var admin = await UpAsync(cloud);

        await admin.HoldsAsync("nova/hypervisors");
    }

    [Fact]
    public async Task Hypervisor_Until253_GoesByANumberAndIsSearchedByPath()
    {
        using var admin = await UpAsync(cloud);

        var list = await admin.NovaAsync("GET", "/os-hypervisors", version: "2.52");
        var uptime = await admin.NovaAsync("GET", "/os-hypervisors/3/uptime", version: "2.52");
        var found = await admin.NovaAsync("GET", "/os-hypervisors/TEST/search", version: "2.52");
        var none = await admin.NovaAsync("GET", "/os-hypervisors/elsewhere/search", version: "2.52");
        var text = await admin.NovaAsync("GET", "/os-hypervisors/detail", version: "2.27");

        Assert.Equal(3, list.At("hypervisors", "0", "id").GetInt32());
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.NotFound), (uptime.Status, found.Status, none.Status));
        Assert.Equal(JsonValueKind.String, text.At("hypervisors", "0", "cpu_info").ValueKind);
    }

    [Fact]
    public async Task Hypervisor_AskedForItsServers_NamesThem()
    {
        using var admin = await UpAsync(cloud);
        using var demo = await cloud.DemoAsync();
        var id = await cloud.LaunchAsync(demo);

        var list = await admin.NovaAsync("GET", "/os-hypervisors?with_servers=true&hypervisor_hostname_pattern=test");
        var old = await admin.NovaAsync("GET", "/os-hypervisors/test/servers", version: "2.52");
        var elsewhere = await admin.NovaAsync("GET", "/os-hypervisors?hypervisor_hostname_pattern=elsewhere");

        Assert.Contains(id, Servers(list));
        Assert.Contains(id, Servers(old));
        Assert.Equal(HttpStatusCode.NotFound, elsewhere.Status);

        static IEnumerable<string?> Servers(Answer answer) => answer.At("hypervisors", "0", "servers").EnumerateArray().Select(s => s.GetProperty("uuid").GetString());
    }

    [Fact]
    public async Task Hypervisor_ThatDoesNotAnswer_IsShownDownWithItsLastFigures()
    {
        await using var own = await StartAsync();
        using var admin = await UpAsync(own);
        (await admin.NovaAsync("GET", "/os-hypervisors/detail", version: "2.87")).Expect(HttpStatusCode.OK);

        own.Driver.GoDown();
        await Eventually.TrueAsync(async () => Text((await admin.NovaAsync("GET", "/os-hypervisors")).At("hypervisors", "0"), "state") == "down");
        var detail = (await admin.NovaAsync("GET", "/os-hypervisors/detail", version: "2.87")).At("hypervisors", "0");

        Assert.Equal(("down", 8192), (Text(detail, "state"), Number(detail, "memory_mb")));
    }

    [Theory]
    [InlineData("20.10.24", 20_010_024)]
    [InlineData("20.10.24+dfsg1", 20_010_024)]
    [InlineData("29.0", 29_000_000)]
    [InlineData("dev", 0)]
    [InlineData("", 0)]
    [InlineData(null, 0)]
    public void Version_OfTheEngine_IsANumberThatCompares(string? text, int number)
    {
        Assert.Equal(number, HypervisorView.VersionNumber(text));
    }

    [Fact]
    public async Task Zones_ForAMember_IsTheOneOfInstances_ForAnAdministratorBothWithTheirHosts()
    {
        using var admin = await UpAsync(cloud);
        using var demo = await cloud.DemoAsync();

        var plain = await demo.NovaAsync("GET", "/os-availability-zone");
        var refused = await demo.NovaAsync("GET", "/os-availability-zone/detail");
        var detail = await admin.NovaAsync("GET", "/os-availability-zone/detail");

        Assert.Equal("""{"availabilityZoneInfo":[{"zoneName":"nova","zoneState":{"available":true},"hosts":null}]}""", plain.Text);
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Equal(["internal", "nova"], detail.Each("availabilityZoneInfo", "zoneName"));
        var compute = detail.At("availabilityZoneInfo", "1", "hosts", TestComputeDriver.HostName, "nova-compute");
        Assert.Equal((true, true), (compute.GetProperty("available").GetBoolean(), compute.GetProperty("active").GetBoolean()));
    }

    [Theory]
    [InlineData("/os-hypervisors")]
    [InlineData("/os-hypervisors/detail")]
    [InlineData("/os-hypervisors/1")]
    [InlineData("/os-services")]
    [InlineData("/os-aggregates")]
    public async Task Operators_View_IsForbiddenForAMember(string path)
    {
        using var demo = await cloud.DemoAsync();

        Assert.Equal(HttpStatusCode.Forbidden, (await demo.NovaAsync("GET", path)).Status);
    }

    private static async Task<HttpClient> UpAsync(NovaFixture cloud)
    {
        var admin = await cloud.AdminAsync();
        await Eventually.TrueAsync(async () => Text((await admin.NovaAsync("GET", "/os-hypervisors")).At("hypervisors", "0"), "state") == "up");
        return admin;
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static int Number(JsonElement json, string name) => json.GetProperty(name).GetInt32();

    private static async Task<NovaFixture> StartAsync()
    {
        var own = new NovaFixture();
        await own.InitializeAsync();
        return own;
    }
}
