using System.Net;
using System.Net.Sockets;
using DriverHost.Client;
using DriverHost.Containers;
using DriverHost.Docker;
using DriverHost.Logs;
using DriverHost.Tests.Containers;
using DriverHost.Tests.Faults;
using DriverHost.Tests.StandIns;
using Microsoft.Extensions.DependencyInjection;
using TestKit;

namespace DriverHost.Tests.Logs;

/// <summary>
/// A viewer that is cut off in every way, a hundred times: each line comes once or is counted in a gap. The engine itself cannot be restarted, as other tests
/// use it: every connection to it that is cut and every new one that is refused for a while look the same to the driver host.
/// </summary>
[Trait("needs", "docker")]
public sealed class ResumeTests(DriverHostFixture fixture) : IAsyncLifetime
{
    // Numbered lines, each seventh to the other stream. Asked to end, it goes on with its next number after the next start. Told to, it writes 7 MB at once.
    private const string Script =
        """
        trap 'ending=1' TERM
        n=$(cat /n 2>/dev/null || echo 0)
        pad=$(head -c 1000 /dev/zero | tr '\0' x)
        until [ "$ending" ] || [ -e /done ]; do
          for i in 1 2 3 4 5 6 7 8 9 10; do n=$((n+1)); if [ $((n%7)) = 0 ]; then echo $n >&2; else echo $n; fi; done
          if [ -e /burst ]; then rm /burst; last=$((n+7000)); while [ $n -lt $last ]; do n=$((n+1)); echo "$n $pad"; done; fi
          sleep 0.02
        done
        echo $n >/n
        if [ -e /done ]; then echo "end $n"; fi
        """;

    private const int BurstLines = 7000;

    private static readonly (Cut Kind, int Times)[] Plan =
    [
        (Cut.ViewerLeaves, 42), (Cut.InsideARecord, 22), (Cut.Network, 12), (Cut.Engine, 6), (Cut.EngineWhileAway, 4),
        (Cut.Reboot, 3), (Cut.StopAndStart, 2), (Cut.StopAndStartWhileAway, 2), (Cut.DriverHost, 4), (Cut.TooSlow, 2), (Cut.LongAway, 1),
    ];

    private readonly int _seed = Random.Shared.Next();
    private readonly NumberReader _reader = new();
    private readonly string _project = TestSpecs.NewProject();
    private readonly string _data = Directory.CreateTempSubdirectory("resume-").FullName;
    // Of its own: what this host made is removed at the end, and an image's tag is the same for every host.
    private readonly ImageStandIn _image = fixture.Cloud.Glance.Add(TestImages.Running($"echo {TestSpecs.NewId()}; {TestSpecs.Sleep}"));
    private Random _random = null!;
    private EngineProxy _engine = null!;
    private CuttingProxy _cable = null!;
    private HttpClient _wired = null!;
    private RunningDriverHost _host = null!;
    private HostInstance _instance = null!;

    /// <summary>How a viewer loses its stream.</summary>
    private enum Cut
    {
        ViewerLeaves,
        InsideARecord,
        Network,
        /// <summary>The engine's connections are cut while the viewer stays.</summary>
        Engine,
        EngineWhileAway,
        Reboot,
        StopAndStart,
        StopAndStartWhileAway,
        DriverHost,
        /// <summary>It does not read, and is moved forward.</summary>
        TooSlow,
        /// <summary>Until nobody follows the log any more: a machine that slept.</summary>
        LongAway,
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Id => _instance.Id;

    private DriverHostClient Viewer => _host.As(_project, "reader");

    private LogFollowers Followers => _host.Get<LogFollowers>();

    public async ValueTask InitializeAsync()
    {
        _random = new Random(_seed);
        _engine = await EngineProxy.StartAsync();
        await StartHostAsync();
        _cable = new CuttingProxy(new UnixDomainSocketEndPoint(Path.Combine(_data, "driver-host.sock")));
        _wired = DriverHostClient.CreateHttp(_cable.Url);
        _instance = await _host.Operator.SpawnAsync(TestSpecs.NewId(), TestSpecs.Of(_image.Id, _project, Script), Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        _wired.Dispose();
        await _cable.DisposeAsync();
        await _host.DisposeAsync();
        await _engine.DisposeAsync();
        await RunningDriverHost.RemoveAllAsync(_data);
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task NumberedLines_ThroughAHundredCutsOfAllKinds_ComeOnceOrAreCountedInAGap()
    {
        var cuts = Plan.SelectMany(p => Enumerable.Repeat(p.Kind, p.Times)).ToArray();
        Assert.Equal(100, cuts.Length);
        _random.Shuffle(cuts);
        var done = new List<Cut>();
        try
        {
            foreach (var cut in cuts)
            {
                done.Add(cut);
                await CutOffAsync(cut);
            }

            await Instances.RunAsync(_instance, "touch /done");
            while (_reader.Total is null)
            {
                await _reader.ReadAsync(Viewer, Id, int.MaxValue / 2, Cancelled);
            }
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"Seed {_seed}, after {string.Join(", ", done)}: {failure.Message}", failure);
        }

        Assert.True(
            _reader.Total == _reader.Lines + _reader.Skipped,
            $"Seed {_seed}: {_reader.Total} lines were written, {_reader.Lines} came, {_reader.Skipped} were counted in {_reader.Gaps} gaps. {_reader.Missing}");
        Assert.Equal(Plan.Single(p => p.Kind == Cut.TooSlow).Times, _reader.Gaps);
    }

    private Task CutOffAsync(Cut cut) => cut switch
    {
        Cut.ViewerLeaves => _reader.ReadAsync(Viewer, Id, _random.Next(1, 40), Cancelled),
        Cut.InsideARecord => _reader.ReadBytesAsync(Viewer, Id, _random.Next(1, 6000), Cancelled),
        Cut.Network => CutTheNetworkAsync(),
        Cut.Engine => CutTheEngineAsync(),
        Cut.EngineWhileAway => CutTheEngineWhileAwayAsync(),
        Cut.Reboot => RebootAsync(),
        Cut.StopAndStart => StopAndStartAsync(),
        Cut.StopAndStartWhileAway => StopAndStartWhileAwayAsync(),
        Cut.DriverHost => RestartTheDriverHostAsync(),
        Cut.TooSlow => FallBehindAsync(),
        _ => StayAwayAsync(),
    };

    private async Task CutTheNetworkAsync()
    {
        var enough = _reader.Lines + _random.Next(1, 40);
        var broke = await BreaksAsync(_reader.ReadAsync(
            new DriverHostClient(_wired, _ => ValueTask.FromResult(fixture.Cloud.Keystone.Issue(_project, ["reader"]))),
            Id,
            () =>
            {
                if (_reader.Lines >= enough)
                {
                    _cable.PullOut();
                }

                return Task.FromResult(true);
            },
            Cancelled));
        Assert.True(broke, "The cut connection went on.");
        _cable.PutBack();
    }

    private async Task CutTheEngineAsync()
    {
        var cutAt = _reader.Lines + _random.Next(1, 40);
        var enough = int.MaxValue;
        // Who is live stays and is served again; who still reads what was kept is cut off.
        await BreaksAsync(_reader.ReadAsync(
            Viewer,
            Id,
            async () =>
            {
                if (_reader.Lines >= cutAt && enough == int.MaxValue)
                {
                    enough = _reader.Lines + 60;
                    _engine.Cut();
                    _engine.TakeSeen();
                    await Patience.UntilAsync(() => _engine.TakeSeen().Contains("GET /containers/{id}/logs") || Viewers() == 0);
                    _engine.Heal();
                }

                return _reader.Lines < enough;
            },
            Cancelled));
    }

    private async Task CutTheEngineWhileAwayAsync()
    {
        _engine.Cut();
        var refused = await Assert.ThrowsAsync<DriverHostException>(() => _reader.ReadAsync(Viewer, Id, 1, Cancelled));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        _engine.Heal();
        await _reader.ReadAsync(Viewer, Id, 20, Cancelled);
    }

    private async Task RebootAsync()
    {
        await RunningAsync();
        var rebooting = Task.CompletedTask;
        var enough = int.MaxValue;
        var begun = false;
        // It may end with the old run or go on with the new one.
        await _reader.ReadAsync(
            Viewer,
            Id,
            () =>
            {
                if (!begun)
                {
                    begun = true;
                    rebooting = _host.Operator.RebootAsync(Id, hard: false, Cancelled);
                }
                else if (rebooting.IsCompleted && enough == int.MaxValue)
                {
                    enough = _reader.Lines + 20;
                }

                return Task.FromResult(_reader.Lines < enough);
            },
            Cancelled);
        await rebooting;
    }

    private async Task StopAndStartAsync()
    {
        await RunningAsync();
        var stopping = Task.CompletedTask;
        await _reader.ReadAsync(
            Viewer,
            Id,
            () =>
            {
                stopping = stopping == Task.CompletedTask ? _host.Operator.StopAsync(Id, null, Cancelled) : stopping;
                return Task.FromResult(true);
            },
            Cancelled);
        await stopping;
        Assert.Equal("exited", _reader.End?.Reason);
        await _host.Operator.StartAsync(Id, Cancelled);
    }

    private async Task StopAndStartWhileAwayAsync()
    {
        await RunningAsync();
        await _host.Operator.StopAsync(Id, null, Cancelled);
        await _host.Operator.StartAsync(Id, Cancelled);
    }

    private async Task RestartTheDriverHostAsync()
    {
        var stopping = Task.CompletedTask;
        var broke = await BreaksAsync(_reader.ReadAsync(
            Viewer,
            Id,
            () =>
            {
                stopping = stopping == Task.CompletedTask ? _host.DisposeAsync().AsTask() : stopping;
                return Task.FromResult(true);
            },
            Cancelled));
        await stopping;
        Assert.True(broke, "The log ended with the driver host as if it were complete.");
        await StartHostAsync();
    }

    private async Task FallBehindAsync()
    {
        await CatchUpAsync();
        await Patience.UntilAsync(() => Viewers() == 0);
        var gaps = _reader.Gaps;
        var enough = int.MaxValue;
        var behind = false;
        var before = 0;
        await _reader.ReadAsync(
            Viewer,
            Id,
            async () =>
            {
                if (!behind)
                {
                    behind = true;
                    before = _reader.Lines;
                    await Patience.UntilAsync(() => Viewers() == 1);
                    await WriteABurstAsync();
                }
                else if (_reader.Gaps > gaps && enough == int.MaxValue)
                {
                    enough = _reader.Lines + 20;
                }
                else if (_reader.Gaps == gaps && _reader.Lines > before + BurstLines + 100)
                {
                    // It had gone back to the files when the burst came, and missed nothing: once more.
                    behind = false;
                }

                return _reader.Lines < enough;
            },
            Cancelled);
        await CatchUpAsync();
    }

    private Task CatchUpAsync()
    {
        var now = TimeProvider.System.GetUtcNow();
        return _reader.ReadAsync(Viewer, Id, () => Task.FromResult(_reader.Newest < now), Cancelled);
    }

    /// <summary>Ends when the follower has all of it.</summary>
    private async Task WriteABurstAsync()
    {
        var (asked, inside) = (false, false);
        await foreach (var record in Viewer.LogsAsync(Id, new LogQuery { Follow = true, Tail = 1 }, Cancelled).InTimeAsync())
        {
            if (!asked)
            {
                asked = true;
                await Instances.RunAsync(_instance, "touch /burst");
            }

            var padded = record.Text?.Contains(' ', StringComparison.Ordinal) == true;
            if (inside && record.Text is not null && !padded)
            {
                return;
            }

            inside |= padded;
        }
    }

    /// <summary>Whether a reading ended in a broken connection.</summary>
    private static async Task<bool> BreaksAsync(Task reading)
    {
        try
        {
            await reading;
            return false;
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            return true;
        }
    }

    private async Task StayAwayAsync()
    {
        await Patience.UntilAsync(() => Followers.Count == 0);
        await _reader.ReadAsync(Viewer, Id, 20, Cancelled);
    }

    private int Viewers() => Followers.Viewers(_instance.ContainerId!);

    private async Task StartHostAsync()
    {
        _host = await RunningDriverHost.StartAsync(
            _data, fixture.Cloud, builder => builder.Services.AddSingleton(EnginePatience.Default with { Pulse = TimeSpan.FromSeconds(2) }), _engine.Socket);
        await Patience.UntilAsync(() => _host.Get<InstanceBook>().EngineAnswers);
    }

    /// <summary>The driver host knows again what the engine holds.</summary>
    private Task<HostInstance> RunningAsync() => _host.WaitAsync(Id, i => i is { State: InstanceState.Running, Operation: null });
}
