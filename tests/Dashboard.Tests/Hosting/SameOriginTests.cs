using System.Net;

namespace Dashboard.Tests.Hosting;

/// <summary>Another web page, even one on another port of this machine, opens no circuit and sends no form.</summary>
public sealed class SameOriginTests(DashboardFixture dashboard) : IClassFixture<DashboardFixture>
{
    [Theory]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Origin", "http://127.0.0.1:9")]
    [InlineData("Origin", "null")]
    public async Task Post_FromElsewhere_IsRefused(string header, string value)
    {
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(HttpMethod.Post, "/sign-out", header, value)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1", header, value)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(HttpMethod.Get, "/_blazor?id=x", header, value, ("Upgrade", "websocket"), ("Connection", "Upgrade"))).StatusCode);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "same-origin")]
    [InlineData("Sec-Fetch-Site", "none")]
    [InlineData("Origin", "own")]
    public async Task Post_FromItsOwnPage_GoesOn(string header, string value)
    {
        using var answer = await SendAsync(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1", header, value == "own" ? dashboard.Url.GetLeftPart(UriPartial.Authority) : value);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Link_FromElsewhere_IsFollowed()
    {
        using var answer = await SendAsync(HttpMethod.Get, "/instances", "Sec-Fetch-Site", "cross-site");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string header, string value, params (string Name, string Value)[] more)
    {
        using var visitor = await dashboard.SignedInAsync();
        using var request = new HttpRequestMessage(method, path) { Content = method == HttpMethod.Post ? new ByteArrayContent([]) : null };
        foreach (var (name, text) in more.Append((header, value)))
        {
            request.Headers.TryAddWithoutValidation(name, text);
        }

        return await visitor.Http.SendAsync(request);
    }
}
