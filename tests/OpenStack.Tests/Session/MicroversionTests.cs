using System.Net;
using System.Text;
using OpenStack.Errors;
using OpenStack.Keystone;
using OpenStack.Nova;
using OpenStack.Session;

namespace OpenStack.Tests.Session;

public sealed class MicroversionTests : IDisposable
{
    private readonly OldNova _nova = new();

    [Fact]
    public async Task Call_NovaIsOlder_AgreesOnceAndGoesOn()
    {
        var session = Session("http://nova.test/v2.1");

        var first = await session.Nova.ListServersAsync(null, null, null, TestContext.Current.CancellationToken);
        await session.Nova.ActAsync("1", new ServerAction { Lock = new LockAction("mine") }, TestContext.Current.CancellationToken);

        Assert.Equal("web", Assert.Single(first.Servers).Name);
        Assert.Equal(
            ["GET /v2.1/servers/detail compute 2.93", "GET /v2.1/ ", "GET /v2.1/servers/detail compute 2.79", "POST /v2.1/servers/1/action compute 2.79 {\"lock\":{\"locked_reason\":\"mine\"}}"],
            _nova.Calls);
    }

    [Fact]
    public async Task Call_ThatWasRefusedFirst_SendsItsBodyAgain()
    {
        await Session("http://nova.test/v2.1").Nova.ActAsync("1", new ServerAction { Stop = true }, TestContext.Current.CancellationToken);

        Assert.Equal("POST /v2.1/servers/1/action compute 2.79 {\"os-stop\":null}", _nova.Calls[^1]);
    }

    [Fact]
    public async Task Call_TheProjectIsInTheAddress_AsksTheVersionBeforeIt()
    {
        await Session("http://nova.test/v2.1/0123abc").Nova.ListServersAsync(null, null, null, TestContext.Current.CancellationToken);

        Assert.Equal(["GET /v2.1/0123abc/servers/detail compute 2.93", "GET /v2.1/ ", "GET /v2.1/0123abc/servers/detail compute 2.79"], _nova.Calls);
    }

    [Fact]
    public async Task Call_NovaIsTooOld_SaysWhatItSpeaksAndWhatIsNeeded()
    {
        _nova.Newest = "2.60";

        var refused = await Assert.ThrowsAsync<OpenStackException>(() => Session("http://nova.test/v2.1").Nova.ListServersAsync(null, null, null, TestContext.Current.CancellationToken));

        Assert.Equal("This Nova is too old for the dashboard: it speaks microversions up to 2.60, and 2.73 is the least that is needed.", refused.Message);
    }

    public void Dispose() => _nova.Dispose();

    private OpenStackSession Session(string url) => new(_nova, "token", new TokenBody
    {
        User = new TokenUser("u", "lab-user", new NamedRef("default", "Default")),
        ExpiresAt = DateTimeOffset.MaxValue,
        Catalog = [new CatalogEntry("compute", "nova", [new CatalogEndpoint("public", url)])],
    });

    /// <summary>Says 406 to what it does not speak, in Nova's own words.</summary>
    private sealed class OldNova : HttpMessageHandler
    {
        public string Newest { get; set; } = "2.79";
        public List<string> Calls { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var version = request.Headers.TryGetValues("OpenStack-API-Version", out var versions) ? versions.Single() : "";
            var body = request.Content is null ? "" : " " + await request.Content.ReadAsStringAsync(cancellationToken);
            Calls.Add($"{request.Method} {request.RequestUri!.AbsolutePath} {version}{body}");
            return request.RequestUri.AbsolutePath == "/v2.1/"
                ? Answer(HttpStatusCode.OK, $$$"""{"version": {"id": "v2.1", "status": "CURRENT", "version": "{{{Newest}}}", "min_version": "2.1"}}""")
                : version == $"compute {Newest}" ? Answer(HttpStatusCode.OK, """{"servers": [{"id": "1", "name": "web", "status": "ACTIVE", "tenant_id": "p", "user_id": "u"}]}""")
                : Answer(HttpStatusCode.NotAcceptable, $$$"""{"computeFault": {"code": 406, "message": "Version 2.93 is not supported by the API. Minimum is 2.1 and maximum is {{{Newest}}}."}}""");
        }

        private static HttpResponseMessage Answer(HttpStatusCode status, string json) => new(status) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
    }
}
