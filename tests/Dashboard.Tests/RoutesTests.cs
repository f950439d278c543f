using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests;

/// <summary>
/// Who may call each route of the dashboard. A new route needs a line in <see cref="Entries"/>: without one, the first test fails.
/// What a page shows of another project's things is drawn over the circuit: the end-to-end tests look at that.
/// </summary>
public sealed partial class RoutesTests(DashboardFixture dashboard) : IClassFixture<DashboardFixture>
{
    private const string Foreign = "11111111-2222-3333-4444-555555555555";

    private enum Who
    {
        /// <summary>Signing in itself, problem pages, health checks, the framework's own scripts.</summary>
        Anybody,
        SignedIn,

        /// <summary>Readers look only.</summary>
        Members,
        Administrators,
    }

    /// <param name="Method">GET or POST; pages are GET.</param>
    /// <param name="Pattern">As the route is written.</param>
    /// <param name="OfOneThing">It names one thing by id: of another project it is 404.</param>
    private sealed record Entry(string Method, string Pattern, Who Who, bool OfOneThing = false)
    {
        public string Path => "/" + ParameterPattern().Replace(Pattern.TrimStart('/'), m => m.Value.Contains(":int", StringComparison.Ordinal) ? "404" : Foreign);
    }

    private static readonly Entry[] Entries =
    [
        new("GET", "/", Who.SignedIn),
        new("GET", "/sign-in", Who.Anybody),
        new("GET", "/not-found", Who.SignedIn),
        new("GET", "/{*Path:nonfile}", Who.SignedIn),
        // The framework's, for a file that wwwroot got after the build.
        new("GET", "/{**path:file}", Who.SignedIn),
        new("GET", "/problem/{Code:int?}", Who.Anybody),
        new("GET", "/healthz/live", Who.Anybody),
        new("GET", "/healthz/ready", Who.Anybody),
        new("GET", "/instances", Who.SignedIn),
        new("GET", "/instances/gone", Who.SignedIn),
        new("GET", "/instances/{Id}", Who.SignedIn),
        new("GET", "/launch", Who.SignedIn),
        new("GET", "/images", Who.SignedIn),
        new("GET", "/images/{Id}", Who.SignedIn),
        new("GET", "/images/upload", Who.SignedIn),
        new("GET", "/approvals", Who.Administrators),
        new("GET", "/hosts", Who.Administrators),
        new("GET", "/api-access", Who.SignedIn),
        // Files with the user's own name and project; never a secret.
        new("GET", "/api-access/openrc", Who.SignedIn),
        new("GET", "/api-access/clouds.yaml", Who.SignedIn),
        new("POST", "/sign-out", Who.SignedIn),
        new("POST", "/project", Who.SignedIn),
        new("POST", "/region", Who.SignedIn),
        new("POST", "/session/renew", Who.SignedIn),
        // Which instances it shows is looked at when the circuit opens; each log is asked of the route below.
        new("GET", "/logs", Who.SignedIn),
        new("GET", "/logs/{instanceId}", Who.SignedIn, OfOneThing: true),
        new("GET", "/logs/{instanceId}/window", Who.SignedIn, OfOneThing: true),
        new("GET", "/logs/{instanceId}/search", Who.SignedIn, OfOneThing: true),
        new("GET", "/logs/{instanceId}/download", Who.SignedIn, OfOneThing: true),
        new("GET", "/stats/{instanceId}", Who.SignedIn, OfOneThing: true),
        new("GET", "/stats/{instanceId}/history", Who.SignedIn, OfOneThing: true),
        // A WebSocket; without one, and for another project's instance, it is not there. See TerminalRelayTests.
        new("GET", "/terminals/{instanceId}/{terminalId}", Who.SignedIn, OfOneThing: true),
        new("GET", "/recordings/{instanceId}/{recording}", Who.SignedIn, OfOneThing: true),
        new("GET", "/files/{instanceId}", Who.SignedIn, OfOneThing: true),
        new("POST", "/files/{instanceId}", Who.Members, OfOneThing: true),
        // What the person chose, of nobody else.
        new("GET", "/preferences/log", Who.SignedIn),
        new("PUT", "/preferences/log", Who.SignedIn),
        new("POST", "/images/{id:guid}/file", Who.Members, OfOneThing: true),
        // Blazor's own. The circuit itself takes commands only with a marker that the server drew into a page of this session.
        new("GET", "/_blazor", Who.SignedIn),
        new("GET", "/_blazor/negotiate", Who.SignedIn),
        new("GET", "/_blazor/disconnect", Who.SignedIn),
        new("GET", "/_blazor/initializers", Who.SignedIn),
        new("GET", "/_framework/opaque-redirect", Who.SignedIn),
    ];

    public static TheoryData<string, string> Closed => [.. Entries.Where(e => e.Who != Who.Anybody).Select(e => (e.Method, e.Path))];

    public static TheoryData<string> Posts => [.. Entries.Where(e => e.Method == "POST" && !e.Pattern.StartsWith("/_blazor", StringComparison.Ordinal)).Select(e => e.Path)];

    public static TheoryData<string, string> OfOneThing => [.. Entries.Where(e => e.OfOneThing).Select(e => (e.Method, e.Path))];

    public static TheoryData<string> Pages => [.. Entries.Where(e => e.Method == "GET" && !e.OfOneThing && !e.Pattern.StartsWith("/_", StringComparison.Ordinal)).Select(e => e.Path)];

    [Fact]
    public void Routes_AllOfThem_HaveAnEntry()
    {
        var routes = dashboard.Services.GetRequiredService<IEnumerable<EndpointDataSource>>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<StaticAssetDescriptor>() is null)
            .SelectMany(e => MethodsOf(e).Where(m => m != "HEAD").Select(method => $"{method} /{e.RoutePattern.RawText!.Trim('/')}")).Distinct().Order();

        Assert.Equal(Entries.Select(e => $"{e.Method} /{e.Pattern.Trim('/')}").Order(), routes);
    }

    [Fact]
    public void Routes_OpenToAnybody_AreThoseThatSaySo()
    {
        var open = dashboard.Services.GetRequiredService<IEnumerable<EndpointDataSource>>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<StaticAssetDescriptor>() is null && e.Metadata.GetMetadata<IAllowAnonymous>() is not null).Select(e => e.RoutePattern.RawText).Distinct().Order();

        Assert.Equal(Entries.Where(e => e.Who == Who.Anybody).Select(e => e.Pattern).Order(), open);
    }

    [Theory]
    [MemberData(nameof(Closed))]
    public async Task Route_NobodySignedIn_IsClosed(string method, string path)
    {
        using var visitor = dashboard.Visit();

        using var answer = await CallAsync(visitor, method, path);

        AssertClosed(method, path, answer);
    }

    [Theory]
    [MemberData(nameof(Closed))]
    public async Task Route_SessionEnded_IsClosed(string method, string path)
    {
        using var visitor = await dashboard.SignedInAsync();
        await dashboard.Services.GetRequiredService<Dashboard.SignIn.SessionStore>().RemoveAsync(visitor.SessionId(dashboard.Services));

        using var answer = await CallAsync(visitor, method, path);

        AssertClosed(method, path, answer);
    }

    [Theory]
    [MemberData(nameof(OfOneThing))]
    public async Task Route_AnotherProjectsThing_IsNotThere(string method, string path)
    {
        using var visitor = await dashboard.SignedInAsync();

        using var answer = await CallAsync(visitor, method, path, await visitor.OpenAsync("/"));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Route_ForMembers_RefusesReaders()
    {
        var user = await dashboard.NewUserAsync("reader");
        using var visitor = await dashboard.SignedInAsync(user.Name, user.Password);
        var page = await visitor.OpenAsync("/");

        foreach (var entry in Entries.Where(e => e.Who == Who.Members))
        {
            using var answer = await CallAsync(visitor, entry.Method, entry.Path, page);
            Assert.True(answer.StatusCode == HttpStatusCode.Forbidden, $"{entry.Path} answered a reader with {answer.StatusCode}.");
        }
    }

    [Fact]
    public async Task Route_ForAdministrators_RefusesMembers()
    {
        using var visitor = await dashboard.SignedInAsync();

        foreach (var entry in Entries.Where(e => e.Who == Who.Administrators))
        {
            using var answer = await CallAsync(visitor, entry.Method, entry.Path);
            Assert.True(answer.StatusCode == HttpStatusCode.Forbidden, $"{entry.Path} answered a member with {answer.StatusCode}.");
        }
    }

    [Theory]
    [MemberData(nameof(Posts))]
    public async Task Post_NoFormToken_IsRefused(string path)
    {
        using var visitor = await dashboard.SignedInAsync();
        var page = await visitor.OpenAsync("/");

        using var none = await CallAsync(visitor, "POST", path, page with { Html = "" });
        using var wrong = await CallAsync(visitor, "POST", path, page with { Html = "name=\"__RequestVerificationToken\" value=\"wrong\"" });

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (none.StatusCode, wrong.StatusCode));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Page_Any_HasTheSafetyHeaders(string path)
    {
        using var visitor = await dashboard.SignedInAsync();

        using var answer = await CallAsync(visitor, "GET", path);

        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        var directives = policy.Split(';', StringSplitOptions.TrimEntries).ToDictionary(d => d.Split(' ')[0], d => d.Split(' ')[1..]);
        Assert.Equal(["'self'"], directives["default-src"]);
        Assert.Equal(["'none'"], directives["frame-ancestors"]);
        Assert.Equal(["'none'"], directives["object-src"]);
        Assert.Equal(["'self'"], directives["form-action"]);
        Assert.Equal(["'self'"], directives["base-uri"]);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("DENY", answer.Headers.GetValues("X-Frame-Options").Single());
        Assert.Equal("same-origin", answer.Headers.GetValues("Referrer-Policy").Single());
        Assert.Equal("same-origin", answer.Headers.GetValues("Cross-Origin-Opener-Policy").Single());
        Assert.Contains("camera=()", answer.Headers.GetValues("Permissions-Policy").Single(), StringComparison.Ordinal);
        Assert.False(answer.Headers.Contains("Server"));
        var html = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        // The one script that stands in a document is the map of its modules, and the policy lets in just that text.
        var inside = Regex.Matches(html, "<script(?![^>]*\\bsrc=)(?<type>[^>]*)>(?<text>.*?)</script>", RegexOptions.Singleline | RegexOptions.ExplicitCapture);
        Assert.All(inside, script => Assert.Equal(" type=\"importmap\"", script.Groups["type"].Value));
        var hashes = inside.Select(script => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script.Groups["text"].Value)))}'");
        Assert.Equal(["'self'", .. hashes], directives["script-src"]);
        Assert.DoesNotMatch("\\son[a-z]+=\"", html);
    }

    [Fact]
    public async Task Page_Unknown_Is404InWords()
    {
        using var visitor = await dashboard.SignedInAsync();

        var page = await visitor.OpenAsync("/no-such-page/at-all");

        Assert.Equal(HttpStatusCode.NotFound, page.Status);
    }

    private static IEnumerable<string> MethodsOf(RouteEndpoint endpoint)
    {
        // A page takes forms at its own address: sign-in is the one that has one, and every page refuses a form without a token.
        if (endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is not null)
        {
            return ["GET"];
        }

        return endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is { HttpMethods.Count: > 0 } methods ? methods.HttpMethods : ["GET"];
    }

    private static async Task<HttpResponseMessage> CallAsync(Visitor visitor, string method, string path, Visitor.Page? page = null)
    {
        page ??= new Visitor.Page(HttpStatusCode.OK, "", null);
        return method == "GET" ? await visitor.Http.GetAsync(path)
            : method == "PUT" ? await visitor.PutAsync(path, page, "{}")
            : path.EndsWith("/file", StringComparison.Ordinal) ? await visitor.SendFileAsync(path, page, TestKit.TestImages.Running("true"))
            : await visitor.SendAsync(path, page);
    }

    private static void AssertClosed(string method, string path, HttpResponseMessage answer)
    {
        var toTheForm = answer.StatusCode == HttpStatusCode.Found && answer.Headers.Location!.ToString() is var way && way.Contains("/sign-in", StringComparison.Ordinal);
        Assert.True(answer.StatusCode == HttpStatusCode.Unauthorized || (method == "GET" && toTheForm), $"{method} {path} answered {answer.StatusCode} {answer.Headers.Location}.");
    }

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex ParameterPattern();
}
