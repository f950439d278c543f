using System.Net;
using System.Text.Json.Nodes;

namespace Cloud.Tests.Nova.Servers;

public sealed class TenancyTests(NovaFixture cloud) : IClassFixture<NovaFixture>
{
    private static readonly (string Method, string Path, string? Body)[] Routes =
    [
        ("GET", "", null),
        ("PUT", "", """{"server": {"name": "mine"}}"""),
        ("DELETE", "", null),
        ("POST", "/action", """{"os-stop": null}"""),
        ("POST", "/action", """{"createImage": {"name": "stolen"}}"""),
        ("POST", "/action", """{"os-getConsoleOutput": {}}"""),
        ("POST", "/action", """{"lock": null}"""),
        ("POST", "/action", """{"unlock": null}"""),
        ("POST", "/action", """{"forceDelete": null}"""),
        ("GET", "/metadata", null),
        ("POST", "/metadata", """{"metadata": {"a": "b"}}"""),
        ("PUT", "/metadata", """{"metadata": {}}"""),
        ("GET", "/metadata/a", null),
        ("PUT", "/metadata/a", """{"meta": {"a": "b"}}"""),
        ("DELETE", "/metadata/a", null),
        ("GET", "/tags", null),
        ("PUT", "/tags", """{"tags": []}"""),
        ("DELETE", "/tags", null),
        ("GET", "/tags/a", null),
        ("PUT", "/tags/a", null),
        ("DELETE", "/tags/a", null),
        ("GET", "/ips", null),
        ("GET", "/ips/project", null),
        ("GET", "/os-instance-actions", null),
        ("GET", "/os-instance-actions/req-1", null),
    ];

    public static TheoryData<int> All => [.. Enumerable.Range(0, Routes.Length)];

    public static TheoryData<int> Changes => [.. Enumerable.Range(0, Routes.Length).Where(i => Routes[i].Method != "GET")];

    // Made once for all rows of the tables: the tests of a class run one after the other.
    private static string? _id;
    private static Tenant? _stranger;
    private static Tenant? _reader;

    [Theory]
    [MemberData(nameof(All))]
    public async Task Server_OfAnotherProject_IsNotFound(int route)
    {
        var id = await ServerAsync();
        var stranger = _stranger ??= await cloud.NewTenantAsync();

        var answer = await CallAsync(stranger.Client, id, route);

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Server_WithoutAToken_IsUnauthorized(int route)
    {
        using var anonymous = cloud.Anonymous();

        Assert.Equal(HttpStatusCode.Unauthorized, (await CallAsync(anonymous, await ServerAsync(), route)).Status);
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Change_ByAReader_IsForbidden(int route)
    {
        var id = await ServerAsync();
        var reader = _reader ??= await cloud.NewTenantAsync("reader");

        Assert.Equal(HttpStatusCode.Forbidden, (await CallAsync(reader.Client, id, route)).Status);
    }

    [Fact]
    public async Task Create_ByAReader_IsForbidden()
    {
        var reader = await cloud.NewTenantAsync("reader");

        Assert.Equal(HttpStatusCode.Forbidden, (await reader.Client.CreateServerAsync(cloud.ImageId)).Status);
        Assert.Empty((await reader.Client.NovaAsync("GET", "/servers")).Expect(HttpStatusCode.OK).Each("servers", "id"));
    }

    [Fact]
    public async Task List_WithATokenOfNoProject_IsForbidden()
    {
        using var unscoped = await cloud.SignInAsync("demo", cloud.Secret("demo"), null);

        Assert.Equal(HttpStatusCode.Forbidden, (await unscoped.NovaAsync("GET", "/servers")).Status);
    }

    [Fact]
    public async Task Server_OfAnyProject_IsTheAdministratorsToSee()
    {
        using var admin = await cloud.AdminAsync();

        Assert.Equal(HttpStatusCode.OK, (await admin.ShowAsync(await ServerAsync())).Status);
    }

    private async Task<string> ServerAsync() => _id ??= await cloud.LaunchAsync(await cloud.DemoAsync(), new JsonObject { ["networks"] = "auto" });

    private static Task<Answer> CallAsync(HttpClient client, string id, int route) =>
        client.NovaAsync(Routes[route].Method, $"/servers/{id}{Routes[route].Path}", Routes[route].Body is { } body ? JsonNode.Parse(body) : null);
}
