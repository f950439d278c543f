using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace Cloud.Tests.Keystone;

public sealed class TokenTests(CloudFixture cloud) : IClassFixture<CloudFixture>
{
    private const string Tokens = "/identity/v3/auth/tokens";

    [Fact]
    public async Task Token_AfterItsLifetime_IsRefusedEverywhere()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
        await using var own = await CloudFixture.StartAsync(clock);
        using var demo = await own.DemoAsync();
        (await demo.ReadAsync("/identity/v3/auth/projects")).Expect(HttpStatusCode.OK);

        clock.Advance(TimeSpan.FromHours(8) - TimeSpan.FromSeconds(1));
        var before = await demo.ReadAsync("/identity/v3/auth/projects");
        clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(HttpStatusCode.OK, before.Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await demo.ReadAsync("/identity/v3/auth/projects")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await demo.ReadAsync("/image/v2/images")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await demo.ReadAsync("/compute/v2.1/flavors")).Status);
    }

    [Fact]
    public async Task Token_OfConfiguredLifetime_SaysWhenItEnds()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
        await using var own = await CloudFixture.StartAsync(clock, settings: new Dictionary<string, string?> { ["Cloud:TokenLifetime"] = "00:30:00" });
        using var client = own.Anonymous();

        var answer = await client.PostAsync(Tokens, CloudFixture.PasswordAuth("demo", own.Secret("demo"), "demo"));

        Assert.Equal("2026-01-31T12:00:00.000000Z", answer.TextAt("token", "issued_at"));
        Assert.Equal("2026-01-31T12:30:00.000000Z", answer.TextAt("token", "expires_at"));
    }

    [Fact]
    public async Task Token_Revoked_IsRefusedAndItsRevokerGoesOn()
    {
        var token = await cloud.TokenAsync("demo", cloud.Secret("demo"), "demo");
        using var bearer = cloud.Bearing(token);
        using var other = await cloud.DemoAsync();

        var revoked = await other.RemoveAsync(Tokens, ("X-Subject-Token", token));

        Assert.Equal(HttpStatusCode.NoContent, revoked.Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await bearer.ReadAsync("/identity/v3/auth/projects")).Status);
        Assert.Equal(HttpStatusCode.OK, (await other.ReadAsync("/identity/v3/auth/projects")).Status);
    }

    [Fact]
    public async Task Token_AfterARestart_IsStillValid()
    {
        await using var own = await CloudFixture.StartAsync();
        using var demo = await own.DemoAsync();

        await own.RestartAsync();

        Assert.Equal(HttpStatusCode.OK, (await demo.ReadAsync("/identity/v3/auth/projects")).Status);
    }

    [Fact]
    public async Task Revocation_AfterARestart_StillHolds()
    {
        await using var own = await CloudFixture.StartAsync();
        var token = await own.TokenAsync("demo", own.Secret("demo"), "demo");
        using var demo = own.Bearing(token);
        (await demo.RemoveAsync(Tokens, ("X-Subject-Token", token))).Expect(HttpStatusCode.NoContent);

        await own.RestartAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, (await demo.ReadAsync("/identity/v3/auth/projects")).Status);
    }

    [Fact]
    public async Task Books_AfterASignIn_HoldNeitherTokenNorPassword()
    {
        await using var own = await CloudFixture.StartAsync();
        var token = await own.TokenAsync("demo", own.Secret("demo"), "demo");

        await own.StopAsync();

        Assert.All(Directory.EnumerateFiles(own.DataPath, "cloud.db*"), file =>
        {
            var books = File.ReadAllText(file, System.Text.Encoding.Latin1);
            Assert.DoesNotContain(token, books, StringComparison.Ordinal);
            Assert.DoesNotContain(own.Secret("demo"), books, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Token_ExchangedForAnotherProject_IsScopedThereAndEndsWithTheFirst()
    {
        var tenant = await cloud.NewTenantAsync();
        using var admin = await cloud.AdminAsync();
        var second = await CloudFixture.CreateAsync(admin, "project", new JsonObject { ["name"] = $"{tenant.Name}-2" });
        var role = (await admin.ReadAsync("/identity/v3/roles?name=reader")).TextAt("roles", "0", "id");
        (await admin.PutAsync($"/identity/v3/projects/{second}/users/{tenant.UserId}/roles/{role}")).Expect(HttpStatusCode.NoContent);
        var first = await cloud.TokenAsync(tenant.Name, tenant.Password, tenant.Name);
        using var client = cloud.Anonymous();
        using var bearer = cloud.Bearing(first);

        var exchanged = await client.PostAsync(Tokens, Exchange(first, new JsonObject { ["project"] = new JsonObject { ["id"] = second } }));

        exchanged.Expect(HttpStatusCode.Created);
        Assert.Equal(second, exchanged.TextAt("token", "project", "id"));
        Assert.Equal(["reader"], exchanged.At("token", "roles").EnumerateArray().Select(r => r.GetProperty("name").GetString()));
        Assert.Equal((await bearer.ReadAsync(Tokens, ("X-Subject-Token", first))).TextAt("token", "expires_at"), exchanged.TextAt("token", "expires_at"));
    }

    [Fact]
    public async Task Token_ExchangedForAForeignProject_IsRefused()
    {
        var (mine, theirs) = (await cloud.NewTenantAsync(), await cloud.NewTenantAsync());
        var token = await cloud.TokenAsync(mine.Name, mine.Password, mine.Name);
        using var client = cloud.Anonymous();

        var answer = await client.PostAsync(Tokens, Exchange(token, new JsonObject { ["project"] = new JsonObject { ["id"] = theirs.ProjectId } }));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
    }

    [Fact]
    public async Task Token_Unscoped_HasNoRolesAndNoCatalog_ButListsItsProjects()
    {
        var tenant = await cloud.NewTenantAsync();
        using var client = cloud.Anonymous();

        var answer = (await client.PostAsync(Tokens, CloudFixture.PasswordAuth(tenant.Name, tenant.Password, project: null))).Expect(HttpStatusCode.Created);
        using var bearer = cloud.Bearing(answer.Headers.GetValues("X-Subject-Token").Single());

        Assert.Equal(["audit_ids", "expires_at", "issued_at", "methods", "user"], answer.At("token").EnumerateObject().Select(m => m.Name).Order());
        Assert.Equal([tenant.Name], (await bearer.ReadAsync("/identity/v3/auth/projects")).Each("projects", "name"));
        Assert.Equal(HttpStatusCode.Forbidden, (await bearer.ReadAsync("/compute/v2.1/limits")).Status);
    }

    [Fact]
    public async Task SignIn_WithoutAScope_GoesToTheDefaultProject()
    {
        using var client = cloud.Anonymous();
        var auth = CloudFixture.PasswordAuth("demo", cloud.Secret("demo"), project: null);
        auth["auth"]!.AsObject().Remove("scope");

        var answer = await client.PostAsync(Tokens, auth);

        Assert.Equal("demo", answer.TextAt("token", "project", "name"));
    }

    [Fact]
    public async Task Validate_OfOnesOwnToken_NeedsNoRole_OfOthersIsNotFound()
    {
        var tenant = await cloud.NewTenantAsync("reader");
        var own = await cloud.TokenAsync(tenant.Name, tenant.Password, tenant.Name);
        var theirs = await cloud.TokenAsync("demo", cloud.Secret("demo"), "demo");
        using var bearer = cloud.Bearing(own);
        using var service = await cloud.ServiceAsync("driver-host");

        Assert.Equal(HttpStatusCode.OK, (await bearer.ReadAsync(Tokens, ("X-Subject-Token", own))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await bearer.ReadAsync(Tokens, ("X-Subject-Token", theirs))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await bearer.RemoveAsync(Tokens, ("X-Subject-Token", theirs))).Status);
        Assert.Equal("demo", (await service.ReadAsync(Tokens, ("X-Subject-Token", theirs))).TextAt("token", "user", "name"));
    }

    [Fact]
    public async Task Validate_WithNoCatalog_LeavesItOut()
    {
        var token = await cloud.TokenAsync("demo", cloud.Secret("demo"), "demo");
        using var bearer = cloud.Bearing(token);

        var answer = await bearer.ReadAsync($"{Tokens}?nocatalog", ("X-Subject-Token", token));

        Assert.False(answer.At("token").TryGetProperty("catalog", out _));
    }

    [Fact]
    public async Task Validate_WithHead_AnswersWithoutABody()
    {
        var token = await cloud.TokenAsync("demo", cloud.Secret("demo"), "demo");
        using var bearer = cloud.Bearing(token);

        var answer = await bearer.CallAsync("HEAD", Tokens, null, ("X-Subject-Token", token));

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Empty(answer.Text);
    }

    [Theory]
    [InlineData("disabled")]
    [InlineData("deleted")]
    [InlineData("project disabled")]
    [InlineData("project deleted")]
    [InlineData("role lost")]
    public async Task Token_WhoseGroundIsGone_IsRefusedAtTheNextCall(string what)
    {
        var tenant = await cloud.NewTenantAsync();
        using var admin = await cloud.AdminAsync();
        (await tenant.Client.ReadAsync("/image/v2/images")).Expect(HttpStatusCode.OK);

        await (what switch
        {
            "disabled" => admin.PatchAsync($"/identity/v3/users/{tenant.UserId}", new JsonObject { ["user"] = new JsonObject { ["enabled"] = false } }),
            "deleted" => admin.RemoveAsync($"/identity/v3/users/{tenant.UserId}"),
            "project disabled" => admin.PatchAsync($"/identity/v3/projects/{tenant.ProjectId}", new JsonObject { ["project"] = new JsonObject { ["enabled"] = false } }),
            "project deleted" => admin.RemoveAsync($"/identity/v3/projects/{tenant.ProjectId}"),
            _ => TakeRoleAsync(admin, tenant),
        });

        Assert.Equal(HttpStatusCode.Unauthorized, (await tenant.Client.ReadAsync("/image/v2/images")).Status);
    }

    [Fact]
    public async Task Books_OfExpiredTokens_AreCleared()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
        await using var own = await CloudFixture.StartAsync(clock);
        await own.TokenAsync("demo", own.Secret("demo"), "demo");

        clock.Advance(TimeSpan.FromHours(9));
        await own.TokenAsync("demo", own.Secret("demo"), "demo");

        Assert.Equal(1, Count(own, "SELECT count(*) FROM tokens WHERE UserId = (SELECT Id FROM users WHERE Name = 'demo')"));
    }

    private static async Task<Answer> TakeRoleAsync(HttpClient admin, Tenant tenant)
    {
        var role = (await admin.ReadAsync("/identity/v3/roles?name=member")).TextAt("roles", "0", "id");
        return (await admin.RemoveAsync($"/identity/v3/projects/{tenant.ProjectId}/users/{tenant.UserId}/roles/{role}")).Expect(HttpStatusCode.NoContent);
    }

    private static JsonObject Exchange(string token, JsonObject scope) => new()
    {
        ["auth"] = new JsonObject
        {
            ["identity"] = new JsonObject { ["methods"] = new JsonArray("token"), ["token"] = new JsonObject { ["id"] = token } },
            ["scope"] = scope,
        },
    };

    private static long Count(CloudFixture cloud, string question)
    {
        using var books = new SqliteConnection($"Data Source={Path.Combine(cloud.DataPath, "cloud.db")};Mode=ReadOnly");
        books.Open();
        using var command = books.CreateCommand();
        command.CommandText = question;
        return (long)command.ExecuteScalar()!;
    }
}
