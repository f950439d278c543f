using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Cloud.Tests.Nova;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Cloud.Tests.Tenancy;

/// <summary>Every route of the cloud, called by those who may not: without a token, with one that ended, from another project, as a reader.</summary>
public sealed class TenancyTests(NovaFixture cloud) : IClassFixture<NovaFixture>
{
    // Made once for all rows: the tests of a class run one after the other.
    private static Household? _house;

    public static TheoryData<string> All => [.. RouteRules.All.Select(r => r.Route)];

    public static TheoryData<string> OfProjects => [.. RouteRules.All.Where(r => r.Stranger is not null).Select(r => r.Route)];

    public static TheoryData<string> Open => [.. RouteRules.Open];

    [Fact]
    public void EveryRoute_HasALineInTheTable()
    {
        var routes = cloud.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(e => e.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(method => $"{method} /{e.RoutePattern.RawText!.Trim('/')}"));

        Assert.Equal(RouteRules.All.Select(r => r.Route).Concat(RouteRules.Open).Order(StringComparer.Ordinal), routes.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Route_WithoutAToken_IsUnauthorized(string route)
    {
        using var anonymous = cloud.Anonymous();

        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(anonymous, Rule(route)));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Route_WithATokenThatEnded_IsUnauthorized(string route)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync((await HouseAsync()).Expired, Rule(route)));
    }

    [Theory]
    [MemberData(nameof(OfProjects))]
    public async Task Route_FromAnotherProject_AnswersAsTheTableSays(string route)
    {
        var rule = Rule(route);

        Assert.Equal(rule.Stranger, (int)await CallAsync((await HouseAsync()).Stranger, rule));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Route_AsAReader_AnswersAsTheTableSays(string route)
    {
        var rule = Rule(route);

        Assert.Equal(rule.Reader, (int)await CallAsync((await HouseAsync()).Reader, rule));
    }

    [Fact]
    public void Table_LetsNoReaderChangeAnything()
    {
        Assert.All(RouteRules.All.Where(r => r.Changes), rule => Assert.True(rule.Reader is 403 or 404));
        Assert.All(RouteRules.All.Where(r => r is { Changes: true, Stranger: not null }), rule => Assert.True(rule.Stranger is 403 or 404));
    }

    [Theory]
    [MemberData(nameof(Open))]
    public async Task Route_ForEverybody_AsksForNoToken(string route)
    {
        using var anonymous = cloud.Anonymous();

        var status = await CallAsync(anonymous, new RouteRule(route.Replace("{path}", "v3", StringComparison.Ordinal), null, 0));

        Assert.NotEqual(HttpStatusCode.Unauthorized, status);
        Assert.True((int)status < 500);
    }

    private static RouteRule Rule(string route) => RouteRules.All.Single(r => r.Route == route);

    private async Task<Household> HouseAsync() => _house ??= await Household.FurnishAsync(cloud);

    private async Task<HttpStatusCode> CallAsync(HttpClient client, RouteRule rule)
    {
        var house = await HouseAsync();
        using var request = new HttpRequestMessage(new HttpMethod(rule.Method), new Uri(house.Fill(rule.Path), UriKind.Relative));
        request.Headers.Add("OpenStack-API-Version", $"compute {rule.Version}");
        request.Headers.Add("X-Subject-Token", house.OwnersToken);
        if (rule.Body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(rule.Body));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(rule.Path.EndsWith("/file", StringComparison.Ordinal) ? "application/octet-stream"
                : rule.Method == "PATCH" && rule.Body == "[]" ? "application/openstack-images-v2.1-json-patch" : "application/json");
        }

        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
