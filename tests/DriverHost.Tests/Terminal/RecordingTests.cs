using System.Net;
using System.Text.Json;
using DriverHost.Auth;
using DriverHost.Client;
using DriverHost.Terminal;
using DriverHost.Tests.StandIns;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using TestKit;

namespace DriverHost.Tests.Terminal;

/// <summary>Recorded terminals, on driver hosts of their own whose operator wants that.</summary>
[Trait("needs", "docker")]
public sealed class RecordingTests(DriverHostFixture fixture) : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory("recording-").FullName;
    private readonly string _project = TestSpecs.NewProject();
    // Of unique content: the driver host's images are removed at the end, and no other's with them.
    private readonly ImageStandIn _image = fixture.Cloud.Glance.Add(TestImages.Running($"echo up {Guid.NewGuid()}; {TestSpecs.Sleep}"));
    private RunningDriverHost? _host;
    private HostInstance _instance = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private DriverHostClient Reader => _host!.As(_project, "reader");

    private string Recordings => Path.Combine(_data, "recordings");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
            await RunningDriverHost.RemoveAllAsync(_data);
        }

        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task Terminal_IsRecordedAsShown_AndReadByItsProjectAlone_AlsoWhenTheInstanceIsGone()
    {
        await StartAsync(options => options with { RecordTerminals = true });
        var user = _host!.As(_project, "member", "terminal");
        var opened = await user.OpenTerminalAsync(_instance.Id, new TerminalRequest { Cols = 100, Rows = 30 }, Cancelled);
        await using (var window = await TerminalWindow.OpenAsync(user, _instance.Id, opened.Id))
        {
            await window.SayAsync(new TerminalFrame { Resize = new TerminalSize(77, 22) });
            await window.TypeAsync("stty -echo; echo qu''iet\n");
            await window.WaitForAsync("quiet");
            Assert.True(Assert.Single((await Reader.ListRecordingsAsync(_instance.Id, Cancelled)).Recordings).Open);
            await window.TypeAsync("secret-password; printf '\\303\\244\\033[0m'; exit\n");
            await window.WaitForEndAsync();
        }

        await _host.Operator.DeleteAsync(_instance.Id, Cancelled);
        var list = await Reader.ListRecordingsAsync(_instance.Id, Cancelled);
        var record = Assert.Single(list.Recordings);
        var lines = await LinesAsync(opened.Id);

        Assert.True(opened.Recorded && list.On && !record.Open);
        Assert.Equal((opened.Id, new FileInfo(TheFile()).Length), (record.Id, record.Bytes));
        Assert.Equal((2, 100, 30), (lines[0].GetProperty("version").GetInt32(), lines[0].GetProperty("width").GetInt32(), lines[0].GetProperty("height").GetInt32()));
        var events = lines.Skip(1).Select(l => (Time: l[0].GetDouble(), Kind: l[1].GetString(), Data: l[2].GetString()!)).ToArray();
        Assert.Equal(events.Select(e => e.Time).Order(), events.Select(e => e.Time));
        Assert.Contains(("r", "77x22"), events.Select(e => (e.Kind!, e.Data)));
        var shown = string.Concat(events.Where(e => e.Kind == "o").Select(e => e.Data));
        Assert.Contains("quiet", shown, StringComparison.Ordinal);
        Assert.Contains("\u00e4\u001b[0m", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-password; printf", shown, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(TheFile()));

        var audit = await Reader.ListAuditAsync(_instance.Id, null, null, Cancelled);
        Assert.Contains(audit, e => e.Kind == "terminal.open" && e.UserId == record.UserId && e.Detail.EndsWith($", recorded as {opened.Id}", StringComparison.Ordinal));
        Assert.Contains(audit, e => e.Kind == "terminal.read" && e.Detail == $"Read the recording {opened.Id}.");
        var stranger = _host.As(TestSpecs.NewProject(), "member", "terminal");
        Assert.Equal(HttpStatusCode.NotFound, (await Assert.ThrowsAsync<DriverHostException>(() => stranger.ListRecordingsAsync(_instance.Id, Cancelled))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Assert.ThrowsAsync<DriverHostException>(() => stranger.OpenRecordingAsync(_instance.Id, opened.Id, Cancelled))).StatusCode);
        Assert.Single((await _host.As("other", "admin").ListRecordingsAsync(_instance.Id, Cancelled)).Recordings);
    }

    [Fact]
    public async Task Full_EndsTheTerminal_InWords()
    {
        await StartAsync(options => options with { RecordTerminals = true, RecordingLimit = 20_000 });
        var user = _host!.As(_project, "member", "terminal");
        var opened = await user.OpenTerminalAsync(_instance.Id, new TerminalRequest { Command = ["sh", "-c", "yes"] }, Cancelled);
        await using var window = await TerminalWindow.OpenAsync(user, _instance.Id, opened.Id);

        var end = await window.WaitForEndAsync();

        Assert.Equal("recording_full", end.Reason);
        Assert.Contains("nothing goes on unrecorded", end.Words, StringComparison.Ordinal);
        Assert.InRange(new FileInfo(TheFile()).Length, 100, 20_000);
        Assert.NotEmpty(await LinesAsync(opened.Id));
    }

    [Fact]
    public async Task Unwritable_OpensNoTerminal()
    {
        await File.WriteAllTextAsync(Recordings, "in the way", Cancelled);
        await StartAsync(options => options with { RecordTerminals = true });
        var user = _host!.As(_project, "member", "terminal");

        var refused = await Assert.ThrowsAsync<DriverHostException>(() => user.OpenTerminalAsync(_instance.Id, new TerminalRequest(), Cancelled));

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "not_recorded"), (refused.StatusCode, refused.Code));
        Assert.Empty(await user.ListTerminalsAsync(_instance.Id, Cancelled));
    }

    [Fact]
    public void Budget_TakesTheOldestFirst_AndNeverOneThatIsOpen()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddDays(1));
        var recordings = new TerminalRecordings(Options(null) with { RecordTerminals = true, RecordingBudget = 3000 }, time);
        var instance = new HostInstance { Id = "i", Name = "web", ProjectId = "p", UserId = "u", ImageId = "m", Flavor = new FlavorSpec { Name = "f", Vcpus = 1, MemoryMb = 64, DiskGb = 0 }, State = InstanceState.Running, CreatedAt = time.GetUtcNow() };
        var first = Begin("first");
        var second = Begin("second");
        recordings.End(second, "p");

        var third = Begin("third");
        recordings.End(third, "p");
        recordings.End(first, "p");

        Assert.Equal(["third", "first"], recordings.Of("i", null).Select(r => r.Record.Id));
        Assert.Empty(recordings.Of("i", "q"));
        Assert.Empty(recordings.Of("../p/i", "p"));

        TerminalRecorder Begin(string id)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            var record = new TerminalRecord { Id = id, InstanceId = "i", Command = ["sh"], OpenedAt = time.GetUtcNow(), Attached = false, Recorded = true };
            var caller = new DriverCaller { UserId = "u", UserName = "dana", ProjectId = "p", Roles = new HashSet<string>(), ExpiresAt = DateTimeOffset.MaxValue };
            var recorder = recordings.Begin(record, instance, caller, new TerminalRequest())!;
            Assert.Null(recorder.Output(new byte[200]));
            return recorder;
        }
    }

    [Fact]
    public void Letter_CutInTwo_IsOne()
    {
        var path = Path.Combine(_data, "letters.cast");
        using (var recorder = new TerminalRecorder(path, new RecordingHeader { Width = 80, Height = 24, Timestamp = 0, Title = "", Command = "", UserId = "", UserName = "" }, 10_000, TimeProvider.System))
        {
            recorder.Output([(byte)'a', 0xc3]);
            recorder.Output([0xa4]);
        }

        Assert.Equal("aä", string.Concat(File.ReadAllLines(path).Skip(1).Select(l => JsonDocument.Parse(l).RootElement[2].GetString())));
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("Off", false)]
    [InlineData("Always", true)]
    public void Option_SaysWhether(string? word, bool on) => Assert.Equal(on, Options(word).RecordTerminals);

    [Fact]
    public void Option_OfNoMeaning_IsRefusedInWords() =>
        Assert.Equal("DriverHost:TerminalRecording is Off or Always. It is 'on'.", Assert.Throws<InvalidOperationException>(() => Options("on")).Message);

    private DriverHostOptions Options(string? recording) => DriverHostOptions.From(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["Data:Path"] = _data,
        ["DriverHost:Url"] = $"unix://{_data}/s.sock",
        ["Keystone:AuthUrl"] = "http://127.0.0.1:5000/v3",
        ["DriverHost:TerminalRecording"] = recording,
    }).Build());

    private string TheFile() => Assert.Single(Directory.EnumerateFiles(Recordings, "*.cast", SearchOption.AllDirectories));

    private async Task<JsonElement[]> LinesAsync(string id)
    {
        using var answer = await Reader.OpenRecordingAsync(_instance.Id, id, Cancelled);
        Assert.Equal("application/x-asciicast", answer.Content.Headers.ContentType?.MediaType);
        return [.. (await answer.Content.ReadAsStringAsync(Cancelled)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement)];
    }

    private async Task StartAsync(Func<DriverHostOptions, DriverHostOptions> change)
    {
        _host = await RunningDriverHost.StartAsync(_data, fixture.Cloud, builder =>
        {
            var options = (DriverHostOptions)builder.Services.Single(s => s.ServiceType == typeof(DriverHostOptions)).ImplementationInstance!;
            builder.Services.AddSingleton(change(options));
        });
        _instance = await _host.Operator.SpawnAsync(TestSpecs.NewId(), TestSpecs.Of(_image.Id, _project), Cancelled);
    }
}
