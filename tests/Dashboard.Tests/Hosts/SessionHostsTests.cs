using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Dashboard.Hosts;
using Dashboard.Tests.Instances;
using DriverHost.Client;
using Microsoft.Extensions.Time.Testing;
using ComputeHostId = OpenStack.Nova.ComputeHostId;

namespace Dashboard.Tests.Hosts;

public sealed class SessionHostsTests
{
    private static readonly JsonSerializerOptions Wire = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
    private static readonly string Id = TestInstances.Id("web");
    private readonly TestCompute _nova = new();
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_OnlyOneHost_IsThatOneWithoutAskingNova()
    {
        var only = new StubHost("compute-1");

        await Hosts(only).OfAsync(Id, Cancel);

        // Nova knows no server: it would have been a 404.
        Assert.Empty(_nova.Servers);
    }

    [Fact]
    public async Task Of_Several_IsTheOneThatNovaMeansWithTheUsersToken()
    {
        var (one, two) = (new StubHost("compute-1"), new StubHost("compute-2"));
        Place("compute-2");

        var host = await Hosts(one, two).OfAsync(Id, Cancel);
        await Assert.ThrowsAsync<DriverHostException>(() => host.GetAsync(Id, Cancel));

        Assert.Empty(one.Asked);
        Assert.Equal([("the-token", $"/v1/instances/{Id}")], two.Asked);
    }

    [Theory]
    [InlineData("compute-9", "The instance is on a host that has no driver host of this dashboard.")]
    [InlineData(null, "The instance is not on a host yet.")]
    public async Task Of_NoneOfOurs_IsNotFoundWithTheReason(string? place, string words)
    {
        Place(place);

        var refused = await Assert.ThrowsAsync<DriverHostException>(async () => await Hosts(new StubHost("compute-1"), new StubHost("compute-2")).OfAsync(Id, Cancel));

        Assert.Equal((HttpStatusCode.NotFound, "no_driver_host", words), (refused.StatusCode, refused.Code, refused.Message));
    }

    [Fact]
    public async Task Of_NoHostAtAll_IsNotFound()
    {
        Place("compute-1");

        Assert.Equal("no_driver_host", (await Assert.ThrowsAsync<DriverHostException>(async () => await Hosts().OfAsync(Id, Cancel))).Code);
    }

    [Fact]
    public async Task Of_Deleted_IsTheHostThatKeepsItsRecord()
    {
        var (one, two) = (new StubHost("compute-1"), new StubHost("compute-2"));
        two.Answers($"/v1/records/{Id}", JsonSerializer.Serialize(TestInstances.Record("web"), Wire));

        var host = await Hosts(one, two).OfAsync(Id, Cancel);

        Assert.Equal(Id, (await host.RecordAsync(Id, Cancel)).Id);
    }

    [Fact]
    public async Task Of_DeletedAndOneHostSilent_NamesTheHostThatMayKeepIt()
    {
        var refused = await Assert.ThrowsAsync<DriverHostException>(
            async () => await Hosts(new StubHost("compute-1"), new StubHost("compute-2") { Down = true }).OfAsync(Id, Cancel));

        Assert.Equal("compute-2 may keep what is left of the instance: The driver host does not answer.", refused.Message);
        Assert.Null(refused.StatusCode);
    }

    [Fact]
    public async Task Of_DeletedEverywhere_IsNotFound() =>
        Assert.Equal(HttpStatusCode.NotFound, (await Assert.ThrowsAsync<DriverHostException>(async () => await Hosts(new StubHost("compute-1"), new StubHost("compute-2")).OfAsync(Id, Cancel))).StatusCode);

    [Fact]
    public async Task Of_FoundBefore_IsBelievedForAMinute()
    {
        var hosts = Hosts(new StubHost("compute-1"), new StubHost("compute-2"));
        Place("compute-2");
        await hosts.OfAsync(Id, Cancel);
        _nova.Servers.Clear();

        await hosts.OfAsync(Id, Cancel);
        _time.Advance(TimeSpan.FromSeconds(61));

        await Assert.ThrowsAsync<DriverHostException>(async () => await hosts.OfAsync(Id, Cancel));
    }

    [Fact]
    public async Task Of_AHostThatWasRemoved_IsNotFoundAtOnce()
    {
        StubHost[] all = [new("compute-1"), new("compute-2"), new("compute-3")];
        var hosts = new SessionHosts(() => [.. all.Select(h => h.Known)], _nova, () => "the-token", _time);
        Place("compute-2");
        await hosts.OfAsync(Id, Cancel);

        all = [all[0], all[2]];

        Assert.Equal("no_driver_host", (await Assert.ThrowsAsync<DriverHostException>(async () => await hosts.OfAsync(Id, Cancel))).Code);
    }

    [Fact]
    public async Task Each_OneHangs_IsGivenUpAndTheOthersAnswer()
    {
        var (one, two) = (new StubHost("compute-1"), new StubHost("compute-2") { Hangs = true });
        one.Answers("/v1/instances", "[]");

        var asked = Hosts(one, two).EachAsync((host, cancel) => host.ListAsync(cancel), Cancel);
        _time.Advance(TimeSpan.FromSeconds(6));

        var (answers, failures) = await asked;
        Assert.Equal("compute-1", Assert.Single(answers).Host.Name);
        Assert.Equal(("compute-2", "The driver host does not answer."), (failures[0].Host.Name, failures[0].Failure.Message));
    }

    [Fact]
    public async Task Any_FirstIsDown_AsksTheNextButARefusalIsAnAnswer()
    {
        var (one, two) = (new StubHost("compute-1") { Down = true }, new StubHost("compute-2"));
        two.Answers("/v1/instances", "[]");

        Assert.Empty(await Hosts(one, two).AnyAsync(host => host.ListAsync(Cancel)));
        Assert.Equal(HttpStatusCode.NotFound, (await Assert.ThrowsAsync<DriverHostException>(() => Hosts(two, one).AnyAsync(host => host.GetHostAsync(Cancel)))).StatusCode);
    }

    [Fact]
    public async Task WatchAll_OneIsDown_TellsWhatTheOthersSayUntilTheyEnd()
    {
        var (one, two) = (new StubHost("compute-1") { Down = true }, new StubHost("compute-2"));
        two.Answers("/v1/events", JsonSerializer.Serialize(new HostEvent(HostEvent.Ping, TestInstances.Now), Wire));
        var seen = new List<string>();

        await foreach (var item in Hosts(one, two).WatchAllAsync(Cancel))
        {
            seen.Add(item.Type);
        }

        Assert.Equal([HostEvent.Ping], seen);
    }

    private void Place(string? host) =>
        _nova.With(TestInstances.Server("web", change: s => s with { HostId = host is null ? "" : ComputeHostId.Of(s.TenantId, host) }));

    private SessionHosts Hosts(params StubHost[] hosts) => new(() => [.. hosts.Select(h => h.Known)], _nova, () => "the-token", _time);

    /// <summary>A driver host that knows what it is given, and is down or hangs when told to.</summary>
    private sealed class StubHost : HttpMessageHandler
    {
        private readonly Dictionary<string, string> _answers = [];

        public StubHost(string name)
        {
            var url = new Uri($"http://{name}.test");
            Known = new KnownHost(name, url, new HttpClient(this) { BaseAddress = url });
        }

        public KnownHost Known { get; }
        public bool Down { get; init; }
        public bool Hangs { get; init; }
        public List<(string Token, string Path)> Asked { get; } = [];

        public void Answers(string path, string json) => _answers[path] = json;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Add((request.Headers.GetValues("X-Auth-Token").Single(), request.RequestUri!.AbsolutePath));
            if (Hangs)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            return Down ? throw new HttpRequestException("refused")
                : _answers.TryGetValue(request.RequestUri!.AbsolutePath, out var json) ? new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(json, Encoding.UTF8, "application/json") }
                : new HttpResponseMessage(HttpStatusCode.NotFound) { Content = JsonContent.Create(new { detail = "There is no such thing.", code = "not_found" }) };
        }
    }
}
