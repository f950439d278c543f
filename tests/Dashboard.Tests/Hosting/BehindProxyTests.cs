using System.Net;

namespace Dashboard.Tests.Hosting;

/// <summary>Under TLS, here by a proxy that is trusted to say so.</summary>
public sealed class BehindProxyTests
{
    [Fact]
    public async Task SignIn_UnderTls_SetsSecureCookiesAndSaysSoForAYear()
    {
        await using var dashboard = await DashboardFixture.StartAsync(settings: new() { ["Dashboard:TrustedProxies:0"] = "127.0.0.1" });
        using var visitor = dashboard.Visit();
        visitor.Http.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        using var page = await visitor.Http.GetAsync("/sign-in", TestContext.Current.CancellationToken);

        // The visitor's cookie jar would not give a Secure cookie back over http: the form's own goes along by hand.
        visitor.Http.DefaultRequestHeaders.Add("Cookie", page.Headers.GetValues("Set-Cookie").Select(c => c.Split(';')[0]));
        using var answer = await visitor.SubmitAsync("demo", dashboard.Secret("demo"), await Visitor.Page.OfAsync(page));

        var cookies = answer.Headers.GetValues("Set-Cookie").Concat(page.Headers.GetValues("Set-Cookie")).ToList();
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        Assert.Contains(cookies, c => c.StartsWith("dashboard-session=", StringComparison.Ordinal));
        Assert.All(cookies, c => Assert.Contains("; secure", c, StringComparison.Ordinal));
        Assert.Equal("max-age=31536000", answer.Headers.GetValues("Strict-Transport-Security").Single());
    }

    [Fact]
    public async Task SignIn_ManyFromOneAddressBehindTheProxy_BrakesThatOneAlone()
    {
        await using var dashboard = await DashboardFixture.StartAsync(settings: new() { ["Dashboard:TrustedProxies:0"] = "127.0.0.1" });
        for (var i = 0; i < 6; i++)
        {
            await TryAsync(dashboard, "10.0.0.1");
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, await TryAsync(dashboard, "10.0.0.1"));
        Assert.Equal(HttpStatusCode.Unauthorized, await TryAsync(dashboard, "10.0.0.2"));
    }

    [Fact]
    public async Task SignIn_ForwardedHeaderOfAStranger_IsNotBelieved()
    {
        await using var dashboard = await DashboardFixture.StartAsync();
        for (var i = 0; i < 6; i++)
        {
            await TryAsync(dashboard, $"10.0.0.{i}");
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, await TryAsync(dashboard, "10.0.0.9"));
    }

    private static async Task<HttpStatusCode> TryAsync(DashboardFixture dashboard, string address)
    {
        using var visitor = dashboard.Visit();
        visitor.Http.DefaultRequestHeaders.Add("X-Forwarded-For", address);
        using var answer = await visitor.SignInAsync("nobody", "wrong");
        return answer.StatusCode;
    }
}
