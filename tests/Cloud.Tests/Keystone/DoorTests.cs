using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Cloud.Tests.Keystone;

/// <summary>How Keystone answers whatever the route is: discovery, errors, request ids.</summary>
public sealed class DoorTests(CloudFixture cloud) : IClassFixture<CloudFixture>
{
    [Fact]
    public async Task Discovery_WithoutAToken_NamesV3AtItsAddress()
    {
        using var client = cloud.Anonymous();

        var choices = await client.ReadAsync("/identity");
        var version = await client.ReadAsync("/identity/v3");

        Assert.Equal((HttpStatusCode.MultipleChoices, HttpStatusCode.OK), (choices.Status, version.Status));
        Assert.Equal("stable", version.TextAt("version", "status"));
        Assert.Equal($"{cloud.Url}identity/v3/", version.TextAt("version", "links", "0", "href"));
        Assert.Equal(version.At("version").ToString(), choices.At("versions", "values", "0").ToString());
    }

    [Fact]
    public async Task Call_WithoutAToken_IsRefusedInKeystonesShape_AndSaysWhereToSignIn()
    {
        using var client = cloud.Anonymous();

        var answer = await client.ReadAsync("/identity/v3/users");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.Equal((401, "Unauthorized", "The request you have made requires authentication."), (answer.At("error", "code").GetInt32(), answer.TextAt("error", "title"), answer.TextAt("error", "message")));
        Assert.Equal($"Keystone uri=\"{cloud.Url}identity\"", answer.Headers.WwwAuthenticate.ToString());
    }

    [Theory]
    [InlineData("GET", "/identity/v3/nonsense", 404)]
    [InlineData("DELETE", "/identity/v3/users", 405)]
    public async Task Call_OfNoRoute_IsRefusedInKeystonesShape(string method, string path, int status)
    {
        using var admin = await cloud.AdminAsync();

        var answer = await admin.CallAsync(method, path);

        Assert.Equal((status, status), ((int)answer.Status, answer.At("error", "code").GetInt32()));
    }

    [Theory]
    [InlineData("{", "The body is not valid JSON")]
    [InlineData("[]", "The body must be a JSON object.")]
    [InlineData("{\"auth\": 3}", "Expecting to find auth in request body.")]
    [InlineData("{\"auth\": {}}", "Expecting to find identity in auth.")]
    [InlineData("{\"auth\": {\"identity\": {\"methods\": []}}}", "Expecting to find methods in identity")]
    [InlineData("{\"auth\": {\"identity\": {\"methods\": [\"password\"]}}}", "Expecting to find password in identity.")]
    public async Task SignIn_WithABrokenBody_IsRefusedInWords(string body, string words)
    {
        using var client = cloud.Anonymous();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        using var answer = await client.PostAsync(new Uri("/identity/v3/auth/tokens", UriKind.Relative), content, TestContext.Current.CancellationToken);
        var text = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.StartsWith(words, text!["error"]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task EveryAnswer_HasARequestIdOfItsOwn()
    {
        using var client = cloud.Anonymous();

        var (first, second) = (Id(await client.ReadAsync("/identity/v3")), Id(await client.ReadAsync("/identity/v3/users")));

        Assert.Matches("^req-[0-9a-f-]{36}$", first);
        Assert.NotEqual(first, second);

        static string Id(Answer answer) => answer.Headers.GetValues("x-openstack-request-id").Single();
    }
}
