using System.Net;
using System.Text.Json.Nodes;

namespace Cloud.Tests.Keystone;

/// <summary>What holds for every Keystone resource alike.</summary>
public sealed class ResourceTests(CloudFixture cloud) : IClassFixture<CloudFixture>
{
    public static TheoryData<string> Names => ["domain", "project", "user", "role", "region", "service", "endpoint"];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Resource_ByAnAdministrator_IsMadeShownListedChangedAndDeleted(string name)
    {
        using var admin = await cloud.AdminAsync();
        var body = await NewAsync(admin, name);

        var made = (await admin.PostAsync($"/identity/v3/{name}s", new JsonObject { [name] = body.DeepClone() })).Expect(HttpStatusCode.Created);
        var path = $"/identity/v3/{name}s/{made.TextAt(name, "id")}";
        var shown = (await admin.ReadAsync(path)).Expect(HttpStatusCode.OK);
        var listed = (await admin.ReadAsync($"/identity/v3/{name}s")).Expect(HttpStatusCode.OK);
        var (member, value) = Change(name);
        var changed = (await admin.PatchAsync(path, new JsonObject { [name] = new JsonObject { [member] = value } })).Expect(HttpStatusCode.OK);
        if (name == "domain")
        {
            (await admin.PatchAsync(path, new JsonObject { [name] = new JsonObject { ["enabled"] = false } })).Expect(HttpStatusCode.OK);
        }

        var deleted = await admin.RemoveAsync(path);

        Assert.Equal(made.At(name).ToString(), shown.At(name).ToString());
        Assert.EndsWith(path, made.TextAt(name, "links", "self"), StringComparison.Ordinal);
        Assert.Contains(made.TextAt(name, "id"), listed.Each($"{name}s", "id"));
        Assert.Equal(value, changed.TextAt(name, member));
        Assert.Equal(value, changed.TextAt(name, member));
        Assert.Equal(HttpStatusCode.NoContent, deleted.Status);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.ReadAsync(path)).Status);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Resource_ByAMember_IsNeitherMadeNorChangedNorDeleted(string name)
    {
        using var admin = await cloud.AdminAsync();
        using var member = await cloud.DemoAsync();
        var made = (await admin.PostAsync($"/identity/v3/{name}s", new JsonObject { [name] = await NewAsync(admin, name) })).Expect(HttpStatusCode.Created);
        var path = $"/identity/v3/{name}s/{made.TextAt(name, "id")}";

        var created = await member.PostAsync($"/identity/v3/{name}s", new JsonObject { [name] = await NewAsync(admin, name) });
        var changed = await member.PatchAsync(path, new JsonObject { [name] = new JsonObject { ["description"] = "mine" } });
        var deleted = await member.RemoveAsync(path);

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (created.Status, changed.Status, deleted.Status));
        Assert.Equal(made.At(name).ToString(), (await admin.ReadAsync(path)).At(name).ToString());
    }

    [Theory]
    [InlineData("domain")]
    [InlineData("project")]
    [InlineData("user")]
    public async Task Resource_OfOthers_IsNotFoundForAMember_AndNotInItsList(string name)
    {
        using var admin = await cloud.AdminAsync();
        using var member = await cloud.DemoAsync();
        var made = (await admin.PostAsync($"/identity/v3/{name}s", new JsonObject { [name] = await NewAsync(admin, name) })).Expect(HttpStatusCode.Created);

        var shown = await member.ReadAsync($"/identity/v3/{name}s/{made.TextAt(name, "id")}");
        var listed = await member.ReadAsync($"/identity/v3/{name}s");

        Assert.Equal(HttpStatusCode.NotFound, shown.Status);
        Assert.Single(listed.Each($"{name}s", "id"));
    }

    [Theory]
    [InlineData("role")]
    [InlineData("service")]
    [InlineData("endpoint")]
    public async Task ListOf_WhatOnlyAdministratorsRead_IsForbiddenForAMember(string name)
    {
        using var member = await cloud.DemoAsync();

        var answer = await member.ReadAsync($"/identity/v3/{name}s");

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Resource_ThatIsNotThere_IsNotFoundInKeystonesShape(string name)
    {
        using var admin = await cloud.AdminAsync();

        foreach (var method in new[] { "GET", "PATCH", "DELETE" })
        {
            var answer = await admin.CallAsync(method, $"/identity/v3/{name}s/nothing", method == "PATCH" ? new JsonObject { [name] = new JsonObject() } : null);

            Assert.Equal(HttpStatusCode.NotFound, answer.Status);
            Assert.Equal((404, "Not Found", $"Could not find {name}: nothing."), (answer.At("error", "code").GetInt32(), answer.TextAt("error", "title"), answer.TextAt("error", "message")));
        }
    }

    [Theory]
    [InlineData("domain")]
    [InlineData("project")]
    [InlineData("user")]
    [InlineData("role")]
    public async Task Resource_OfATakenName_ConflictsWhateverItsCase(string name)
    {
        using var admin = await cloud.AdminAsync();
        var body = await NewAsync(admin, name);
        (await admin.PostAsync($"/identity/v3/{name}s", new JsonObject { [name] = body.DeepClone() })).Expect(HttpStatusCode.Created);

        body["name"] = body["name"]!.GetValue<string>().ToUpperInvariant();
        var answer = await admin.PostAsync($"/identity/v3/{name}s", new JsonObject { [name] = body });

        Assert.Equal(HttpStatusCode.Conflict, answer.Status);
        Assert.Equal("Conflict", answer.TextAt("error", "title"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Create_WithoutItsWrapper_IsRefusedInWords(string name)
    {
        using var admin = await cloud.AdminAsync();

        var answer = await admin.PostAsync($"/identity/v3/{name}s", new JsonObject { ["other"] = new JsonObject() });

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains($"Expecting to find {name} in request body.", answer.TextAt("error", "message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_FilteredByName_HasThatOne()
    {
        using var admin = await cloud.AdminAsync();

        var users = await admin.ReadAsync("/identity/v3/users?name=demo");
        var projects = await admin.ReadAsync("/identity/v3/projects?name=demo&domain_id=default");
        var none = await admin.ReadAsync("/identity/v3/projects?name=demo&domain_id=other");

        Assert.Equal(["demo"], users.Each("users", "name"));
        Assert.Equal(["demo"], projects.Each("projects", "name"));
        Assert.Empty(none.Each("projects", "name"));
    }

    [Fact]
    public async Task Endpoint_MadeOrMoved_IsInTheCatalogOfTheNextToken()
    {
        using var admin = await cloud.AdminAsync();
        var endpoint = await NewAsync(admin, "endpoint");
        endpoint["url"] = "http://ovens.test/v1";
        (await admin.PostAsync("/identity/v3/endpoints", new JsonObject { ["endpoint"] = endpoint })).Expect(HttpStatusCode.Created);

        var catalog = await admin.ReadAsync("/identity/v3/auth/catalog");

        Assert.Contains("http://ovens.test/v1", catalog.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Domain_ThatIsEnabled_IsNotDeleted()
    {
        using var admin = await cloud.AdminAsync();

        var answer = await admin.RemoveAsync("/identity/v3/domains/default");

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
    }

    private static async Task<JsonObject> NewAsync(HttpClient admin, string name)
    {
        var unique = $"r-{Guid.NewGuid():n}";
        return name switch
        {
            "region" => new JsonObject { ["id"] = unique, ["description"] = "far" },
            "service" => new JsonObject { ["type"] = unique, ["name"] = "oven" },
            "endpoint" => new JsonObject
            {
                ["service_id"] = await CloudFixture.CreateAsync(admin, "service", new JsonObject { ["type"] = unique, ["name"] = "oven" }),
                ["interface"] = "public",
                ["url"] = "http://oven.test",
                ["region_id"] = "RegionOne",
            },
            "user" => new JsonObject { ["name"] = unique, ["password"] = "correct horse", ["email"] = "person@example.org" },
            _ => new JsonObject { ["name"] = unique, ["description"] = "new" },
        };
    }

    private static (string Member, string Value) Change(string name) => name switch
    {
        "endpoint" => ("url", "http://oven.test/v2"),
        "user" => ("email", "other@example.org"),
        _ => ("description", "changed"),
    };
}
