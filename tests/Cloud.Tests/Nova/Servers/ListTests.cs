using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace Cloud.Tests.Nova.Servers;

public sealed class ListTests(NovaFixture cloud) : IClassFixture<NovaFixture>
{
    [Fact]
    public async Task List_HasTheProjectsServersNewestFirst_InShortAndInFull()
    {
        var tenant = await cloud.NewTenantAsync();
        var first = await LaunchAsync(tenant, "one");
        var second = await LaunchAsync(tenant, "two");

        var brief = await tenant.Client.NovaAsync("GET", "/servers");
        var full = await tenant.Client.NovaAsync("GET", "/servers/detail");

        Assert.Equal([second, first], brief.Each("servers", "id"));
        Assert.Equal(["id", "name", "links"], brief.At("servers", "0").EnumerateObject().Select(p => p.Name));
        Assert.Equal(["two", "one"], full.Each("servers", "name"));
        Assert.Equal(["ACTIVE", "ACTIVE"], full.Each("servers", "status"));
        Assert.False(full.Json.TryGetProperty("servers_links", out _));
    }

    [Fact]
    public async Task Pages_FollowTheLinksThroughAllServersOnce()
    {
        var tenant = await cloud.NewTenantAsync();
        foreach (var name in (string[])["b", "a", "c", "a", "b"])
        {
            await LaunchAsync(tenant, name);
        }

        List<string> names = [];
        var pages = 0;
        for (var path = "/servers/detail?limit=2&sort_key=display_name&sort_dir=asc"; path is not null;)
        {
            var page = (await tenant.Client.NovaAsync("GET", path)).Expect(HttpStatusCode.OK);
            names.AddRange(page.Each("servers", "name")!);
            pages++;
            path = page.Json.TryGetProperty("servers_links", out var links)
                ? new Uri(links[0].GetProperty("href").GetString()!).PathAndQuery["/compute/v2.1".Length..]
                : null;
        }

        Assert.Equal(["a", "a", "b", "b", "c"], names);
        Assert.Equal(3, pages);
    }

    [Fact]
    public async Task Marker_OfNobody_IsRefused()
    {
        var tenant = await cloud.NewTenantAsync();
        var stranger = await cloud.LaunchAsync(await cloud.DemoAsync());

        var answer = await tenant.Client.NovaAsync("GET", $"/servers?marker={stranger}");

        Assert.Equal($"marker [{stranger}] not found", answer.Expect(HttpStatusCode.BadRequest).TextAt("badRequest", "message"));
    }

    [Theory]
    [InlineData("name=^web", "web-1,web-2")]
    [InlineData("name=WEB-1$", "web-1")]
    [InlineData("name=b-", "db-1,web-1,web-2")]
    [InlineData("status=SHUTOFF", "web-2")]
    [InlineData("status=active", "db-1,web-1")]
    [InlineData("status=ACTIVE&status=SHUTOFF", "db-1,web-1,web-2")]
    [InlineData("flavor=2", "db-1")]
    [InlineData("flavor=1&name=2", "web-2")]
    [InlineData("tags=front,blue", "web-1")]
    [InlineData("tags-any=blue,back", "db-1,web-1")]
    [InlineData("not-tags=front,blue", "db-1,web-2")]
    [InlineData("not-tags-any=front,back", "")]
    [InlineData("locked=true", "db-1")]
    [InlineData("vm_state=stopped", "web-2")]
    [InlineData("power_state=1", "db-1,web-1")]
    [InlineData("ip=172.20", "db-1")]
    [InlineData("deleted=false&limit=2&sort_key=display_name&sort_dir=asc", "db-1,web-1")]
    [InlineData("image=00000000-0000-0000-0000-000000000000", "")]
    public async Task Filter_SelectsTheServersItNames(string query, string names)
    {
        var tenant = await ThreeAsync();

        var answer = (await tenant.Client.NovaAsync("GET", $"/servers?{query}")).Expect(HttpStatusCode.OK);

        Assert.Equal(names, string.Join(',', answer.Each("servers", "name").Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("status=DANCING", "2.93", "Invalid status value: DANCING")]
    [InlineData("nonsense=1", "2.75", "'nonsense' was unexpected")]
    [InlineData("sort_key=secret", "2.93", "sort_key")]
    [InlineData("sort_dir=up", "2.93", "Unknown sort direction")]
    [InlineData("name=(", "2.93", "It is not a regular expression")]
    [InlineData("limit=-1", "2.93", "limit")]
    [InlineData("limit=many", "2.93", "limit")]
    [InlineData("changes-since=yesterday", "2.93", "not an ISO 8601 time")]
    [InlineData("all_tenants=maybe", "2.93", "true or false")]
    [InlineData("locked=1", "2.75", null)]
    [InlineData("status=DANCING", "2.37", null)]
    [InlineData("nonsense=1", "2.74", null)]
    public async Task Query_ThatIsNone_IsRefusedWhereNovaRefusesIt(string query, string version, string? words)
    {
        using var demo = await cloud.DemoAsync();

        var answer = await demo.NovaAsync("GET", $"/servers?{query}", version: version);

        Assert.Equal(words is null ? HttpStatusCode.OK : HttpStatusCode.BadRequest, answer.Status);
        if (words is not null)
        {
            Assert.Contains(words, answer.TextAt("badRequest", "message"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Pattern_MadeToTakeForever_AnswersAtOnce()
    {
        var tenant = await cloud.NewTenantAsync();
        await LaunchAsync(tenant, new string('a', 200));

        var answer = await tenant.Client.NovaAsync("GET", "/servers?name=" + Uri.EscapeDataString("^(a+)+$x")).WaitAsync(NovaFixture.Limit, TestContext.Current.CancellationToken);

        Assert.Empty(answer.Expect(HttpStatusCode.OK).Each("servers", "id"));
    }

    [Fact]
    public async Task ChangesSince_ShowsWhatChangedAndWhatIsDeleted()
    {
        var tenant = await cloud.NewTenantAsync();
        var old = await LaunchAsync(tenant, "old");
        var gone = await LaunchAsync(tenant, "gone");
        var since = (await tenant.Client.ShowAsync(gone)).TextAt("server", "updated")!;
        (await tenant.Client.NovaAsync("DELETE", $"/servers/{gone}")).Expect(HttpStatusCode.NoContent);
        await cloud.GoneAsync(tenant.Client, gone);

        var changed = await tenant.Client.NovaAsync("GET", $"/servers/detail?changes-since={since}");
        var later = await tenant.Client.NovaAsync("GET", $"/servers/detail?changes-since={Uri.EscapeDataString(DateTime.UtcNow.AddHours(1).ToString("s", CultureInfo.InvariantCulture))}Z");
        var plain = await tenant.Client.NovaAsync("GET", "/servers/detail");

        Assert.Contains(gone, changed.Each("servers", "id"));
        Assert.Equal("DELETED", changed.At("servers").EnumerateArray().Single(s => s.GetProperty("id").GetString() == gone).GetProperty("status").GetString());
        Assert.Empty(later.Each("servers", "id"));
        Assert.Equal([old], plain.Each("servers", "id"));
    }

    [Fact]
    public async Task AllTenants_IsForAdministratorsAndMayNameAProject()
    {
        using var admin = await cloud.AdminAsync();
        var tenant = await cloud.NewTenantAsync();
        var id = await LaunchAsync(tenant, "theirs");

        var own = await admin.NovaAsync("GET", "/servers");
        var all = await admin.NovaAsync("GET", "/servers?all_tenants=1");
        var one = await admin.NovaAsync("GET", $"/servers?all_tenants=true&project_id={tenant.ProjectId}");
        var host = await admin.NovaAsync("GET", $"/servers?all_tenants=1&host={TestComputeDriver.HostName}&uuid={id}");
        var refused = await tenant.Client.NovaAsync("GET", "/servers?all_tenants=1");

        Assert.DoesNotContain(id, own.Each("servers", "id"));
        Assert.Contains(id, all.Each("servers", "id"));
        Assert.Equal([id], one.Each("servers", "id"));
        Assert.Equal([id], host.Each("servers", "id"));
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
    }

    [Fact]
    public async Task Deleted_IsForAdministratorsAndPassedOverForOthers()
    {
        using var admin = await cloud.AdminAsync();
        var tenant = await cloud.NewTenantAsync();
        var id = await LaunchAsync(tenant, "gone");
        (await tenant.Client.NovaAsync("DELETE", $"/servers/{id}")).Expect(HttpStatusCode.NoContent);
        await cloud.GoneAsync(tenant.Client, id);

        var seen = await admin.NovaAsync("GET", $"/servers/detail?all_tenants=1&deleted=true&project_id={tenant.ProjectId}");
        var hidden = await tenant.Client.NovaAsync("GET", "/servers/detail?deleted=true");

        Assert.Equal([id], seen.Each("servers", "id"));
        Assert.Empty(hidden.Each("servers", "id"));
    }

    // One tenant for all rows of the filters' table: the tests of a class run one after the other.
    private static Tenant? _three;

    private async Task<Tenant> ThreeAsync()
    {
        if (_three is { } known)
        {
            return known;
        }

        var tenant = await cloud.NewTenantAsync();
        await LaunchAsync(tenant, "web-1", new JsonObject { ["tags"] = new JsonArray("front", "blue") });
        var stopped = await LaunchAsync(tenant, "web-2", new JsonObject { ["tags"] = new JsonArray("front") });
        var locked = await LaunchAsync(tenant, "db-1", new JsonObject { ["tags"] = new JsonArray("back"), ["flavorRef"] = "2", ["networks"] = "auto" });
        (await tenant.Client.ActAsync(stopped, "os-stop")).Expect(HttpStatusCode.Accepted);
        (await tenant.Client.ActAsync(locked, "lock")).Expect(HttpStatusCode.Accepted);
        await cloud.ReachAsync(tenant.Client, stopped, "SHUTOFF");
        return _three = tenant;
    }

    private Task<string> LaunchAsync(Tenant tenant, string name, JsonObject? more = null)
    {
        more ??= [];
        more["name"] = name;
        return cloud.LaunchAsync(tenant.Client, more);
    }
}
