using System.Net;
using System.Text.Json.Nodes;
using TestKit;

namespace Cloud.Tests.Nova.Keypairs;

public sealed class KeypairTests(CloudFixture cloud) : IClassFixture<CloudFixture>
{
    private const string PublicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f person@desk";

    [Fact]
    public async Task Key_Imported_IsListedShownAndDeleted()
    {
        var tenant = await cloud.NewTenantAsync();

        var made = (await tenant.Client.NovaAsync("POST", "/os-keypairs", Body("laptop", PublicKey))).Expect(HttpStatusCode.Created);
        var listed = await tenant.Client.NovaAsync("GET", "/os-keypairs");
        var shown = await tenant.Client.NovaAsync("GET", "/os-keypairs/laptop");
        var deleted = await tenant.Client.NovaAsync("DELETE", "/os-keypairs/laptop");

        Assert.Equal((PublicKey, tenant.UserId, "ssh"), (made.TextAt("keypair", "public_key"), made.TextAt("keypair", "user_id"), made.TextAt("keypair", "type")));
        Assert.False(made.At("keypair").TryGetProperty("private_key", out _));
        Assert.Equal("laptop", listed.TextAt("keypairs", "0", "keypair", "name"));
        Assert.Equal((made.TextAt("keypair", "fingerprint"), false), (shown.TextAt("keypair", "fingerprint"), shown.At("keypair", "deleted").GetBoolean()));
        Assert.Equal(HttpStatusCode.NoContent, deleted.Status);
        Assert.Equal(HttpStatusCode.NotFound, (await tenant.Client.NovaAsync("GET", "/os-keypairs/laptop")).Status);
    }

    [Fact]
    public async Task Key_Generated_IsAPairThatSshAccepts_WithTheFingerprintThatSshSays()
    {
        var tenant = await cloud.NewTenantAsync();

        var made = (await tenant.Client.NovaAsync("POST", "/os-keypairs", Body("made"), "2.91")).Expect(HttpStatusCode.Created);

        var folder = Directory.CreateTempSubdirectory("key-");
        var file = Path.Combine(folder.FullName, "id");
        await File.WriteAllTextAsync(file, made.TextAt("keypair", "private_key"), TestContext.Current.CancellationToken);
        File.SetUnixFileMode(file, UnixFileMode.UserRead);
        var derived = (await Command.RunAsync("ssh-keygen", "-y", "-f", file)).Succeeded();
        var fingerprint = (await Command.RunAsync("ssh-keygen", "-l", "-E", "md5", "-f", file)).Succeeded();
        folder.Delete(recursive: true);
        Assert.Equal($"{derived} Generated-by-Nova", made.TextAt("keypair", "public_key"));
        Assert.Contains($"MD5:{made.TextAt("keypair", "fingerprint")} ", fingerprint, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE", (await tenant.Client.NovaAsync("GET", "/os-keypairs/made")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2.1", HttpStatusCode.OK, HttpStatusCode.Accepted, false)]
    [InlineData("2.2", HttpStatusCode.Created, HttpStatusCode.NoContent, true)]
    public async Task Key_AtAMicroversion_AnswersAsNovaDoes(string version, HttpStatusCode created, HttpStatusCode deleted, bool typed)
    {
        var tenant = await cloud.NewTenantAsync();

        var made = await tenant.Client.NovaAsync("POST", "/os-keypairs", Body("k", PublicKey), version);
        var gone = await tenant.Client.NovaAsync("DELETE", "/os-keypairs/k", version: version);

        Assert.Equal((created, deleted, typed), (made.Status, gone.Status, made.At("keypair").TryGetProperty("type", out _)));
    }

    [Fact]
    public async Task Key_WithoutAPublicOne_IsRefusedSince292()
    {
        var tenant = await cloud.NewTenantAsync();

        var answer = await tenant.Client.NovaAsync("POST", "/os-keypairs", Body("k"), "2.92");

        Assert.Equal((HttpStatusCode.BadRequest, "'public_key' is a required property"), (answer.Status, answer.TextAt("badRequest", "message")));
    }

    [Theory]
    [InlineData("person@desk", "2.92", HttpStatusCode.Created)]
    [InlineData("person@desk", "2.91", HttpStatusCode.BadRequest)]
    [InlineData("a/b", "2.93", HttpStatusCode.BadRequest)]
    [InlineData("  ", "2.93", HttpStatusCode.BadRequest)]
    public async Task Key_OfAName_IsTakenOrRefused(string name, string version, HttpStatusCode status)
    {
        var tenant = await cloud.NewTenantAsync();

        Assert.Equal(status, (await tenant.Client.NovaAsync("POST", "/os-keypairs", Body(name, PublicKey), version)).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ssh-ed25519")]
    [InlineData("ssh-ed25519 %%%")]
    [InlineData("ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f")]
    [InlineData("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f a\nssh-ed25519 AAAA b")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----")]
    public async Task Key_ThatIsNone_IsRefused(string publicKey)
    {
        var tenant = await cloud.NewTenantAsync();

        var answer = await tenant.Client.NovaAsync("POST", "/os-keypairs", Body("k", publicKey));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.StartsWith("Keypair data is invalid", answer.TextAt("badRequest", "message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_OfATakenName_Conflicts_ButNotWithAnothersOfThatName()
    {
        var (mine, theirs) = (await cloud.NewTenantAsync(), await cloud.NewTenantAsync());

        (await mine.Client.NovaAsync("POST", "/os-keypairs", Body("k", PublicKey))).Expect(HttpStatusCode.Created);

        Assert.Equal(HttpStatusCode.Conflict, (await mine.Client.NovaAsync("POST", "/os-keypairs", Body("k", PublicKey))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await theirs.Client.NovaAsync("GET", "/os-keypairs/k")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await theirs.Client.NovaAsync("DELETE", "/os-keypairs/k")).Status);
        Assert.Equal(HttpStatusCode.Created, (await theirs.Client.NovaAsync("POST", "/os-keypairs", Body("k", PublicKey))).Status);
    }

    [Fact]
    public async Task KeysOfAnotherUser_AreAnAdministratorsAlone()
    {
        var (mine, theirs) = (await cloud.NewTenantAsync(), await cloud.NewTenantAsync());
        using var admin = await cloud.AdminAsync();

        var made = (await admin.NovaAsync("POST", "/os-keypairs", new JsonObject { ["keypair"] = new JsonObject { ["name"] = "k", ["public_key"] = PublicKey, ["user_id"] = theirs.UserId } })).Expect(HttpStatusCode.Created);
        var seen = await admin.NovaAsync("GET", $"/os-keypairs?user_id={theirs.UserId}");
        var unknown = await admin.NovaAsync("POST", "/os-keypairs", new JsonObject { ["keypair"] = new JsonObject { ["name"] = "k", ["public_key"] = PublicKey, ["user_id"] = "nobody" } });

        Assert.Equal(theirs.UserId, made.TextAt("keypair", "user_id"));
        Assert.Single(seen.At("keypairs").EnumerateArray());
        Assert.Equal(HttpStatusCode.BadRequest, unknown.Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await mine.Client.NovaAsync("GET", $"/os-keypairs?user_id={theirs.UserId}")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await mine.Client.NovaAsync("GET", $"/os-keypairs/k?user_id={theirs.UserId}")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await mine.Client.NovaAsync("DELETE", $"/os-keypairs/k?user_id={theirs.UserId}")).Status);
    }

    [Fact]
    public async Task Keys_BeyondTheQuota_AreRefused()
    {
        var tenant = await cloud.NewTenantAsync();
        using var admin = await cloud.AdminAsync();
        (await admin.NovaAsync("PUT", $"/os-quota-sets/{tenant.ProjectId}", new JsonObject { ["quota_set"] = new JsonObject { ["key_pairs"] = 1 } })).Expect(HttpStatusCode.OK);

        (await tenant.Client.NovaAsync("POST", "/os-keypairs", Body("one", PublicKey))).Expect(HttpStatusCode.Created);
        var second = await tenant.Client.NovaAsync("POST", "/os-keypairs", Body("two", PublicKey));

        Assert.Equal(HttpStatusCode.Forbidden, second.Status);
        Assert.StartsWith("Quota exceeded, too many key pairs", second.TextAt("forbidden", "message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_InPages_ComeByNameSince235()
    {
        var tenant = await cloud.NewTenantAsync();
        foreach (var name in new[] { "c", "a", "b" })
        {
            (await tenant.Client.NovaAsync("POST", "/os-keypairs", Body(name, PublicKey))).Expect(HttpStatusCode.Created);
        }

        var page = await tenant.Client.NovaAsync("GET", "/os-keypairs?limit=2");
        var all = await tenant.Client.NovaAsync("GET", "/os-keypairs?limit=2", version: "2.34");

        Assert.Equal(["a", "b"], Names(page));
        Assert.Contains("marker=b", page.TextAt("keypairs_links", "0", "href"), StringComparison.Ordinal);
        Assert.Equal(["a", "b", "c"], Names(all));

        static IEnumerable<string?> Names(Answer answer) => answer.At("keypairs").EnumerateArray().Select(k => k.GetProperty("keypair").GetProperty("name").GetString());
    }

    private static JsonObject Body(string name, string? publicKey = null)
    {
        var keypair = new JsonObject { ["name"] = name };
        if (publicKey is not null)
        {
            keypair["public_key"] = publicKey;
        }

        return new JsonObject { ["keypair"] = keypair };
    }
}
