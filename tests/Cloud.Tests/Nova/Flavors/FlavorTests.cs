using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cloud.Tests.Nova.Flavors;

public sealed class FlavorTests(CloudFixture cloud) : IClassFixture<CloudFixture>
{
    [Fact]
    public async Task FirstStart_MakesTheFourFlavorsOfTheReport()
    {
        using var demo = await cloud.DemoAsync();

        var flavors = (await demo.NovaAsync("GET", "/flavors/detail")).At("flavors").EnumerateArray()
            .Where(f => f.GetProperty("name").GetString()!.StartsWith("m1.", StringComparison.Ordinal))
            .Select(f => (f.GetProperty("id").GetString(), f.GetProperty("name").GetString(), f.GetProperty("vcpus").GetInt32(), f.GetProperty("ram").GetInt32(), f.GetProperty("disk").GetInt32()));

        Assert.Equal([("1", "m1.tiny", 1, 512, 1), ("2", "m1.small", 1, 2048, 20), ("3", "m1.medium", 2, 4096, 40), ("4", "m1.large", 4, 8192, 80)], flavors);
    }

    [Fact]
    public async Task SecondStart_LeavesChangedFlavorsAlone()
    {
        await using var own = await CloudFixture.StartAsync();
        using var admin = await own.AdminAsync();
        (await admin.NovaAsync("DELETE", "/flavors/4")).Expect(HttpStatusCode.Accepted);

        await own.RestartAsync();

        Assert.Equal(["1", "2", "3"], (await admin.NovaAsync("GET", "/flavors")).Each("flavors", "id"));
    }

    [Fact]
    public async Task Flavor_ByAnAdministrator_IsMadeShownDescribedAndDeleted()
    {
        using var admin = await cloud.AdminAsync();
        var name = Unique();

        var made = (await admin.NovaAsync("POST", "/flavors", Body(name, new JsonObject { ["id"] = name, ["swap"] = 64, ["OS-FLV-EXT-DATA:ephemeral"] = 3, ["rxtx_factor"] = 2.5, ["description"] = "small" }))).Expect(HttpStatusCode.OK);
        var shown = await admin.NovaAsync("GET", $"/flavors/{name}");
        var described = (await admin.NovaAsync("PUT", $"/flavors/{name}", new JsonObject { ["flavor"] = new JsonObject { ["description"] = null } })).Expect(HttpStatusCode.OK);
        var deleted = await admin.NovaAsync("DELETE", $"/flavors/{name}");

        Assert.Equal(made.Text, shown.Text);
        Assert.Equal((name, 2, 256, 5, 64, 3), (made.TextAt("flavor", "id"), made.At("flavor", "vcpus").GetInt32(), made.At("flavor", "ram").GetInt32(), made.At("flavor", "disk").GetInt32(), made.At("flavor", "swap").GetInt32(), made.At("flavor", "OS-FLV-EXT-DATA:ephemeral").GetInt32()));
        Assert.Equal((2.5, "small"), (made.At("flavor", "rxtx_factor").GetDouble(), made.TextAt("flavor", "description")));
        Assert.Equal(JsonValueKind.Null, described.At("flavor", "description").ValueKind);
        Assert.Equal(HttpStatusCode.Accepted, deleted.Status);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.NovaAsync("GET", $"/flavors/{name}")).Status);
    }

    [Theory]
    [InlineData("2.1", "disk,id,links,name,os-flavor-access:is_public,OS-FLV-DISABLED:disabled,OS-FLV-EXT-DATA:ephemeral,ram,rxtx_factor,swap,vcpus", true)]
    [InlineData("2.54", "disk,id,links,name,os-flavor-access:is_public,OS-FLV-DISABLED:disabled,OS-FLV-EXT-DATA:ephemeral,ram,rxtx_factor,swap,vcpus", true)]
    [InlineData("2.55", "description,disk,id,links,name,os-flavor-access:is_public,OS-FLV-DISABLED:disabled,OS-FLV-EXT-DATA:ephemeral,ram,rxtx_factor,swap,vcpus", true)]
    [InlineData("2.61", "description,disk,extra_specs,id,links,name,os-flavor-access:is_public,OS-FLV-DISABLED:disabled,OS-FLV-EXT-DATA:ephemeral,ram,rxtx_factor,swap,vcpus", true)]
    [InlineData("2.75", "description,disk,extra_specs,id,links,name,os-flavor-access:is_public,OS-FLV-DISABLED:disabled,OS-FLV-EXT-DATA:ephemeral,ram,rxtx_factor,swap,vcpus", false)]
    public async Task Flavor_AtAMicroversion_HasItsMembers(string version, string members, bool swapIsText)
    {
        using var demo = await cloud.DemoAsync();

        var flavor = (await demo.NovaAsync("GET", "/flavors/1", version: version)).At("flavor");

        Assert.Equal(members, string.Join(',', flavor.EnumerateObject().Select(m => m.Name).Order(StringComparer.OrdinalIgnoreCase)));
        Assert.Equal(swapIsText ? JsonValueKind.String : JsonValueKind.Number, flavor.GetProperty("swap").ValueKind);
    }

    [Theory]
    [InlineData("""{"ram": 256, "vcpus": 1, "disk": 1}""", 400)]
    [InlineData("""{"name": "x", "vcpus": 1, "disk": 1}""", 400)]
    [InlineData("""{"name": "x", "ram": 0, "vcpus": 1, "disk": 1}""", 400)]
    [InlineData("""{"name": "x", "ram": 256, "vcpus": "many", "disk": 1}""", 400)]
    [InlineData("""{"name": "x", "ram": 256, "vcpus": 1, "disk": -1}""", 400)]
    [InlineData("""{"name": "x", "ram": 256, "vcpus": 1, "disk": 1, "id": "a/b"}""", 400)]
    [InlineData("""{"name": "x", "ram": 256, "vcpus": 1, "disk": 1, "rxtx_factor": 0}""", 400)]
    [InlineData("""{"name": "x", "ram": 256, "vcpus": 1, "disk": 1, "cores": 4}""", 400)]
    [InlineData("""{"name": "m1.tiny", "ram": 256, "vcpus": 1, "disk": 1}""", 409)]
    [InlineData("""{"name": "x", "ram": 256, "vcpus": 1, "disk": 1, "id": "1"}""", 409)]
    public async Task Create_WithWhatIsWrong_IsRefused(string flavor, int status)
    {
        using var admin = await cloud.AdminAsync();

        var answer = await admin.NovaAsync("POST", "/flavors", new JsonObject { ["flavor"] = JsonNode.Parse(flavor) });

        Assert.Equal(status, (int)answer.Status);
    }

    [Fact]
    public async Task Create_WithNumbersAsText_TakesThem()
    {
        using var admin = await cloud.AdminAsync();
        var body = Body(Unique());
        body["flavor"]!["ram"] = "128";
        body["flavor"]!["os-flavor-access:is_public"] = "False";

        var made = (await admin.NovaAsync("POST", "/flavors", body)).Expect(HttpStatusCode.OK);

        Assert.Equal((128, false), (made.At("flavor", "ram").GetInt32(), made.At("flavor", "os-flavor-access:is_public").GetBoolean()));
        Assert.True(Guid.TryParse(made.TextAt("flavor", "id"), out _));
    }

    [Fact]
    public async Task Description_BeforeItsMicroversion_IsNotKnown()
    {
        using var admin = await cloud.AdminAsync();

        var created = await admin.NovaAsync("POST", "/flavors", Body(Unique(), new JsonObject { ["description"] = "x" }), "2.54");
        var updated = await admin.NovaAsync("PUT", "/flavors/1", new JsonObject { ["flavor"] = new JsonObject { ["description"] = "x" } }, "2.54");

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.NotFound), (created.Status, updated.Status));
    }

    [Fact]
    public async Task Flavors_ByAMember_AreNeitherMadeNorChangedNorDeleted()
    {
        using var demo = await cloud.DemoAsync();

        Answer[] answers =
        [
            await demo.NovaAsync("POST", "/flavors", Body(Unique())),
            await demo.NovaAsync("PUT", "/flavors/1", new JsonObject { ["flavor"] = new JsonObject { ["description"] = "x" } }),
            await demo.NovaAsync("DELETE", "/flavors/1"),
            await demo.NovaAsync("POST", "/flavors/1/os-extra_specs", new JsonObject { ["extra_specs"] = new JsonObject { ["a"] = "b" } }),
            await demo.NovaAsync("GET", "/flavors/1/os-flavor-access"),
            await demo.NovaAsync("POST", "/flavors/1/action", new JsonObject { ["addTenantAccess"] = new JsonObject { ["tenant"] = "x" } }),
        ];

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Forbidden, answer.Status));
    }

    [Theory]
    [InlineData("minRam=2048", "2,3,4")]
    [InlineData("minDisk=40", "3,4")]
    [InlineData("minRam=2048&minDisk=80", "4")]
    [InlineData("sort_key=memory_mb&sort_dir=desc", "4,3,2,1")]
    [InlineData("sort_key=name", "4,3,2,1")]
    [InlineData("limit=2", "1,2")]
    [InlineData("limit=2&marker=2", "3,4")]
    [InlineData("limit=0", "1,2,3,4")]
    [InlineData("is_public=None", "1,2,3,4")]
    public async Task List_AskedFor_HasThose(string query, string ids)
    {
        await using var own = await CloudFixture.StartAsync();
        using var admin = await own.AdminAsync();

        var list = (await admin.NovaAsync("GET", $"/flavors?{query}")).Expect(HttpStatusCode.OK);

        Assert.Equal(ids, string.Join(',', list.Each("flavors", "id")));
    }

    [Theory]
    [InlineData("limit=-1")]
    [InlineData("limit=x")]
    [InlineData("marker=nothing")]
    [InlineData("minRam=much")]
    [InlineData("sort_dir=up")]
    [InlineData("sort_key=nonsense")]
    [InlineData("is_public=perhaps")]
    public async Task List_AskedForWhatIsNot_IsRefused(string query)
    {
        using var admin = await cloud.AdminAsync();

        Assert.Equal(HttpStatusCode.BadRequest, (await admin.NovaAsync("GET", $"/flavors?{query}")).Status);
    }

    [Fact]
    public async Task List_OfAFullPage_LinksToTheNext()
    {
        using var demo = await cloud.DemoAsync();

        var first = await demo.NovaAsync("GET", "/flavors?limit=1");
        var next = first.TextAt("flavors_links", "0", "href")!;
        var second = await demo.CallAsync("GET", next[cloud.Url.ToString().TrimEnd('/').Length..]);

        Assert.Equal("next", first.TextAt("flavors_links", "0", "rel"));
        Assert.Equal(["1"], first.Each("flavors", "id"));
        Assert.Equal(["2"], second.Each("flavors", "id"));
    }

    [Fact]
    public async Task Flavor_ThatIsNotPublic_IsThereForItsProjectsAlone()
    {
        var (friend, stranger) = (await cloud.NewTenantAsync(), await cloud.NewTenantAsync());
        using var admin = await cloud.AdminAsync();
        var id = (await admin.NovaAsync("POST", "/flavors", Body(Unique(), new JsonObject { ["os-flavor-access:is_public"] = false }))).TextAt("flavor", "id");

        var opened = (await admin.NovaAsync("POST", $"/flavors/{id}/action", Access("addTenantAccess", friend.ProjectId))).Expect(HttpStatusCode.OK);
        var twice = await admin.NovaAsync("POST", $"/flavors/{id}/action", Access("addTenantAccess", friend.ProjectId));
        var (seen, hidden) = (await friend.Client.NovaAsync("GET", $"/flavors/{id}"), await stranger.Client.NovaAsync("GET", $"/flavors/{id}"));
        var (listed, unlisted) = (await friend.Client.NovaAsync("GET", "/flavors"), await stranger.Client.NovaAsync("GET", "/flavors"));
        var specs = await stranger.Client.NovaAsync("GET", $"/flavors/{id}/os-extra_specs");
        (await admin.NovaAsync("POST", $"/flavors/{id}/action", Access("removeTenantAccess", friend.ProjectId))).Expect(HttpStatusCode.OK);
        var removedTwice = await admin.NovaAsync("POST", $"/flavors/{id}/action", Access("removeTenantAccess", friend.ProjectId));

        Assert.Equal((id, friend.ProjectId), (opened.TextAt("flavor_access", "0", "flavor_id"), opened.TextAt("flavor_access", "0", "tenant_id")));
        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.OK, HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.NotFound), (twice.Status, seen.Status, hidden.Status, specs.Status, removedTwice.Status));
        Assert.Equal((true, false), (listed.Each("flavors", "id").Contains(id), unlisted.Each("flavors", "id").Contains(id)));
        Assert.Equal(HttpStatusCode.NotFound, (await friend.Client.NovaAsync("GET", $"/flavors/{id}")).Status);
        Assert.Contains(id, (await admin.NovaAsync("GET", "/flavors?is_public=false")).Each("flavors", "id"));
    }

    [Fact]
    public async Task Access_OfAPublicFlavorOrAnUnknownProject_IsRefused()
    {
        using var admin = await cloud.AdminAsync();
        var project = (await admin.ReadAsync("/identity/v3/projects?name=demo")).TextAt("projects", "0", "id")!;

        var listed = await admin.NovaAsync("GET", "/flavors/1/os-flavor-access");
        var added = await admin.NovaAsync("POST", "/flavors/1/action", Access("addTenantAccess", project));
        var unknown = await admin.NovaAsync("POST", "/flavors/1/action", Access("addTenantAccess", "nothing"));

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.Conflict, HttpStatusCode.BadRequest), (listed.Status, added.Status, unknown.Status));
    }

    [Fact]
    public async Task ExtraSpecs_AreAddedShownChangedAndRemoved()
    {
        using var admin = await cloud.AdminAsync();
        var id = (await admin.NovaAsync("POST", "/flavors", Body(Unique()))).TextAt("flavor", "id");
        var path = $"/flavors/{id}/os-extra_specs";

        (await admin.NovaAsync("POST", path, new JsonObject { ["extra_specs"] = new JsonObject { ["hw:a"] = "1", ["b"] = "2" } })).Expect(HttpStatusCode.OK);
        (await admin.NovaAsync("PUT", $"{path}/b", new JsonObject { ["b"] = "3" })).Expect(HttpStatusCode.OK);
        var mismatch = await admin.NovaAsync("PUT", $"{path}/b", new JsonObject { ["c"] = "3" });
        var all = await admin.NovaAsync("GET", path);
        var one = await admin.NovaAsync("GET", $"{path}/b");
        var embedded = await admin.NovaAsync("GET", $"/flavors/{id}");
        (await admin.NovaAsync("DELETE", $"{path}/b")).Expect(HttpStatusCode.OK);
        var missing = await admin.NovaAsync("GET", $"{path}/b");

        Assert.Equal("""{"extra_specs":{"b":"3","hw:a":"1"}}""", all.Text);
        Assert.Equal("""{"b":"3"}""", one.Text);
        Assert.Equal("""{"b":"3","hw:a":"1"}""", embedded.At("flavor", "extra_specs").GetRawText());
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.NotFound), (mismatch.Status, missing.Status));
    }

    [Theory]
    [InlineData("a/b", "1")]
    [InlineData("", "1")]
    [InlineData("a", null)]
    public async Task ExtraSpec_OfABadKeyOrValue_IsRefused(string key, string? value)
    {
        using var admin = await cloud.AdminAsync();

        var answer = await admin.NovaAsync("POST", "/flavors/1/os-extra_specs", new JsonObject { ["extra_specs"] = new JsonObject { [key] = value } });

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
    }

    private static string Unique() => $"f-{Guid.NewGuid():n}";

    private static JsonObject Access(string action, string project) => new() { [action] = new JsonObject { ["tenant"] = project } };

    private static JsonObject Body(string name, JsonObject? more = null)
    {
        var flavor = new JsonObject { ["name"] = name, ["vcpus"] = 2, ["ram"] = 256, ["disk"] = 5 };
        foreach (var (member, value) in more ?? [])
        {
            flavor[member] = value?.DeepClone();
        }

        return new JsonObject { ["flavor"] = flavor };
    }
}
