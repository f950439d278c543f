using System.Threading.Channels;
using Dashboard.Components;
using Dashboard.Images;
using Dashboard.Instances;
using Dashboard.Tests.Images;
using DriverHost.Client;
using Microsoft.Extensions.Logging.Abstractions;
using ComputeHostId = OpenStack.Nova.ComputeHostId;

namespace Dashboard.Tests.Instances;

public sealed class LiveInstancesTests : IAsyncDisposable
{
    private readonly TestInstanceCloud _cloud = new();
    private readonly TestTime _time = new(passes: ChangeBell.Floor);
    private readonly LiveInstances _live;
    private readonly Channel<LiveState> _states = Channel.CreateUnbounded<LiveState>();

    public LiveInstancesTests() => _live = new LiveInstances(_cloud, _time, NullLogger<LiveInstances>.Instance);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Watch_First_ShowsNovasListWithTheEnginesWord()
    {
        _cloud.With("web", TestInstances.Exited("web", 3));

        using var watching = Watch();

        var facts = (await UntilAsync(s => s.Loaded && s.Link.Live)).Instances[TestInstances.Id("web")];
        Assert.Equal(InstanceState.Exited, facts.Host!.State);
    }

    [Fact]
    public async Task Watch_First_AsksNovaOnceUntilItsTimeHasCome()
    {
        var lists = new List<DateTimeOffset>();
        _cloud.Nova.Listing = () => lists.Add(_time.GetUtcNow());
        _cloud.Nova.Hold();
        using var watching = Watch();
        await _cloud.ToldAsync(Cancel);
        _cloud.Nova.Answer();

        await _time.PassAsync(LiveInstances.PushedPeriod, Cancel);
        await _cloud.Nova.ListedAsync(Cancel);
        await _cloud.Nova.ListedAsync(Cancel);

        Assert.InRange(lists[1] - lists[0], LiveInstances.PushedPeriod, LiveInstances.PushedPeriod + TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Watch_HostSpeaksBeforeNova_TellsWhenThereIsSomethingToDrawAndAtOnce()
    {
        var live = new LiveInstances(_cloud, new TestTime(passes: TimeSpan.MinValue), NullLogger<LiveInstances>.Instance);
        var told = Channel.CreateUnbounded<bool>();
        _cloud.Nova.Hold();
        var watching = live.Watch(() => told.Writer.TryWrite(live.Now.Loaded));
        await _cloud.ToldAsync(Cancel);

        _cloud.Nova.Answer();

        Assert.True(await told.Reader.ReadAsync(Cancel));
        watching.Dispose();
        await live.EndAsync();
    }

    [Fact]
    public async Task Watch_Another_HasNovaAskedForIt()
    {
        using var watching = Watch();
        await _cloud.Nova.ListedAsync(Cancel);

        using var another = Watch();

        await _cloud.Nova.ListedAsync(Cancel);
    }

    [Fact]
    public async Task Watch_ById_ComesWithTheNewest()
    {
        var names = Enumerable.Range(0, InstanceReader.Newest + 10).Select(n => $"web-{n}").ToList();
        foreach (var name in names)
        {
            _cloud.With(name);
        }

        var oldest = names.Select(TestInstances.Id).Max(StringComparer.Ordinal)!;
        _cloud.Nova.HoldAfterTheFirst();
        using var watching = _live.Watch(() => _states.Writer.TryWrite(_live.Now), oldest);

        var newest = await UntilAsync(s => s.Begun && s.Link.Live);
        _cloud.Nova.Answer();

        Assert.Equal((false, true), (newest.Loaded, newest.Instances.ContainsKey(oldest)));
    }

    [Fact]
    public async Task Watch_NovaGivesShortPages_ShowsThemAll()
    {
        _cloud.Nova.MostOnAPage = 2;
        string[] names = ["a", "b", "c", "d", "e"];
        foreach (var name in names)
        {
            _cloud.With(name);
        }

        using var watching = Watch();

        var state = await UntilAsync(s => s.Loaded && s.Link.Live);
        Assert.Equal(names.Select(TestInstances.Id).Order(StringComparer.Ordinal), state.Instances.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Watch_MoreThanAScreenShows_HasTheNewestBeforeTheOthers()
    {
        foreach (var number in Enumerable.Range(0, InstanceReader.Newest + 10))
        {
            _cloud.With($"web-{number}");
        }

        _cloud.Nova.HoldAfterTheFirst();
        using var watching = Watch();
        var newest = await UntilAsync(s => s.Begun && s.Link.Live);
        _cloud.Nova.Answer();
        var whole = await UntilAsync(s => s.Loaded);

        Assert.Equal((false, InstanceReader.Newest), (newest.Loaded, newest.Instances.Count));
        Assert.Equal(InstanceReader.Newest + 10, whole.Instances.Count);
    }

    [Fact]
    public async Task Watch_NovasListLeavesOutTheFault_AsksForItOnce()
    {
        _cloud.Nova.With(TestInstances.Server("web", "ERROR"));
        _cloud.Nova.OwnFaults[TestInstances.Id("web")] = new OpenStack.Nova.ServerFault(500, "No valid host was found. ");
        using var watching = Watch();
        var state = await UntilAsync(s => s.Loaded && s.Link.Live);
        var shown = _cloud.Nova.Shown.Count;

        _time.Advance(TimeSpan.FromSeconds(1));
        _live.Refresh();
        await UntilAsync(s => s.NovaAt > state.NovaAt);

        Assert.Equal("No valid host was found. ", state.Instances[TestInstances.Id("web")].Server.Fault?.Message);
        Assert.Equal((1, 1), (shown, _cloud.Nova.Shown.Count));
    }

    [Fact]
    public async Task Event_OfAKnownInstance_ChangesItWithoutAskingNova()
    {
        _cloud.With("web");
        using var watching = Watch();
        await UntilAsync(s => s.Loaded && s.Link.Live);
        await _cloud.Nova.ListedAsync(Cancel);

        _cloud.Push(TestInstances.Exited("web", 3));

        await UntilAsync(s => Host(s, "web")?.State == InstanceState.Exited);
    }

    [Fact]
    public async Task Event_OfAnInstanceThatNovaDidNotList_HasNovaAsked()
    {
        using var watching = Watch();
        await UntilAsync(s => s.Loaded && s.Link.Live);

        _cloud.With("web");

        await UntilAsync(s => Host(s, "web") is not null);
    }

    [Fact]
    public async Task Event_OfAnotherProject_IsNotShown()
    {
        _cloud.With("web");
        _cloud.Push(TestInstances.Host("theirs") with { ProjectId = "p2" });
        using var watching = Watch();

        var state = await UntilAsync(s => s.Loaded && s.Link.Live);

        Assert.Equal([TestInstances.Id("web")], state.Instances.Keys);
    }

    [Fact]
    public async Task Deleted_OnTheHost_IsDeletingUntilNovaForgetsIt()
    {
        _cloud.With("web");
        using var watching = Watch();
        await UntilAsync(s => s.Loaded && s.Link.Live);
        _cloud.Nova.Hold();

        _cloud.PushDeleted("web");

        var deleting = await UntilAsync(s => Host(s, "web") is null);
        Assert.Equal("Deleting", Standings.Of(deleting.Instances[TestInstances.Id("web")], deleting.Link).Word);
        _cloud.Nova.Servers.Clear();
        _cloud.Nova.Answer();
        await UntilAsync(s => s.Instances.IsEmpty);
    }

    [Fact]
    public async Task HostBreaks_ForAMoment_ConnectsAgainAndShowsWhatWasMissed()
    {
        _cloud.With("web");
        using var watching = Watch();
        await _cloud.ConnectedAsync(Cancel);
        await UntilAsync(s => s.Loaded && s.Link.Live);

        _cloud.Break();
        _cloud.Push(TestInstances.Exited("web", 0));
        await _time.PassAsync(TimeSpan.FromMilliseconds(500), Cancel);
        await _cloud.ConnectedAsync(Cancel);

        var state = await UntilAsync(s => Host(s, "web")?.State == InstanceState.Exited);
        Assert.True(state.Link.Live);
    }

    [Fact]
    public async Task HostSilent_FromTheStart_HasNovaAskedEveryFiveSecondsAndSaysWhy()
    {
        _cloud.HostDown = true;
        _cloud.Nova.With(TestInstances.Server("web"));
        using var watching = Watch();
        var state = await UntilAsync(s => s.Loaded && s.Link.Why is not null);
        await _cloud.Nova.ListedAsync(Cancel);

        _cloud.Nova.With(TestInstances.Server("web", "SHUTOFF"));
        await _time.PassAsync(LiveInstances.PolledPeriod, Cancel);

        Assert.Equal("The driver host does not answer.", state.Link.Why);
        await UntilAsync(s => s.Instances.Values.Single().Server.Status == "SHUTOFF");
    }

    [Fact]
    public async Task HostHangs_AtTheFirstConnection_LoadsWithoutItAfterAMoment()
    {
        _cloud.HostHangs = true;
        _cloud.Nova.With(TestInstances.Server("web"));
        using var watching = Watch();
        await _cloud.ConnectedAsync(Cancel);
        await _cloud.Nova.ListedAsync(Cancel);
        Assert.False(_live.Now.Loaded);

        await _time.PassAsync(HostFeed.FirstWordLimit, Cancel);

        await UntilAsync(s => s.Loaded);
    }

    [Fact]
    public async Task Unwatched_ForAMoment_GoesOn()
    {
        _cloud.With("web");
        using (Watch())
        {
            await UntilAsync(s => s.Loaded && s.Link.Live);
        }

        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.True(_live.Now.Loaded);
        using var again = Watch();
        _cloud.Push(TestInstances.Exited("web", 3));
        await UntilAsync(s => Host(s, "web")?.State == InstanceState.Exited);
        Assert.Equal(1, _cloud.Connections);
    }

    [Fact]
    public async Task Unwatched_AndWatchedAgainLater_BelievesNothingOldUntilItIsToldAnew()
    {
        _cloud.With("web");
        Watch().Dispose();
        using (Watch())
        {
            await UntilAsync(s => s.Loaded);
        }

        _time.Advance(LiveInstances.Linger);
        Assert.False(_live.Now.Loaded);
        _cloud.Push(TestInstances.Exited("web", 3));
        using var again = Watch();
        await UntilAsync(s => s.Loaded);
        Assert.Equal(InstanceState.Exited, Host(_live.Now, "web")!.State);
    }

    [Fact]
    public async Task HostPingsNoMore_IsNoticedAndWhatItSaidIsUnknown()
    {
        _cloud.With("web");
        using var watching = Watch();
        await UntilAsync(s => s.Loaded && s.Link.Live);

        _cloud.HostDown = true;
        _time.Advance(HostFeed.SilenceLimit);

        var state = await UntilAsync(s => !s.Link.Live);
        Assert.Equal(StateKind.Unknown, Standings.Of(state.Instances.Values.Single(), state.Link).Kind);
    }

    [Fact]
    public async Task OneOfTwoHosts_Breaks_MakesOnlyItsInstancesUnknownAndNamesIt()
    {
        _cloud.Hosts = ["compute-1", "compute-2"];
        _cloud.With("web");
        _cloud.Nova.With(TestInstances.Server("db"));
        _cloud.Push(TestInstances.Host("db"), "compute-2");
        using var watching = Watch();
        await UntilAsync(s => s.Loaded && s.Link.Live);

        _cloud.Down.Add("compute-2");
        _time.Advance(TimeSpan.FromSeconds(6));
        _cloud.Ping();
        _cloud.Break("compute-2");

        var state = await UntilAsync(s => !s.Link.Live);
        Assert.Equal("compute-2: The driver host does not answer.", state.Link.Why);
        Assert.Equal(StateKind.Running, Kind(state, "web"));
        Assert.Equal(StateKind.Unknown, Kind(state, "db"));
    }

    [Fact]
    public async Task OneOfTwoHosts_Removed_LeavesItsInstancesToNova()
    {
        _cloud.Hosts = ["compute-1", "compute-2"];
        _cloud.With("web");
        _cloud.Nova.With(TestInstances.Server("db"));
        _cloud.Push(TestInstances.Host("db"), "compute-2");
        using var watching = Watch();
        await UntilAsync(s => s.Loaded && s.Link.Live && Host(s, "db") is not null);

        _cloud.Hosts = ["compute-1"];
        _cloud.Break("compute-2");
        await _time.PassAsync(TimeSpan.FromMilliseconds(500), Cancel);

        var state = await UntilAsync(s => s.Links.ByHost.Count == 1);
        Assert.True(state.Link.Live);
        Assert.Null(Host(state, "db"));
        Assert.Equal(StateKind.Running, Kind(state, "db"));
    }

    [Fact]
    public async Task OneOfTwoHosts_SilentFromTheStart_LeavesItsInstancesToNova()
    {
        _cloud.Hosts = ["compute-1", "compute-2"];
        _cloud.Down.Add("compute-2");
        _cloud.With("web");
        _cloud.Nova.With(TestInstances.Server("db", change: s => s with { HostId = ComputeHostId.Of(s.TenantId, "compute-2") }));
        using var watching = Watch();

        var state = await UntilAsync(s => s.Loaded && Host(s, "web") is not null);

        var db = state.Instances[TestInstances.Id("db")];
        Assert.Equal("compute-2", state.Links.HostOf(db.Server));
        Assert.Equal("The driver host does not answer.", state.Links.Of(db.Server, db.HostName).Why);
        Assert.Null(state.Links["compute-1"].Why);
    }

    [Fact]
    public async Task Deleted_OnAHostThatLostIt_LeavesItWhereItIsNow()
    {
        _cloud.Hosts = ["compute-1", "compute-2"];
        var book = new LiveBook("p1", _time);
        book.Begin(_cloud.Hosts);
        book.Take("compute-1", TestInstances.Host("web"));
        book.Take("compute-2", TestInstances.Host("web"));

        book.Forget("compute-1", TestInstances.Host("web"));
        book.Synced("compute-1", new HashSet<string>());
        book.Read(new InstanceRead([TestInstances.Server("web")], System.Collections.Immutable.ImmutableDictionary<string, OpenStack.Glance.Image>.Empty, People.None), _time.GetUtcNow());

        Assert.Equal("compute-2", book.Now.Instances[TestInstances.Id("web")].HostName);
    }

    [Fact]
    public async Task NovaFails_AfterAList_KeepsTheOldFactsAndSaysSo()
    {
        _cloud.With("web");
        using var watching = Watch();
        await UntilAsync(s => s.Loaded && s.Link.Live);

        _cloud.Nova.ListFailure = TestCompute.Silence;
        _live.Refresh();

        var state = await UntilAsync(s => s.Problem is not null);
        Assert.Single(state.Instances);
        _cloud.Nova.ListFailure = null;
        _live.Refresh();
        await UntilAsync(s => s.Problem is null);
    }

    [Fact]
    public async Task Ask_UntilTheHostBegins_IsShownThenTheHostsWord()
    {
        _cloud.With("web");
        using var watching = Watch();
        await UntilAsync(s => s.Loaded && s.Link.Live);

        _live.Ask(TestInstances.Id("web"), InstanceAction.Stop);
        var asked = await UntilAsync(s => s.Instances.Values.Single().Asked is not null);
        _cloud.Push(TestInstances.Doing("web", "stop", "waiting"));

        Assert.Equal("Stopping", Standings.Of(asked.Instances.Values.Single(), asked.Link).Word);
        await UntilAsync(s => s.Instances.Values.Single().Asked is null);
    }

    [Fact]
    public async Task Ask_NobodyAnswers_IsForgotten()
    {
        _cloud.With("web");
        using var watching = Watch();
        await UntilAsync(s => s.Loaded && s.Link.Live);
        _live.Ask(TestInstances.Id("web"), InstanceAction.Stop);
        await UntilAsync(s => s.Instances.Values.Single().Asked is not null);

        _time.Advance(TimeSpan.FromSeconds(11));
        _live.Refresh();

        await UntilAsync(s => s.Instances.Values.Single().Asked is null);
    }

    [Fact]
    public async Task Follow_Snapshot_IsReadyWhenItsImageIs()
    {
        const string Image = "33333333-3333-3333-3333-333333333333";
        _cloud.With("web");
        _cloud.Glance.With(TestImages.Docker("snap", id: Image, status: "queued"));
        using var watching = Watch();
        await UntilAsync(s => s.Loaded && s.Link.Live);

        _live.Follow(TestInstances.Id("web"), Image, "snap");
        await UntilAsync(s => s.Instances.Values.Single().Snapshot is { End: SnapshotEnd.NotYet });
        _cloud.Glance.With(TestImages.Docker("snap", id: Image));
        _time.Advance(TimeSpan.FromSeconds(1));
        _live.Refresh();

        await UntilAsync(s => s.Instances.Values.Single().Snapshot is { End: SnapshotEnd.Ready });
    }

    [Fact]
    public async Task Follow_SnapshotWhoseImageIsGone_HasFailed()
    {
        _cloud.With("web");
        using var watching = Watch();
        await UntilAsync(s => s.Loaded && s.Link.Live);

        _live.Follow(TestInstances.Id("web"), "44444444-4444-4444-4444-444444444444", "snap");
        _time.Advance(TimeSpan.FromSeconds(1));
        _live.Refresh();

        await UntilAsync(s => s.Instances.Values.Single().Snapshot is { End: SnapshotEnd.Failed, Failure: not null });
    }

    [Fact]
    public async Task Watch_ById_FindsAnInstanceBeyondTheProjectsList()
    {
        _cloud.Nova.With(TestInstances.Server("theirs", change: s => s with { TenantId = "p2" }));
        using var watching = _live.Watch(() => _states.Writer.TryWrite(_live.Now), TestInstances.Id("theirs"));

        await UntilAsync(s => s.Instances.ContainsKey(TestInstances.Id("theirs")));
    }

    [Fact]
    public async Task Expect_LoadsForTheNextPageThatWatches_AndForNoOther()
    {
        var lists = 0;
        _cloud.Nova.Listing = () => lists++;
        _cloud.With("web");
        _live.Expect();
        await _cloud.Nova.ListedAsync(Cancel);
        await _cloud.ToldAsync(Cancel);

        using var watching = Watch();
        await UntilAsync(s => s.Loaded && s.Link.Live);
        var first = lists;
        using var another = Watch();
        await _cloud.Nova.ListedAsync(Cancel);

        Assert.Equal((1, 2, 1), (first, lists, _cloud.Connections));
    }

    [Fact]
    public async Task Host_AddedWhileItGoesOn_IsFollowed()
    {
        _cloud.With("web");
        using var watching = Watch();
        await UntilAsync(s => s.Loaded && s.Link.Live);
        _cloud.Nova.With(TestInstances.Server("db"));
        _cloud.Push(TestInstances.Host("db"), "compute-2");

        _cloud.Hosts = ["compute-1", "compute-2"];
        _live.Refresh();

        var state = await UntilAsync(s => Host(s, "db") is not null);
        Assert.True(state.Loaded);
    }

    [Fact]
    public async Task Host_WhoseFeedFailsUnexpectedly_HoldsUpNoLaterBeginning()
    {
        _cloud.With("web");
        _cloud.NextFault = new InvalidOperationException("A mistake of ours.");
        using (Watch())
        {
            await _cloud.ConnectedAsync(Cancel);
            await _cloud.Nova.ListedAsync(Cancel);
        }

        _time.Advance(LiveInstances.Linger);
        using var again = Watch();
        await UntilAsync(s => s.Loaded && s.Link.Live);
    }

    [Fact]
    public async Task Unwatched_ForAWhile_CancelsTheCallUnderWay()
    {
        _cloud.Nova.Hold();
        var watching = Watch();
        await _cloud.Nova.ListedAsync(Cancel);

        watching.Dispose();
        _time.Advance(LiveInstances.Linger);

        Assert.True(_cloud.Nova.LastListToken.IsCancellationRequested);
    }

    [Fact]
    public async Task SessionEnds_WhileWatching_EndsEverything()
    {
        _cloud.Nova.Hold();
        using var watching = Watch();
        await _cloud.Nova.ListedAsync(Cancel);

        _cloud.EndSession();

        Assert.True(_cloud.Nova.LastListToken.IsCancellationRequested);
        await _live.EndAsync();
    }

    [Fact]
    public async Task Read_MoreThanOnePage_HasAll()
    {
        _cloud.Nova.With(Enumerable.Range(0, 1200).Select(i => TestInstances.Server($"n{i}", change: s => s with { Id = $"{i:D36}" })));
        using var watching = Watch();

        var state = await UntilAsync(s => s.Loaded);

        Assert.Equal(1200, state.Instances.Count);
    }

    public async ValueTask DisposeAsync()
    {
        await _live.EndAsync();
        _cloud.Dispose();
    }

    private IDisposable Watch() => _live.Watch(() => _states.Writer.TryWrite(_live.Now));

    /// <summary>Reads what is told until the state is as wanted.</summary>
    private async Task<LiveState> UntilAsync(Func<LiveState, bool> wanted)
    {
        while (!wanted(_live.Now))
        {
            await _states.Reader.ReadAsync(Cancel);
        }

        return _live.Now;
    }

    private static StateKind Kind(LiveState state, string name)
    {
        var facts = state.Instances[TestInstances.Id(name)];
        return Standings.Of(facts, state.Links.Of(facts.Server, facts.HostName)).Kind;
    }

    private static HostInstance? Host(LiveState state, string name) => state.Instances.GetValueOrDefault(TestInstances.Id(name))?.Host;
}
