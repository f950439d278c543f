using System.Net;
using OpenStack.Errors;
using OpenStack.Keystone;
using OpenStack.Session;

namespace OpenStack.Tests.Session;

public sealed class OpenStackSessionTests
{
    [Fact]
    public async Task Call_Refused_ThrowsTheServicesOwnWords()
    {
        var session = Session(StubHandler.Answering(HttpStatusCode.Forbidden, """{"forbidden": {"code": 403, "message": "Policy does not allow it."}}""", "req-1"));

        var refused = await Assert.ThrowsAsync<OpenStackException>(() => session.Nova.GetServerAsync("x", TestContext.Current.CancellationToken));

        Assert.Equal((HttpStatusCode.Forbidden, "Policy does not allow it.", "req-1", "compute"), (refused.StatusCode, refused.Message, refused.RequestId, refused.Service));
    }

    [Fact]
    public async Task Call_NoAnswer_ThrowsUnreachable()
    {
        var session = Session(StubHandler.Failing(new HttpRequestException("connection refused")));

        var refused = await Assert.ThrowsAsync<OpenStackException>(() => session.Glance.GetImageAsync("x", TestContext.Current.CancellationToken));

        Assert.True(refused.Unreachable);
    }

    [Fact]
    public async Task Call_Cancelled_ThrowsCancellation()
    {
        var session = Session(StubHandler.Failing(new OperationCanceledException()));

        await Assert.ThrowsAsync<OperationCanceledException>(() => session.Nova.GetServerAsync("x", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Call_WithJson_TellsItsLength()
    {
        // A WSGI server reads nothing of a body that comes in chunks.
        long? length = null;
        var handler = StubHandler.Answering(HttpStatusCode.Unauthorized, "{}");
        handler.Seen = request => length = request.Content!.Headers.ContentLength;
        var keystone = new KeystoneClient(handler, new Uri("http://keystone.test/v3"));

        await Assert.ThrowsAsync<OpenStackException>(() => keystone.SignInAsync(AuthRequest.Password("a", "b", "Default"), null, TestContext.Current.CancellationToken));

        Assert.True(length > 0);
    }

    [Fact]
    public async Task SignIn_Refused_ThrowsKeystonesWords()
    {
        var keystone = new KeystoneClient(StubHandler.Answering(HttpStatusCode.Unauthorized, """{"error": {"code": 401, "message": "The account is locked."}}"""), new Uri("http://keystone.test/v3"));

        var refused = await Assert.ThrowsAsync<OpenStackException>(() => keystone.SignInAsync(AuthRequest.Password("a", "b", "Default"), null, TestContext.Current.CancellationToken));

        Assert.Equal((HttpStatusCode.Unauthorized, "The account is locked."), (refused.StatusCode, refused.Message));
    }

    [Fact]
    public async Task SignIn_NoAnswer_ThrowsUnreachable()
    {
        var keystone = new KeystoneClient(StubHandler.Failing(new HttpRequestException("connection refused")), new Uri("http://keystone.test/v3"));

        var refused = await Assert.ThrowsAsync<OpenStackException>(() => keystone.SignInAsync(AuthRequest.Password("a", "b", "Default"), null, TestContext.Current.CancellationToken));

        Assert.True(refused.Unreachable);
    }

    [Fact]
    public async Task SignIn_ConnectionWasClosedAsItWasUsed_AsksAgain()
    {
        var asked = 0;
        var handler = StubHandler.Answering(HttpStatusCode.Created, """{"token": {"user": {"id": "u", "name": "a", "domain": {"id": "d", "name": "D"}}, "expires_at": "2026-11-23T10:00:00Z"}}""", subjectToken: "t");
        handler.Seen = _ =>
        {
            if (++asked == 1)
            {
                throw new HttpRequestException(HttpRequestError.ResponseEnded);
            }
        };
        var keystone = new KeystoneClient(handler, new Uri("http://keystone.test"));

        var session = await keystone.SignInAsync(AuthRequest.Password("a", "b", "D"), null, TestContext.Current.CancellationToken);

        Assert.Equal(("t", 2), (session.Token, asked));
    }

    [Fact]
    public async Task SignIn_UnscopedToken_HasNoCatalogAndNoRoles()
    {
        var keystone = new KeystoneClient(
            StubHandler.Answering(HttpStatusCode.Created, """{"token": {"user": {"id": "u", "name": "a", "domain": {"id": "d", "name": "D"}}, "expires_at": "2026-11-23T10:00:00Z"}}""", subjectToken: "t"),
            new Uri("http://keystone.test"));

        var session = await keystone.SignInAsync(AuthRequest.Password("a", "b", "D"), null, TestContext.Current.CancellationToken);

        Assert.Empty(session.Body.Catalog);
        Assert.Empty(session.Body.Roles);
        Assert.Null(session.Endpoint("compute"));
    }

    [Fact]
    public async Task Server_OldMicroversion_HasEmptyLists()
    {
        var session = Session(StubHandler.Answering(HttpStatusCode.OK, """{"server": {"id": "1", "name": "web", "status": "ACTIVE", "tenant_id": "p", "user_id": "u", "tags": null}}"""));

        var server = (await session.Nova.GetServerAsync("1", TestContext.Current.CancellationToken)).Server;

        Assert.Empty(server.Tags);
        Assert.Empty(server.Metadata);
        Assert.Empty(server.Addresses);
    }

    [Theory]
    [InlineData(null, "http://one.test/")]
    [InlineData("two", "http://two.test/")]
    [InlineData("three", null)]
    public void Endpoint_OfTheRegionAlone_WhenOneIsNamed(string? region, string? expected)
    {
        var body = new TokenBody
        {
            User = new TokenUser("u", "lab-user", new NamedRef("default", "Default")),
            ExpiresAt = DateTimeOffset.MaxValue,
            Catalog = [new CatalogEntry("image", "glance", [new CatalogEndpoint("public", "http://one.test", "one"), new CatalogEndpoint("public", "http://two.test", "two")])],
        };

        var session = new OpenStackSession(StubHandler.Answering(HttpStatusCode.OK, "{}"), "token", body, region);

        Assert.Equal(expected, session.Endpoint("image")?.ToString());
    }

    [Theory]
    [InlineData("compute", "http://nova.test:8774", "http://nova.test:8774/v2.1")]
    [InlineData("compute", "http://nova.test/compute/v2.1/", "http://nova.test/compute/v2.1")]
    [InlineData("compute", "http://nova.test/v2.1/0123abc", "http://nova.test/v2.1/0123abc")]
    [InlineData("image", "http://glance.test:9292", "http://glance.test:9292/")]
    [InlineData("image", "http://glance.test/image/v2/", "http://glance.test/image")]
    [InlineData("placement", "http://placement.test/placement", "http://placement.test/placement")]
    public void Endpoint_WithOrWithoutAVersion_IsAsOurPathsBegin(string type, string url, string expected)
    {
        var session = Session(StubHandler.Answering(HttpStatusCode.OK, "{}"), [new CatalogEntry(type, type, [new CatalogEndpoint("public", url)])]);

        Assert.Equal(expected, session.Endpoint(type)?.ToString());
    }

    [Theory]
    [InlineData("http://keystone.test:5000", "http://keystone.test:5000/v3")]
    [InlineData("http://keystone.test/identity/", "http://keystone.test/identity/v3")]
    [InlineData("http://keystone.test/identity/v3/", "http://keystone.test/identity/v3")]
    [InlineData("http://keystone.test/v2.0", "http://keystone.test/v3")]
    public void AuthUrl_WithOrWithoutAVersion_HasIt(string url, string expected) =>
        Assert.Equal(expected, new KeystoneClient(StubHandler.Answering(HttpStatusCode.OK, "{}"), new Uri(url)).AuthUrl.ToString());

    [Fact]
    public async Task Call_OfAServiceThatTheCatalogLacks_SaysSoAndAsksNobody()
    {
        var session = new OpenStackSession(StubHandler.Failing(new InvalidOperationException()), "token", Body([]), "North");

        var refused = await Assert.ThrowsAsync<OpenStackException>(() => session.Glance.GetImageAsync("x", TestContext.Current.CancellationToken));

        Assert.False(session.Has("image"));
        Assert.Equal((HttpStatusCode.NotImplemented, "This cloud has no service of the type image in the region North."), (refused.StatusCode, refused.Message));
    }

    [Fact]
    public void Regions_AreThoseWithACompute()
    {
        CatalogEndpoint In(string region, string @interface = "public") => new(@interface, "http://x.test", region, region);
        var identity = new CatalogEntry("identity", "keystone", [In("West"), In("East"), In("Objects")]);
        var compute = new CatalogEntry("compute", "nova", [In("West"), In("East"), In("Hidden", "internal")]);

        Assert.Equal(["East", "West"], CatalogRegions.Of(Body([identity, compute])));
        Assert.Equal(["East", "Objects", "West"], CatalogRegions.Of(Body([identity])));
    }

    private static TokenBody Body(IReadOnlyList<CatalogEntry> catalog) => new() { User = new TokenUser("u", "lab-user", new NamedRef("default", "Default")), ExpiresAt = DateTimeOffset.MaxValue, Catalog = catalog };

    private static OpenStackSession Session(HttpMessageHandler handler, IReadOnlyList<CatalogEntry> catalog) => new(handler, "token", Body(catalog));

    private static OpenStackSession Session(HttpMessageHandler handler) => new(handler, "token", new TokenBody
    {
        User = new TokenUser("u", "lab-user", new NamedRef("default", "Default")),
        ExpiresAt = DateTimeOffset.MaxValue,
        Catalog = [new CatalogEntry("compute", "nova", [new CatalogEndpoint("public", "http://nova.test/v2.1")]), new CatalogEntry("image", "glance", [new CatalogEndpoint("public", "http://glance.test")])],
    });
}
