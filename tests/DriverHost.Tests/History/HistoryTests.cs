using System.Globalization;
using System.Net;
using System.Text.Json;
using DriverHost.Client;
using DriverHost.History;
using DriverHost.Tests.Containers;

namespace DriverHost.Tests.History;

/// <summary>Windows, searches and records of real instances, alive and deleted.</summary>
[Trait("needs", "docker")]
public sealed class HistoryTests(DriverHostFixture fixture) : IAsyncDisposable
{
    private readonly Instances _instances = new(fixture.Host);
    private readonly string _project = TestSpecs.NewProject();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private DriverHostClient Reader => field ??= fixture.Host.As(_project, "reader");

    public ValueTask DisposeAsync() => _instances.DisposeAsync();

    [Fact]
    public async Task Window_AroundALine_IsItsNeighbours()
    {
        var instance = await EndedAsync("seq 30000");
        var all = await RecordsAsync(instance, new LogQuery());
        // The newest window brings all of the log in; an older one counts what is in by then.
        await HistoryAsync(instance, "window", "?before=1");

        var records = await HistoryAsync(instance, "window", $"?cursor={all[14_999].Cursor}&before=2&after=3");

        Assert.Equal(["14998", "14999", "15000", "15001", "15002"], Texts(records));
        Assert.Equal(new LogWindow(14_998, 30_000, Start: false, End: false, all[0].Time), records.Single(r => r.Window is not null).Window);
    }

    [Fact]
    public async Task Window_WalkedBackwards_ReachesTheFirstLine()
    {
        var instance = await EndedAsync("seq 12000");
        var texts = new List<string>();
        var place = "";
        LogWindow window;
        do
        {
            var records = await HistoryAsync(instance, "window", $"?{place}before=5000");
            window = records.Single(r => r.Window is not null).Window!;
            texts.InsertRange(0, Texts(records));
            place = $"cursor={records.First(r => r.Text is not null).Cursor}&";
        }
        while (!window.Start);

        Assert.Equal(Enumerable.Range(1, 12_000).Select(i => i.ToString(CultureInfo.InvariantCulture)), texts);
    }

    [Fact]
    public async Task Window_OfALogThatGrows_HasWhatWasWrittenSince()
    {
        var instance = await _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id, _project, "seq 3; while [ ! -e /go ]; do sleep 0.05; done; seq 4 6; while [ ! -e /more ]; do sleep 0.05; done; seq 7 2000; echo end; sleep 1000"));
        await fixture.Host.WaitForLineAsync(instance.Id, "3");
        Assert.Equal(["1", "2", "3"], Texts(await HistoryAsync(instance, "window", "?before=10")));

        await Instances.RunAsync(instance, "touch /go");
        await fixture.Host.WaitForLineAsync(instance.Id, "6");
        Assert.Equal(["1", "2", "3", "4", "5", "6"], Texts(await HistoryAsync(instance, "window", "?before=10")));

        // More than the newest thousand: the engine is asked in another way.
        await Instances.RunAsync(instance, "touch /more");
        await fixture.Host.WaitForLineAsync(instance.Id, "end");
        Assert.Equal([.. Enumerable.Range(1, 2000).Select(i => i.ToString(CultureInfo.InvariantCulture)), "end"], Texts(await HistoryAsync(instance, "window", "?before=5000")));
    }

    [Fact]
    public async Task Search_FindsNewestFirst_CountsAll_AndSaysTheirNumbers()
    {
        var instance = await EndedAsync("seq 40000");

        var records = await HistoryAsync(instance, "search", "?q=77&limit=5");
        var done = records[^1].Done!;

        Assert.Equal(["39977", "39877", "39779", "39778", "39777"], records.Where(r => r.Match is not null).Select(r => r.Match!.Text));
        Assert.Equal([39_977, 39_877, 39_779, 39_778, 39_777], records.Where(r => r.Match is not null).Select(r => r.Match!.Line));
        Assert.Equal(new LogSearchEnd(40_000, Enumerable.Range(1, 40_000).Count(i => i.ToString(CultureInfo.InvariantCulture).Contains("77", StringComparison.Ordinal)), Limited: true), done);
    }

    [Fact]
    public async Task Search_ByExpressionStreamAndLevel_Narrows()
    {
        var instance = await EndedAsync("echo one ERROR; echo two ERROR >&2; sleep 0.1; echo three >&2");

        Assert.Equal(["two ERROR"], Found(await HistoryAsync(instance, "search", "?level=error&stream=err")));
        Assert.Equal(["three", "two ERROR"], Found(await HistoryAsync(instance, "search", "?q=^t&regex=true")));
        Assert.Equal(["three"], Found(await HistoryAsync(instance, "search", "?q=error&inverse=true")));
    }

    [Theory]
    [InlineData("search?q=(&regex=true", "This is not a regular expression")]
    [InlineData("search?limit=0", "limit is a number from 1 to 10,000.")]
    [InlineData("search?level=bad", "level is error or warning.")]
    [InlineData("search?before=x", "before is the cursor of a line")]
    [InlineData("window?before=100000", "before is a number of lines, at most 20000.")]
    [InlineData("window?before=15000&after=15000", "together 20000 at most")]
    [InlineData("window?cursor=x", "cursor is what a log record carries")]
    [InlineData("window?at=soon", "at is a time like")]
    public async Task History_AskedForWrongly_SaysWhatIsWrong(string query, string words)
    {
        var instance = await EndedAsync("true");
        var parts = query.Split('?');

        var refused = await Assert.ThrowsAsync<DriverHostException>(() => Reader.OpenLogHistoryAsync(instance.Id, parts[0], $"?{parts[1]}", Cancelled));

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DeletedInstance_KeepsItsLogExitAndRecord_ForItsProjectOnly()
    {
        var instance = await EndedAsync("seq 5; exit 3");
        await fixture.Host.Operator.DeleteAsync(instance.Id, Cancelled);

        var followed = await RecordsAsync(instance, new LogQuery { Follow = true });
        var record = await Reader.RecordAsync(instance.Id, Cancelled);

        Assert.Equal(["1", "2", "3", "4", "5"], Texts(followed));
        Assert.Equal("deleted", followed[^1].End!.Reason);
        Assert.Equal(["start", "exit"], followed.Where(r => r.Event is not null).Select(r => r.Event!.Type));
        Assert.Equal(["5", "4"], Found(await HistoryAsync(instance, "search", "?q=[45]&regex=true")));
        Assert.Equal((3, false, 5L, null), (record.Exit!.Code, record.Exit.OutOfMemory, record.Log.Lines, record.Log.Problem));
        Assert.False(record.RanUntilDeleted);
        Assert.Equal(instance.ContainerId, record.Inspect!.Value.GetProperty("Id").GetString());
        Assert.Equal(instance.Id, Assert.Single(await Reader.RecordsAsync(Cancelled)).Id);

        var stranger = fixture.Host.As(TestSpecs.NewProject(), "member");
        Assert.Empty(await stranger.RecordsAsync(Cancelled));
        Assert.Equal(HttpStatusCode.NotFound, (await Assert.ThrowsAsync<DriverHostException>(() => stranger.RecordAsync(instance.Id, Cancelled))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Assert.ThrowsAsync<DriverHostException>(() => stranger.OpenLogsAsync(instance.Id, new LogQuery(), "text/plain", Cancelled))).StatusCode);
    }

    [Fact]
    public async Task InstanceDeletedWhileItRuns_KeepsItsLastLine_AndSaysSo()
    {
        var spec = TestSpecs.Of(fixture.Busybox.Id, _project, $"echo last words; {TestSpecs.Sleep}") with { Environment = new Dictionary<string, string> { ["PASSWORD"] = "swordfish" } };
        var instance = await _instances.SpawnAsync(spec);
        await fixture.Host.WaitForLineAsync(instance.Id, "last words");
        await fixture.Host.Operator.DeleteAsync(instance.Id, Cancelled);

        var record = await Reader.RecordAsync(instance.Id, Cancelled);

        Assert.Equal(["last words"], Texts(await RecordsAsync(instance, new LogQuery())));
        Assert.True(record.RanUntilDeleted);
        var environment = record.Inspect!.Value.GetProperty("Config").GetProperty("Env").EnumerateArray().Select(e => e.GetString()).ToArray();
        Assert.Contains("PASSWORD", environment);
        Assert.DoesNotContain("swordfish", record.Inspect.Value.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Records_SurviveARestartOfTheDriverHost()
    {
        var folder = Directory.CreateTempSubdirectory("history-");
        // Its own: what this host loaded is removed at the end, by its tag.
        var image = fixture.Cloud.Glance.Add(TestKit.TestImages.Running($"true {TestSpecs.NewId()}; seq 3"));
        try
        {
            string id;
            await using (var host = await RunningDriverHost.StartAsync(folder.FullName, fixture.Cloud))
            {
                id = TestSpecs.NewId();
                await host.Operator.SpawnAsync(id, TestSpecs.Of(image.Id, _project), Cancelled);
                await host.WaitAsync(id, i => i.State == InstanceState.Exited);
                await host.Operator.DeleteAsync(id, Cancelled);
            }

            await using var again = await RunningDriverHost.StartAsync(folder.FullName, fixture.Cloud);
            var reader = again.As(_project, "reader");
            Assert.Equal(id, Assert.Single(await reader.RecordsAsync(Cancelled)).Id);
            using var log = await reader.OpenLogsAsync(id, new LogQuery(), "text/plain", Cancelled);
            Assert.Equal("1\n2\n3\n", await log.Content.ReadAsStringAsync(Cancelled));
        }
        finally
        {
            await RunningDriverHost.RemoveAllAsync(folder.FullName);
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Budget_TakesTheLongestDeletedFirst_AndThenOldLinesOfWhatIsThere()
    {
        var options = fixture.Host.Get<DriverHostOptions>();
        var first = await EndedAsync("seq 100000");
        await fixture.Host.Operator.DeleteAsync(first.Id, Cancelled);
        var second = await EndedAsync("seq 150000");
        await fixture.Host.Operator.DeleteAsync(second.Id, Cancelled);
        var records = fixture.Host.Get<FlightRecords>();
        var archives = fixture.Host.Get<LogArchives>();
        long Size() => new DirectoryInfo(Path.Combine(archives.Root, _project)).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length);
        var before = Size();

        new ProjectBudget(options with { LogBudget = before - 1 }, archives, records).Enforce(_project);

        var kept = await HistoryAsync(first, "window", "?before=1");
        Assert.False(archives.Of(_project, first.Id).Range.First == 1, "The oldest lines of what was deleted first are gone.");
        Assert.Equal("100000", Assert.Single(Texts(kept)));
        Assert.Equal(1, archives.Of(_project, second.Id).Range.First);

        new ProjectBudget(options with { LogBudget = 10_000 }, archives, records).Enforce(_project);
        Assert.Null(records.FindGone(first.Id));
        Assert.True(Size() <= 10_000);
    }

    [Fact]
    public async Task Marks_StandBetweenTheLinesWhereTheyHappened()
    {
        var instance = await _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id, _project, $"echo up; {TestSpecs.Sleep}"));
        await fixture.Host.WaitForLineAsync(instance.Id, "up");
        await fixture.Host.Operator.PauseAsync(instance.Id, Cancelled);
        await fixture.Host.Operator.UnpauseAsync(instance.Id, Cancelled);
        await fixture.Host.Operator.StopAsync(instance.Id, null, Cancelled);
        await MarkedAsync(instance, "exit");
        await fixture.Host.Operator.StartAsync(instance.Id, Cancelled);
        await MarkedAsync(instance, "start", 2);
        await TestKit.Patience.UntilAsync(async () => Texts(await HistoryAsync(instance, "window", "?before=100")).Count() == 2);
        await fixture.Host.Operator.StopAsync(instance.Id, null, Cancelled);
        await MarkedAsync(instance, "exit", 2);
        await MarkedAsync(instance, "stop", 2);

        var told = (await HistoryAsync(instance, "window", "?before=100")).Select(r => r.Text ?? r.Event?.Type).OfType<string>();

        Assert.Equal(["start", "up", "pause", "unpause", "stop", "exit", "start", "up", "stop", "exit"], told);
    }

    [Fact]
    public async Task Mark_ReachesWhoWatches()
    {
        var instance = await _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id, _project, $"echo up; {TestSpecs.Sleep}"));
        Task pausing = Task.CompletedTask;
        await foreach (var record in Reader.LogsAsync(instance.Id, new LogQuery { Follow = true }, Cancelled).InTimeAsync())
        {
            if (record.Text == "up")
            {
                // On another thread: the stream goes on to be read.
                pausing = fixture.Host.Operator.PauseAsync(instance.Id, Cancelled);
            }

            if (record.Event?.Type == "pause")
            {
                // The mark comes with the engine's event, a moment before the operation has ended.
                await pausing;
                await fixture.Host.Operator.UnpauseAsync(instance.Id, Cancelled);
                return;
            }
        }

        Assert.Fail("The stream ended without the mark.");
    }

    // The marks are written by an event of the engine, a moment after it.
    private Task MarkedAsync(HostInstance instance, string type, int count = 1) =>
        TestKit.Patience.UntilAsync(() => fixture.Host.Get<EventMarks>().Of(_project, instance.Id).Count(m => m.Type == type) >= count);

    private async Task<HostInstance> EndedAsync(string script)
    {
        var instance = await _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id, _project, script));
        return await fixture.Host.WaitAsync(instance.Id, i => i.State == InstanceState.Exited);
    }

    private async Task<List<LogRecord>> RecordsAsync(HostInstance instance, LogQuery query)
    {
        var records = new List<LogRecord>();
        await foreach (var record in Reader.LogsAsync(instance.Id, query, Cancelled).InTimeAsync())
        {
            records.Add(record);
        }

        return records;
    }

    private async Task<List<LogRecord>> HistoryAsync(HostInstance instance, string part, string query)
    {
        using var answer = await Reader.OpenLogHistoryAsync(instance.Id, part, query, Cancelled);
        await using var body = await answer.Content.ReadAsStreamAsync(Cancelled);
        var records = new List<LogRecord>();
        await foreach (var record in JsonSerializer.DeserializeAsyncEnumerable(body, DriverHostJson.Default.LogRecord, topLevelValues: true, Cancelled))
        {
            records.Add(record!);
        }

        return records;
    }

    private static IEnumerable<string> Texts(IEnumerable<LogRecord> records) => records.Where(r => r.Text is not null).Select(r => r.Text!);

    private static IEnumerable<string> Found(IEnumerable<LogRecord> records) => records.Where(r => r.Match is not null).Select(r => r.Match!.Text);
}
