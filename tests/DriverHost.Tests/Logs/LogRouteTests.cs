using System.Net;
using DriverHost.Client;
using DriverHost.Tests.Containers;

namespace DriverHost.Tests.Logs;

/// <summary>The log of an instance through the driver host's own door.</summary>
[Trait("needs", "docker")]
public sealed class LogRouteTests(DriverHostFixture fixture) : IAsyncDisposable
{
    private readonly Instances _instances = new(fixture.Host);
    private readonly string _project = TestSpecs.NewProject();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private DriverHostClient Reader => field ??= fixture.Host.As(_project, "reader");

    public ValueTask DisposeAsync() => _instances.DisposeAsync();

    [Fact]
    public async Task Log_OfADeadContainer_IsThereWithItsEnd()
    {
        var instance = await EndedAsync("seq 3; exit 4");

        var kept = await ReadAsync(instance, new LogQuery());
        var followed = await ReadAsync(instance, new LogQuery { Follow = true });

        Assert.Equal(["1", "2", "3"], Texts(kept));
        Assert.Equal(["1", "2", "3"], Texts(followed));
        Assert.Equal(("exited", 4), (followed[^1].End!.Reason, followed[^1].End!.ExitCode));
    }

    [Fact]
    public async Task Log_WithTail_IsItsLastLines()
    {
        var instance = await EndedAsync("seq 100");

        Assert.Equal(["99", "100"], Texts(await ReadAsync(instance, new LogQuery { Tail = 2 })));
    }

    [Fact]
    public async Task Log_SinceAndUntil_IsTheTimeBetween()
    {
        var instance = await EndedAsync("echo one; sleep 1; echo two; sleep 1; echo three");
        var all = await ReadAsync(instance, new LogQuery());

        var later = await ReadAsync(instance, new LogQuery { Since = all[1].Time });
        var between = await ReadAsync(instance, new LogQuery { Since = all[1].Time, Until = all[1].Time!.Value.AddMilliseconds(500) });

        Assert.Equal(["two", "three"], Texts(later));
        Assert.Equal(["two"], Texts(between));
    }

    [Fact]
    public async Task Log_FromACursor_GoesOnAfterThatLine()
    {
        var instance = await EndedAsync("seq 10");
        var all = await ReadAsync(instance, new LogQuery());

        var rest = await ReadAsync(instance, new LogQuery { Cursor = all[6].Cursor });
        var followed = await ReadAsync(instance, new LogQuery { Cursor = all[6].Cursor, Follow = true });

        Assert.Equal(["8", "9", "10"], Texts(rest));
        Assert.Equal(["8", "9", "10"], Texts(followed));
    }

    [Theory]
    [InlineData("out", "one")]
    [InlineData("err", "two")]
    public async Task Log_OfOneStream_HasNothingOfTheOther(string stream, string text)
    {
        var instance = await EndedAsync("echo one; echo two >&2");

        var records = await ReadAsync(instance, new LogQuery { Stream = stream });

        Assert.Equal([(stream, text)], records.Select(r => (r.Stream!, r.Text!)));
    }

    [Fact]
    public async Task Log_Followed_GrowsWhileItIsRead()
    {
        var instance = await _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id, _project, "echo first; while [ ! -e /go ]; do sleep 0.05; done; echo second; exit 0"));
        var texts = new List<string>();

        await foreach (var record in Reader.LogsAsync(instance.Id, new LogQuery { Follow = true }, Cancelled).InTimeAsync())
        {
            if (record.Text is { } text)
            {
                texts.Add(text);
            }

            if (record.Text == "first")
            {
                await Instances.RunAsync(instance, "touch /go");
            }
        }

        Assert.Equal(["first", "second"], texts);
    }

    [Fact]
    public async Task Log_OfARestartedInstance_GoesOn()
    {
        var instance = await _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id, _project, "echo run; exit 0"));
        await fixture.Host.WaitAsync(instance.Id, i => i.State == InstanceState.Exited);

        await fixture.Host.Operator.StartAsync(instance.Id, Cancelled);
        await fixture.Host.WaitAsync(instance.Id, i => i is { State: InstanceState.Exited, Operation: null });

        Assert.Equal(["run", "run"], Texts(await ReadAsync(instance, new LogQuery())));
    }

    [Fact]
    public async Task Log_LineOfAMegabyte_IsCutAndTheNextIsWhole()
    {
        var instance = await EndedAsync("head -c 1048576 /dev/zero | tr '\\0' x; echo; echo next");

        var records = (await ReadAsync(instance, new LogQuery())).Where(r => r.Text is not null).ToArray();

        Assert.Equal(2, records.Length);
        Assert.True(records[0].Cut);
        Assert.Equal(new string('x', 64 * 1024), records[0].Text);
        Assert.Equal(("next", false), (records[1].Text!, records[1].Cut));
    }

    [Fact]
    public async Task Log_WithMarkupColoursAndOddLetters_IsUntouched()
    {
        const string Line = "<script>alert(1)</script> \u001b[31mred\u001b[0m \"quoted\" back\\slash \u202eright to left ünï 🐳";
        var spec = TestSpecs.Of(fixture.Busybox.Id, _project) with { Command = ["printf", "%s\n", Line] };
        var instance = await _instances.SpawnAsync(spec);
        await fixture.Host.WaitAsync(instance.Id, i => i.State == InstanceState.Exited);

        var records = await ReadAsync(instance, new LogQuery());
        using var text = await Reader.OpenLogsAsync(instance.Id, new LogQuery(), "text/plain", Cancelled);

        Assert.Equal([Line], Texts(records));
        Assert.Equal(Line + "\n", await text.Content.ReadAsStringAsync(Cancelled));
        Assert.Equal(("text/plain", "nosniff"), (text.Content.Headers.ContentType!.MediaType, text.Headers.GetValues("X-Content-Type-Options").Single()));
    }

    [Fact]
    public async Task Log_BytesThatAreNoText_BecomeReplacementCharacters()
    {
        var instance = await EndedAsync("printf 'a\\377b\\n'");

        Assert.Equal(["a\ufffdb"], Texts(await ReadAsync(instance, new LogQuery())));
    }

    [Theory]
    [InlineData("tail=some", "tail is a number of lines or \"all\".")]
    [InlineData("since=yesterday", "since and until are times like 2026-01-02T03:04:05.678Z.")]
    [InlineData("cursor=here", "cursor is what a log record carries as its cursor, like 1763943600123456789-0.")]
    [InlineData("stream=both", "stream is out or err.")]
    public async Task Log_AskedForWrongly_SaysWhatIsWrong(string query, string words)
    {
        var instance = await EndedAsync("true");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"v1/instances/{instance.Id}/logs?{query}");
        request.Headers.Add("X-Auth-Token", fixture.Cloud.Keystone.Issue(_project, ["reader"]));

        using var answer = await fixture.Host.Http.SendAsync(request, Cancelled);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(System.Text.Json.JsonEncodedText.Encode(words).ToString(), await answer.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_OfAnInstanceThatNeverStarted_SaysSo()
    {
        var id = _instances.NewId();
        await Assert.ThrowsAsync<DriverHostException>(() => fixture.Host.Operator.SpawnAsync(id, TestSpecs.Of("no-such-image", _project), Cancelled));

        var refused = await Assert.ThrowsAsync<DriverHostException>(() => Reader.OpenLogsAsync(id, new LogQuery(), "text/plain", Cancelled));

        Assert.Equal((HttpStatusCode.NotFound, "no_log", "The instance never started, so it has no log."), (refused.StatusCode!.Value, refused.Code, refused.Message));
    }

    [Fact]
    public async Task Log_OfAnInstanceThatIsBeingBuilt_SaysSo()
    {
        var image = fixture.Cloud.Glance.Add(TestKit.TestImages.Running($"echo {TestSpecs.NewId()}; {TestSpecs.Sleep}"));
        var goOn = new TaskCompletionSource();
        var fetching = new TaskCompletionSource();
        image.BeforeDownload = () =>
        {
            fetching.TrySetResult();
            return goOn.Task;
        };
        var id = _instances.NewId();
        var spawning = fixture.Host.Operator.SpawnAsync(id, TestSpecs.Of(image.Id, _project), Cancelled);
        await fetching.Task.WaitAsync(RunningDriverHost.Patience, Cancelled);

        var refused = await Assert.ThrowsAsync<DriverHostException>(() => Reader.OpenLogsAsync(id, new LogQuery(), "text/plain", Cancelled));

        goOn.SetResult();
        await spawning;
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "not_started"), (refused.StatusCode!.Value, refused.Code));
    }

    [Fact]
    public async Task Log_Followed_EndsWithTheToken()
    {
        var instance = await _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id, _project, "while true; do echo tick; sleep 0.2; done"));
        var token = fixture.Cloud.Keystone.Issue(_project, ["reader"]);
        using var log = await fixture.Host.As(token).OpenLogsAsync(instance.Id, new LogQuery { Follow = true }, "application/x-ndjson", Cancelled);

        fixture.Cloud.Keystone.Revoke(token);

        // Cut, not ended: half a log must not look like a whole one.
        await Assert.ThrowsAsync<HttpRequestException>(() => log.Content.CopyToAsync(Stream.Null, Cancelled).WaitAsync(TimeSpan.FromSeconds(30), Cancelled));
    }

    [Fact]
    public async Task Log_Followed_EndsWhenTheInstanceIsDeleted()
    {
        var instance = await _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id, _project, $"echo up; {TestSpecs.Sleep}"));
        LogRecord? newest = null;

        await foreach (var record in Reader.LogsAsync(instance.Id, new LogQuery { Follow = true }, Cancelled).InTimeAsync())
        {
            newest = record;
            if (record.Text == "up")
            {
                await fixture.Host.Operator.DeleteAsync(instance.Id, Cancelled);
            }
        }

        Assert.NotNull(newest?.End);
    }

    private async Task<HostInstance> EndedAsync(string script)
    {
        var instance = await _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id, _project, script));
        await fixture.Host.WaitAsync(instance.Id, i => i.State == InstanceState.Exited);
        return instance;
    }

    private async Task<List<LogRecord>> ReadAsync(HostInstance instance, LogQuery query)
    {
        var records = new List<LogRecord>();
        await foreach (var record in Reader.LogsAsync(instance.Id, query, Cancelled).InTimeAsync())
        {
            records.Add(record);
        }

        return records;
    }

    private static IEnumerable<string> Texts(IEnumerable<LogRecord> records) => records.Where(r => r.Text is not null).Select(r => r.Text!);
}
