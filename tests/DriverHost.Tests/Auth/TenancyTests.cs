using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DriverHost.Client;
using Microsoft.AspNetCore.Routing;

namespace DriverHost.Tests.Auth;

/// <summary>Every route, whoever asks.</summary>
public sealed class TenancyTests(DriverHostFixture fixture, TenancyScene scene) : IClassFixture<TenancyScene>
{
    public static TheoryData<string> Guarded => [.. RouteTable.All.Where(r => r.Value is not (Door.Open or Door.Outer)).Select(r => r.Key)];

    public static TheoryData<string> OfProjects => [.. RouteTable.All.Where(r => r.Value is Door.Project or Door.Image).Select(r => r.Key)];

    public static TheoryData<string> OfTerminals => [.. RouteTable.All.Where(r => r.Value == Door.Terminal).Select(r => r.Key)];

    public static TheoryData<string> OfMembers => [.. RouteTable.All.Where(r => r.Value == Door.Members).Select(r => r.Key)];

    public static TheoryData<string> OfOperators => [.. RouteTable.All.Where(r => r.Value == Door.Operators).Select(r => r.Key)];

    public static TheoryData<string> OfTheOuterDoor => [.. RouteTable.All.Where(r => r.Value == Door.Outer).Select(r => r.Key)];

    [Fact]
    public void Routes_OfTheDriverHost_AreAllInTheTable()
    {
        var routes = fixture.Host.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(e => e.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(m => $"{m} /{e.RoutePattern.RawText!.Trim('/')}"));

        Assert.Equal(RouteTable.All.Keys.Order(StringComparer.Ordinal), routes.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Guarded))]
    public async Task Route_WithoutAToken_Is401(string route) => await AssertRefusedAsync(route, null, HttpStatusCode.Unauthorized, "unauthorized");

    [Theory]
    [MemberData(nameof(Guarded))]
    public async Task Route_WithAnExpiredToken_Is401(string route) =>
        await AssertRefusedAsync(route, fixture.Cloud.Keystone.Issue(scene.Project, ["admin"], TimeSpan.FromSeconds(-1)), HttpStatusCode.Unauthorized, "unauthorized");

    [Theory]
    [MemberData(nameof(Guarded))]
    public async Task Route_WithAnInventedToken_Is401(string route) => await AssertRefusedAsync(route, "invented", HttpStatusCode.Unauthorized, "unauthorized");

    [Theory]
    [MemberData(nameof(OfTheOuterDoor))]
    public async Task Route_OfTheOuterDoor_AtTheSocket_Is403EvenForAdmins(string route) =>
        await AssertRefusedAsync(route, fixture.Cloud.Keystone.Issue(scene.Project, ["admin"]), HttpStatusCode.Forbidden, "outer_door_only");

    [Theory]
    [MemberData(nameof(OfProjects))]
    public async Task Route_OfAProject_WithAnothersToken_Is404(string route) =>
        await AssertRefusedAsync(route, fixture.Cloud.Keystone.Issue(TestSpecs.NewProject(), ["member", "reader"]), HttpStatusCode.NotFound);

    [Theory]
    [MemberData(nameof(OfProjects))]
    public async Task Route_OfAProject_WithAnUnscopedToken_Is404(string route) =>
        await AssertRefusedAsync(route, fixture.Cloud.Keystone.Issue(null, []), HttpStatusCode.NotFound);

    [Theory]
    [MemberData(nameof(OfTerminals))]
    public async Task Route_OfTerminals_WithAnotherProjectsRole_Is404(string route) =>
        await AssertRefusedAsync(route, fixture.Cloud.Keystone.Issue(TestSpecs.NewProject(), ["member", "terminal"]), HttpStatusCode.NotFound);

    [Theory]
    [MemberData(nameof(OfTerminals))]
    public async Task Route_OfTerminals_WithItsProjectsMembersToken_Is403(string route) =>
        await AssertRefusedAsync(route, fixture.Cloud.Keystone.Issue(scene.Project, ["member", "reader"]), HttpStatusCode.Forbidden, "terminal_right_missing");

    [Theory]
    [MemberData(nameof(OfTerminals))]
    public async Task Route_OfTerminals_WithTheClouds_Is403(string route) =>
        await AssertRefusedAsync(route, fixture.Cloud.Keystone.Issue("service-project", ["service"]), HttpStatusCode.Forbidden, "terminal_right_missing");

    [Theory]
    [MemberData(nameof(OfProjects))]
    public async Task Route_OfAProject_WithItsReadersToken_Answers(string route)
    {
        using var answer = await SendAsync(route, fixture.Cloud.Keystone.Issue(scene.Project, ["reader"]));

        if (answer.StatusCode != HttpStatusCode.OK)
        {
            // There is no recording of that name, and that is what its own project hears.
            Assert.Contains("There is no such recording.", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(OfMembers))]
    public async Task Route_OfMembers_WithItsReadersToken_Is403_AndWithAnothersMembers404(string route)
    {
        await AssertRefusedAsync(route, fixture.Cloud.Keystone.Issue(scene.Project, ["reader"]), HttpStatusCode.Forbidden, "forbidden");
        await AssertRefusedAsync(route, fixture.Cloud.Keystone.Issue(TestSpecs.NewProject(), ["member"]), HttpStatusCode.NotFound);
    }

    [Theory]
    [MemberData(nameof(OfOperators))]
    public async Task Route_OfOperators_WithItsProjectsMembersToken_Is403(string route) =>
        await AssertRefusedAsync(route, fixture.Cloud.Keystone.Issue(scene.Project, ["member", "reader"]), HttpStatusCode.Forbidden, "forbidden");

    [Fact]
    public async Task Instance_OfOthers_AnswersAsOneThatDoesNotExist()
    {
        var stranger = fixture.Host.As(TestSpecs.NewProject(), "member");

        var others = await Assert.ThrowsAsync<DriverHostException>(() => stranger.GetAsync(scene.InstanceId, TestContext.Current.CancellationToken));
        var nobodys = await Assert.ThrowsAsync<DriverHostException>(() => stranger.GetAsync("nobodys", TestContext.Current.CancellationToken));

        Assert.Equal(nobodys.Message.Replace("nobodys", scene.InstanceId, StringComparison.Ordinal), others.Message);
        Assert.Equal((nobodys.StatusCode, nobodys.Code), (others.StatusCode, others.Code));
    }

    [Fact]
    public async Task List_OfAProject_HasItsInstancesOnly()
    {
        var own = await fixture.Host.As(scene.Project, "reader").ListAsync(TestContext.Current.CancellationToken);
        var strange = await fixture.Host.As(TestSpecs.NewProject(), "member").ListAsync(TestContext.Current.CancellationToken);
        var unscoped = await fixture.Host.As(null, []).ListAsync(TestContext.Current.CancellationToken);

        Assert.Equal([scene.InstanceId], own.Select(i => i.Id));
        Assert.Empty(strange);
        Assert.Empty(unscoped);
    }

    [Fact]
    public async Task Events_OfAProject_AreItsInstancesOnly()
    {
        var seen = new List<HostEvent>();
        await foreach (var happened in fixture.Host.As(TestSpecs.NewProject(), "member").WatchAsync(TestContext.Current.CancellationToken).InTimeAsync())
        {
            seen.Add(happened);
            if (happened.Type == HostEvent.Synced)
            {
                break;
            }
        }

        Assert.Equal([HostEvent.Synced], seen.Select(e => e.Type));
    }

    [Fact]
    public async Task Path_OfNoRoute_Is401WithoutATokenAnd404WithOne()
    {
        using var without = await fixture.Host.Http.GetAsync("v1/elsewhere", TestContext.Current.CancellationToken);
        using var with = await SendAsync("GET /v1/elsewhere", fixture.Cloud.Keystone.Issue(scene.Project, ["member"]));

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.NotFound), (without.StatusCode, with.StatusCode));
    }

    [Fact]
    public async Task Token_Revoked_IsOutWithinTheTimeThatAnAnswerIsBelieved()
    {
        var token = fixture.Cloud.Keystone.Issue(scene.Project, ["reader"]);
        var events = fixture.Host.As(token).WatchAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        await using var closing = events;
        Assert.True(await events.MoveNextAsync());

        fixture.Cloud.Keystone.Revoke(token);

        // The stream is ended by the driver host: within ten seconds, says TokenWatch.
        await ReadToEndAsync(events).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        var refused = await Assert.ThrowsAsync<DriverHostException>(() => fixture.Host.As(token).ListAsync(TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    public async Task Tokens_OfCallers_AreNotLogged()
    {
        var token = fixture.Cloud.Keystone.Issue(scene.Project, ["reader"]);

        await fixture.Host.As(token).ListAsync(TestContext.Current.CancellationToken);

        Assert.NotEmpty(fixture.Host.Log.Lines);
        Assert.DoesNotContain(fixture.Host.Log.Lines, l => l.Contains(token, StringComparison.Ordinal));
    }

    private static async Task ReadToEndAsync(IAsyncEnumerator<HostEvent> events)
    {
        while (await events.MoveNextAsync())
        {
        }
    }

    private async Task AssertRefusedAsync(string route, string? token, HttpStatusCode status, string? code = null)
    {
        using var answer = await SendAsync(route, token);

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        Assert.Equal(code ?? problem.GetProperty("code").GetString(), problem.GetProperty("code").GetString());
    }

    private async Task<HttpResponseMessage> SendAsync(string route, string? token)
    {
        var parts = route.Split(' ');
        var path = parts[1].Replace("{id}", scene.InstanceId, StringComparison.Ordinal).Replace("{imageId}", scene.ImageId, StringComparison.Ordinal);
        path += parts[1].EndsWith("/list", StringComparison.Ordinal) ? "?path=/etc" : parts[1].Contains("/files", StringComparison.Ordinal) ? "?path=/etc/passwd" : parts[1].EndsWith("/preview", StringComparison.Ordinal) ? "?q=x" : "";
        using var request = new HttpRequestMessage(new HttpMethod(parts[0]), path);
        if (token is not null)
        {
            request.Headers.Add("X-Auth-Token", token);
        }

        if (parts[0] is "PUT" or "POST")
        {
            request.Content = JsonContent.Create(new { });
        }

        return await fixture.Host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }
}
