using System.Net;
using System.Text.Json.Nodes;

namespace Cloud.Tests.Nova.Servers;

/// <summary>Each microversion changes in a server what nova's rest_api_version_history says it changes.</summary>
public sealed class ViewTests(NovaFixture cloud) : IClassFixture<NovaFixture>
{
    private static string? _id;

    [Theory]
    [InlineData("2.8", "locked", "2.9")]
    [InlineData("2.18", "description", "2.19")]
    [InlineData("2.25", "tags", "2.26")]
    [InlineData("2.62", "trusted_image_certificates", "2.63")]
    [InlineData("2.70", "server_groups", "2.71")]
    [InlineData("2.72", "locked_reason", "2.73")]
    [InlineData("2.89", "OS-EXT-SRV-ATTR:hostname", "2.90")]
    public async Task Show_HasTheMemberFromItsMicroversionOn(string before, string member, string from)
    {
        using var demo = await cloud.DemoAsync();
        var id = await ServerAsync(demo);

        Assert.False((await demo.ShowAsync(id, before)).At("server").TryGetProperty(member, out _));
        Assert.True((await demo.ShowAsync(id, from)).At("server").TryGetProperty(member, out _));
    }

    [Theory]
    [InlineData("2.2", "OS-EXT-SRV-ATTR:reservation_id", "2.3")]
    [InlineData("2.2", "OS-EXT-SRV-ATTR:user_data", "2.3")]
    [InlineData("2.2", "OS-EXT-SRV-ATTR:hostname", "2.3")]
    [InlineData("2.15", "host_status", "2.16")]
    public async Task Show_HasTheAdministratorsMemberFromItsMicroversionOn_ForAdministratorsAlone(string before, string member, string from)
    {
        using var demo = await cloud.DemoAsync();
        using var admin = await cloud.AdminAsync();
        var id = await ServerAsync(demo);

        Assert.False((await admin.ShowAsync(id, before)).At("server").TryGetProperty(member, out _));
        Assert.True((await admin.ShowAsync(id, from)).At("server").TryGetProperty(member, out _));
        Assert.False((await demo.ShowAsync(id, from)).At("server").TryGetProperty(member, out _));
    }

    [Fact]
    public async Task Show_EmbedsTheFlavorSince247()
    {
        using var demo = await cloud.DemoAsync();
        var id = await ServerAsync(demo);

        var before = (await demo.ShowAsync(id, "2.46")).At("server", "flavor");
        var since = (await demo.ShowAsync(id, "2.47")).At("server", "flavor");

        Assert.Equal("1", before.GetProperty("id").GetString());
        Assert.Equal($"{cloud.Url}compute/flavors/1", before.GetProperty("links")[0].GetProperty("href").GetString());
        Assert.Equal("m1.tiny", since.GetProperty("original_name").GetString());
        Assert.Equal((1, 512, 1), (since.GetProperty("vcpus").GetInt32(), since.GetProperty("ram").GetInt32(), since.GetProperty("disk").GetInt32()));
        Assert.False(since.TryGetProperty("id", out _));
    }

    [Fact]
    public async Task Show_At21_HasExactlyWhatNovaHas()
    {
        using var admin = await cloud.AdminAsync();
        using var demo = await cloud.DemoAsync();
        var id = await ServerAsync(demo);
        string[] everybody =
        [
            "id", "name", "status", "tenant_id", "user_id", "metadata", "hostId", "image", "flavor", "created", "updated", "addresses", "accessIPv4", "accessIPv6", "links",
            "OS-DCF:diskConfig", "progress", "key_name", "config_drive", "OS-EXT-AZ:availability_zone", "OS-SRV-USG:launched_at", "OS-SRV-USG:terminated_at", "OS-EXT-STS:task_state",
            "OS-EXT-STS:vm_state", "OS-EXT-STS:power_state", "os-extended-volumes:volumes_attached",
        ];
        string[] administrators = ["OS-EXT-SRV-ATTR:host", "OS-EXT-SRV-ATTR:hypervisor_hostname", "OS-EXT-SRV-ATTR:instance_name"];

        var own = (await demo.ShowAsync(id, "2.1")).At("server").EnumerateObject().Select(p => p.Name);
        var all = (await admin.ShowAsync(id, "2.1")).At("server").EnumerateObject().Select(p => p.Name);

        Assert.Equal(everybody.Order(), own.Order());
        Assert.Equal(everybody.Concat(administrators).Order(), all.Order());
    }

    [Fact]
    public async Task Show_GroupsTheAddressesByNetwork_AndIpsSaysTheSameInShort()
    {
        using var demo = await cloud.DemoAsync();
        var id = await cloud.LaunchAsync(demo, new JsonObject { ["networks"] = "auto" });

        var full = (await demo.ShowAsync(id)).At("server", "addresses", "project", "0");
        var ips = await demo.NovaAsync("GET", $"/servers/{id}/ips");
        var one = await demo.NovaAsync("GET", $"/servers/{id}/ips/project");
        var none = await demo.NovaAsync("GET", $"/servers/{id}/ips/mars");

        Assert.Equal(("172.20.0.2", "02:42:ac:14:00:02", "fixed"), (full.GetProperty("addr").GetString(), full.GetProperty("OS-EXT-IPS-MAC:mac_addr").GetString(), full.GetProperty("OS-EXT-IPS:type").GetString()));
        Assert.Equal("""{"addresses":{"project":[{"version":4,"addr":"172.20.0.2"}]}}""", ips.Text);
        Assert.Equal("""{"project":[{"version":4,"addr":"172.20.0.2"}]}""", one.Text);
        Assert.Equal(HttpStatusCode.NotFound, none.Status);
    }

    [Fact]
    public async Task Update_ChangesNameAndDescription_AndAnswersInFullSince275()
    {
        using var demo = await cloud.DemoAsync();
        var id = await cloud.LaunchAsync(demo);

        var before = await demo.NovaAsync("PUT", $"/servers/{id}", new JsonObject { ["server"] = new JsonObject { ["name"] = "renamed", ["accessIPv4"] = "192.0.2.7" } }, "2.74");
        var since = await demo.NovaAsync("PUT", $"/servers/{id}", new JsonObject { ["server"] = new JsonObject { ["description"] = "two\nlines", ["hostname"] = "web" } });

        Assert.Equal(("renamed", "192.0.2.7"), (before.TextAt("server", "name"), before.TextAt("server", "accessIPv4")));
        Assert.False(before.At("server").TryGetProperty("OS-EXT-STS:vm_state", out _));
        Assert.Equal(("renamed", "two\nlines", "web"), (since.TextAt("server", "name"), since.TextAt("server", "description"), since.TextAt("server", "OS-EXT-SRV-ATTR:hostname")));
        Assert.Equal("active", since.TextAt("server", "OS-EXT-STS:vm_state"));
    }

    [Theory]
    [InlineData("""{"name": "  "}""", "2.93", "1 to 255 characters")]
    [InlineData("""{"name": 7}""", "2.93", "must be a string")]
    [InlineData("""{"description": "d"}""", "2.18", "'description' was unexpected")]
    [InlineData("""{"hostname": "-a"}""", "2.93", "hyphens")]
    [InlineData("""{"accessIPv4": "mars"}""", "2.93", "is not an IPv4 address")]
    [InlineData("""{"status": "ACTIVE"}""", "2.93", "'status' was unexpected")]
    public async Task Update_ThatCannotBe_IsRefusedInWords(string change, string version, string words)
    {
        using var demo = await cloud.DemoAsync();
        var id = await ServerAsync(demo);

        var answer = await demo.NovaAsync("PUT", $"/servers/{id}", new JsonObject { ["server"] = JsonNode.Parse(change) }, version);

        Assert.Contains(words, answer.Expect(HttpStatusCode.BadRequest).TextAt("badRequest", "message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_OfTextsThatLookLikeMarkup_GivesThemBackAsTheyWere()
    {
        using var demo = await cloud.DemoAsync();
        const string Name = "<script>alert(1)</script> \u202e شبكة 🐳";

        var id = await cloud.LaunchAsync(demo, new JsonObject { ["name"] = Name });

        Assert.Equal(Name, (await demo.ShowAsync(id)).TextAt("server", "name"));
    }

    // One server for all that only look at it: the tests of a class run one after the other.
    private async Task<string> ServerAsync(HttpClient demo) => _id ??= await cloud.LaunchAsync(demo, new JsonObject { ["description"] = "first" });
}
