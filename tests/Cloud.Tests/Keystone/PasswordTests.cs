using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;

namespace Cloud.Tests.Keystone;

public sealed class PasswordTests(CloudFixture cloud) : IClassFixture<CloudFixture>
{
    private const string Tokens = "/identity/v3/auth/tokens";
    private const string Refusal = "The request you have made requires authentication.";

    [Theory]
    [InlineData("demo")]
    [InlineData("nobody")]
    public async Task SignIn_WithAWrongPassword_TellsNoStrangerWhetherTheUserExists(string user)
    {
        using var client = cloud.Anonymous();

        var answer = await client.PostAsync(Tokens, CloudFixture.PasswordAuth(user, "wrong", "demo"));

        Assert.Equal((HttpStatusCode.Unauthorized, Refusal), (answer.Status, answer.TextAt("error", "message")));
    }

    [Fact]
    public async Task SignIn_AfterFiveFailures_IsLockedForFiveMinutes()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
        await using var own = await CloudFixture.StartAsync(clock);
        using var client = own.Anonymous();
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(Refusal, (await client.PostAsync(Tokens, CloudFixture.PasswordAuth("demo", "wrong", "demo"))).TextAt("error", "message"));
        }

        var right = CloudFixture.PasswordAuth("demo", own.Secret("demo"), "demo");
        var locked = await client.PostAsync(Tokens, right);
        clock.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(1));
        var free = await client.PostAsync(Tokens, right);

        Assert.Equal(HttpStatusCode.Unauthorized, locked.Status);
        Assert.StartsWith("The account is locked for user: ", locked.TextAt("error", "message"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Created, free.Status);
    }

    [Fact]
    public async Task SignIn_WithFailuresThatComeTogether_CountsEachOfThem()
    {
        var tenant = await cloud.NewTenantAsync();
        using var client = cloud.Anonymous();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.PostAsync(Tokens, CloudFixture.PasswordAuth(tenant.Name, "wrong", tenant.Name))));
        var locked = await client.PostAsync(Tokens, CloudFixture.PasswordAuth(tenant.Name, tenant.Password, tenant.Name));

        Assert.StartsWith("The account is locked for user: ", locked.TextAt("error", "message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignIn_WithTheRightPassword_ForgetsEarlierFailures()
    {
        var tenant = await cloud.NewTenantAsync();
        using var client = cloud.Anonymous();
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 4; i++)
            {
                (await client.PostAsync(Tokens, CloudFixture.PasswordAuth(tenant.Name, "wrong", tenant.Name))).Expect(HttpStatusCode.Unauthorized);
            }

            Assert.Equal(HttpStatusCode.Created, (await client.PostAsync(Tokens, CloudFixture.PasswordAuth(tenant.Name, tenant.Password, tenant.Name))).Status);
        }
    }

    [Fact]
    public async Task SignIn_OfADisabledUser_IsRefusedInTheSameWords()
    {
        var tenant = await cloud.NewTenantAsync();
        using var admin = await cloud.AdminAsync();
        using var client = cloud.Anonymous();
        (await admin.PatchAsync($"/identity/v3/users/{tenant.UserId}", new JsonObject { ["user"] = new JsonObject { ["enabled"] = false } })).Expect(HttpStatusCode.OK);

        var answer = await client.PostAsync(Tokens, CloudFixture.PasswordAuth(tenant.Name, tenant.Password, tenant.Name));

        Assert.Equal((HttpStatusCode.Unauthorized, Refusal), (answer.Status, answer.TextAt("error", "message")));
    }

    [Fact]
    public async Task Password_ChangedByItsUser_EndsEverySignInMadeBefore()
    {
        var tenant = await cloud.NewTenantAsync();
        using var client = cloud.Anonymous();
        var path = $"/identity/v3/users/{tenant.UserId}/password";

        var wrong = await tenant.Client.PostAsync(path, Change("not it", "another horse"));
        var changed = await tenant.Client.PostAsync(path, Change(tenant.Password, "another horse"));

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.NoContent), (wrong.Status, changed.Status));
        Assert.Equal(HttpStatusCode.Unauthorized, (await tenant.Client.ReadAsync("/identity/v3/auth/projects")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.PostAsync(Tokens, CloudFixture.PasswordAuth(tenant.Name, tenant.Password, tenant.Name))).Status);
        Assert.Equal(HttpStatusCode.Created, (await client.PostAsync(Tokens, CloudFixture.PasswordAuth(tenant.Name, "another horse", tenant.Name))).Status);
    }

    [Fact]
    public async Task Password_SetByAnAdministrator_EndsEverySignInMadeBefore()
    {
        var tenant = await cloud.NewTenantAsync();
        using var admin = await cloud.AdminAsync();

        (await admin.PatchAsync($"/identity/v3/users/{tenant.UserId}", new JsonObject { ["user"] = new JsonObject { ["password"] = "another horse" } })).Expect(HttpStatusCode.OK);

        Assert.Equal(HttpStatusCode.Unauthorized, (await tenant.Client.ReadAsync("/identity/v3/auth/projects")).Status);
    }

    [Fact]
    public async Task Password_OfAnotherUser_ChangesForNobodyWhoDoesNotKnowIt()
    {
        var theirs = await cloud.NewTenantAsync();
        using var admin = await cloud.AdminAsync();

        var answer = await admin.PostAsync($"/identity/v3/users/{theirs.UserId}/password", Change("a guess", "another horse"));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.Equal(HttpStatusCode.OK, (await theirs.Client.ReadAsync("/identity/v3/auth/projects")).Status);
    }

    [Fact]
    public async Task User_AsShown_HasNoPassword()
    {
        using var admin = await cloud.AdminAsync();

        var list = await admin.ReadAsync("/identity/v3/users");

        Assert.DoesNotContain(list.At("users").EnumerateArray().SelectMany(u => u.EnumerateObject()), m => m.Name.Contains("password", StringComparison.OrdinalIgnoreCase) && m.Name != "password_expires_at");
    }

    private static JsonObject Change(string original, string password) => new() { ["user"] = new JsonObject { ["original_password"] = original, ["password"] = password } };
}
