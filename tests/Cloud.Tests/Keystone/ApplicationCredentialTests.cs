using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;

namespace Cloud.Tests.Keystone;

public sealed class ApplicationCredentialTests(CloudFixture cloud) : IClassFixture<CloudFixture>
{
    private const string Tokens = "/identity/v3/auth/tokens";

    [Fact]
    public async Task Credential_ById_SignsInToItsProjectWithItsRolesAlone()
    {
        var tenant = await cloud.NewTenantAsync();
        var (id, secret) = await MakeAsync(tenant, new JsonObject { ["roles"] = new JsonArray(new JsonObject { ["name"] = "reader" }) });

        var answer = await SignInAsync(new JsonObject { ["id"] = id, ["secret"] = secret });

        answer.Expect(HttpStatusCode.Created);
        Assert.Equal(tenant.ProjectId, answer.TextAt("token", "project", "id"));
        Assert.Equal(["reader"], answer.At("token", "roles").EnumerateArray().Select(r => r.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Credential_ByNameAndUser_SignsIn()
    {
        var tenant = await cloud.NewTenantAsync();
        var (_, secret) = await MakeAsync(tenant, new JsonObject());

        var answer = await SignInAsync(new JsonObject
        {
            ["name"] = "robot",
            ["secret"] = secret,
            ["user"] = new JsonObject { ["name"] = tenant.Name, ["domain"] = new JsonObject { ["id"] = "default" } },
        });

        Assert.Equal(tenant.UserId, answer.Expect(HttpStatusCode.Created).TextAt("token", "user", "id"));
    }

    [Fact]
    public async Task Credential_OfAReader_CanNotChangeAnything()
    {
        var tenant = await cloud.NewTenantAsync();
        var (id, secret) = await MakeAsync(tenant, new JsonObject { ["roles"] = new JsonArray(new JsonObject { ["name"] = "reader" }) });
        using var robot = await BearAsync(id, secret);

        var answer = await robot.PostAsync("/image/v2/images", new JsonObject { ["name"] = "x" });

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
    }

    [Fact]
    public async Task Credential_AsShown_HasNoSecret()
    {
        var tenant = await cloud.NewTenantAsync();
        var (id, secret) = await MakeAsync(tenant, new JsonObject());

        var shown = await tenant.Client.ReadAsync($"/identity/v3/users/{tenant.UserId}/application_credentials/{id}");

        Assert.Equal("robot", shown.TextAt("application_credential", "name"));
        Assert.DoesNotContain(secret, shown.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credential_WithARoleItsUserLacks_IsRefused()
    {
        var tenant = await cloud.NewTenantAsync();

        var answer = await tenant.Client.PostAsync(Path(tenant), Body(new JsonObject { ["roles"] = new JsonArray(new JsonObject { ["name"] = "admin" }) }));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
    }

    [Fact]
    public async Task CredentialsToken_MakesNeitherAnotherCredentialNorAnotherScope()
    {
        var tenant = await cloud.NewTenantAsync();
        var (id, secret) = await MakeAsync(tenant, new JsonObject());
        var token = (await SignInAsync(new JsonObject { ["id"] = id, ["secret"] = secret })).Headers.GetValues("X-Subject-Token").Single();
        using var robot = cloud.Bearing(token);

        var another = await robot.PostAsync(Path(tenant), Body(new JsonObject(), "second"));
        var rescoped = await robot.PostAsync(Tokens, new JsonObject
        {
            ["auth"] = new JsonObject { ["identity"] = new JsonObject { ["methods"] = new JsonArray("token"), ["token"] = new JsonObject { ["id"] = token } } },
        });

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (another.Status, rescoped.Status));
    }

    [Fact]
    public async Task Credential_Deleted_EndsItsTokens()
    {
        var tenant = await cloud.NewTenantAsync();
        var (id, secret) = await MakeAsync(tenant, new JsonObject());
        using var robot = await BearAsync(id, secret);
        (await robot.ReadAsync("/image/v2/images")).Expect(HttpStatusCode.OK);

        (await tenant.Client.RemoveAsync($"{Path(tenant)}/{id}")).Expect(HttpStatusCode.NoContent);

        Assert.Equal(HttpStatusCode.Unauthorized, (await robot.ReadAsync("/image/v2/images")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SignInAsync(new JsonObject { ["id"] = id, ["secret"] = secret })).Status);
    }

    [Fact]
    public async Task Credential_OfAUserWhoLostTheRole_GivesNothingMore()
    {
        var tenant = await cloud.NewTenantAsync();
        var (id, secret) = await MakeAsync(tenant, new JsonObject());
        using var admin = await cloud.AdminAsync();
        var role = (await admin.ReadAsync("/identity/v3/roles?name=member")).TextAt("roles", "0", "id");
        (await admin.RemoveAsync($"/identity/v3/projects/{tenant.ProjectId}/users/{tenant.UserId}/roles/{role}")).Expect(HttpStatusCode.NoContent);

        var answer = await SignInAsync(new JsonObject { ["id"] = id, ["secret"] = secret });

        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
    }

    [Fact]
    public async Task Credential_AfterItsEnd_IsRefused_AndItsTokensEndWithIt()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
        await using var own = await CloudFixture.StartAsync(clock);
        var tenant = await own.NewTenantAsync();
        var made = (await tenant.Client.PostAsync(Path(tenant), Body(new JsonObject { ["expires_at"] = "2026-01-31T13:00:00Z" }))).Expect(HttpStatusCode.Created);
        var proof = new JsonObject { ["id"] = made.TextAt("application_credential", "id"), ["secret"] = made.TextAt("application_credential", "secret") };
        using var client = own.Anonymous();

        var before = await client.PostAsync(Tokens, Auth(proof.DeepClone().AsObject()));
        clock.Advance(TimeSpan.FromHours(1));
        var after = await client.PostAsync(Tokens, Auth(proof));

        Assert.Equal("2026-01-31T13:00:00.000000Z", before.TextAt("token", "expires_at"));
        Assert.Equal(HttpStatusCode.Unauthorized, after.Status);
    }

    [Fact]
    public async Task CredentialsOfAnotherUser_AreForbidden()
    {
        var (mine, theirs) = (await cloud.NewTenantAsync(), await cloud.NewTenantAsync());
        var (id, _) = await MakeAsync(theirs, new JsonObject());

        Assert.Equal(HttpStatusCode.Forbidden, (await mine.Client.ReadAsync(Path(theirs))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await mine.Client.ReadAsync($"{Path(theirs)}/{id}")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await mine.Client.RemoveAsync($"{Path(theirs)}/{id}")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await mine.Client.PostAsync(Path(theirs), Body(new JsonObject(), "second"))).Status);
    }

    [Fact]
    public async Task Credential_OfATakenName_Conflicts()
    {
        var tenant = await cloud.NewTenantAsync();
        await MakeAsync(tenant, new JsonObject());

        var answer = await tenant.Client.PostAsync(Path(tenant), Body(new JsonObject()));

        Assert.Equal(HttpStatusCode.Conflict, answer.Status);
    }

    private static async Task<(string Id, string Secret)> MakeAsync(Tenant tenant, JsonObject more)
    {
        var made = (await tenant.Client.PostAsync(Path(tenant), Body(more))).Expect(HttpStatusCode.Created);
        return (made.TextAt("application_credential", "id")!, made.TextAt("application_credential", "secret")!);
    }

    private async Task<HttpClient> BearAsync(string id, string secret) =>
        cloud.Bearing((await SignInAsync(new JsonObject { ["id"] = id, ["secret"] = secret })).Expect(HttpStatusCode.Created).Headers.GetValues("X-Subject-Token").Single());

    private async Task<Answer> SignInAsync(JsonObject credential)
    {
        using var client = cloud.Anonymous();
        return await client.PostAsync(Tokens, Auth(credential));
    }

    private static string Path(Tenant tenant) => $"/identity/v3/users/{tenant.UserId}/application_credentials";

    private static JsonObject Body(JsonObject more, string name = "robot")
    {
        more["name"] = name;
        return new JsonObject { ["application_credential"] = more };
    }

    private static JsonObject Auth(JsonObject credential) => new()
    {
        ["auth"] = new JsonObject { ["identity"] = new JsonObject { ["methods"] = new JsonArray("application_credential"), ["application_credential"] = credential } },
    };
}
