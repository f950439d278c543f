using System.Net;
using DriverHost.Client;
using DriverHost.Stats;
using DriverHost.Telemetry;
using DriverHost.Tests.Containers;
using TestKit;
using HostEngine = DriverHost.Docker.Engine;

namespace DriverHost.Tests.Stats;

/// <summary>What real containers use, against what the kernel says of them.</summary>
[Trait("needs", "docker")]
public sealed class LiveStatsTests(DriverHostFixture fixture) : IAsyncDisposable
{
    private readonly Instances _instances = new(fixture.Host);
    private readonly string _project = TestSpecs.NewProject();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _instances.DisposeAsync();

    [Fact]
    public async Task Processor_OfABusyLoopInASmallShare_IsTheKernelsFigureAndSaysThatItIsHeldBack()
    {
        var instance = await SpawnAsync("while :; do :; done");
        await Engine.DockerAsync("update", "--cpus", "0.2", instance.ContainerId!);
        var figures = await CgroupFigures.OfAsync(instance);
        var samples = new List<StatsSample>();
        var (before, throttledBefore) = (0d, 0L);
        var late = 0d;

        await foreach (var record in fixture.Host.As(_project, "reader").StatsAsync(instance.Id, Cancelled).InTimeAsync())
        {
            // The engine tells of the new limit a moment later.
            if (record.Sample is not { CpuLimitPercent: 20 } sample)
            {
                continue;
            }

            samples.Add(sample);
            if (samples.Count == 1)
            {
                (before, throttledBefore) = (figures.CpuSeconds(), figures.Throttled());
                late = (DateTimeOffset.UtcNow - sample.Time).TotalSeconds;
            }
            else if (samples.Count == 4)
            {
                break;
            }
        }

        var (used, held) = (figures.CpuSeconds() - before, figures.Throttled() - throttledBefore);
        // The figures are read a while after the samples that they stand for: that much more or less may have been used, in ten periods a second.
        late += (DateTimeOffset.UtcNow - samples[^1].Time).TotalSeconds;
        var counted = samples.Zip(samples.Skip(1), (a, b) => (b.Time - a.Time).TotalSeconds * b.CpuPercent / 100).Sum();
        Assert.InRange(counted, (used * 0.8) - (0.2 * late), (used * 1.2) + (0.2 * late));
        Assert.InRange(samples.Skip(1).Sum(s => s.ThrottledPeriods), held - 5 - (10 * late), held + 5 + (10 * late));
        Assert.All(samples.Skip(1), s => Assert.InRange(s.CpuPercent, 1, 40));
        Assert.All(samples.Skip(1), s => Assert.InRange(s.Throttled, 0.3, 1));
    }

    [Fact]
    public async Task Memory_Held_IsCountedAgainstTheFlavorsLimit()
    {
        var instance = await SpawnAsync("busybox head -c 20971520 /dev/zero > /dev/shm/held; echo ready; sleep 100000", memoryMb: 96);
        await fixture.Host.WaitForLineAsync(instance.Id, "ready");

        var sample = await FirstAsync(instance);

        Assert.InRange(sample.MemoryBytes, 20L << 20, 40L << 20);
        Assert.Equal((96L << 20, 512L), (sample.MemoryLimitBytes, sample.PidsLimit));
        Assert.InRange(sample.Pids, 2, 4);
        Assert.Equal(100, sample.CpuLimitPercent);
        Assert.Equal((0L, 0L), (sample.RxBytes, sample.TxBytes));
    }

    [Fact]
    public async Task Files_AndTheEngine_SayTheSame()
    {
        // Between the looks no process may begin.
        var instance = await SpawnAsync("sleep 100000 & echo ready; wait");
        await fixture.Host.WaitForLineAsync(instance.Id, "ready");
        var facts = fixture.Host.Get<DriverHost.Containers.InstanceBook>().Entry(instance.Id)!.Container!;
        using var few = new SemaphoreSlim(1);
        var files = CgroupReader.TryOpen(facts, TimeProvider.System)!;

        var before = (await files.ReadAsync(Cancelled))!.Value;
        var engine = (await new EngineReader(fixture.Host.Get<HostEngine>(), facts.Id, few).ReadAsync(Cancelled))!.Value;
        var after = (await files.ReadAsync(Cancelled))!.Value;

        Assert.Equal(3, engine.Pids);
        Assert.Equal((engine.Pids, engine.Pids), (before.Pids, after.Pids));
        Assert.InRange(engine.RxBytes, before.RxBytes, after.RxBytes);
        Assert.InRange(engine.WriteBytes, before.WriteBytes, after.WriteBytes);
        Assert.InRange(engine.Periods, before.Periods, after.Periods);
        Assert.InRange(engine.CpuNanos, before.CpuNanos, after.CpuNanos);
        Assert.InRange(engine.MemoryBytes, Math.Min(before.MemoryBytes, after.MemoryBytes) - (1 << 20), Math.Max(before.MemoryBytes, after.MemoryBytes) + (1 << 20));
    }

    [Fact]
    public async Task Source_WithoutTheFiles_AsksTheEngine()
    {
        var instance = await SpawnAsync(null);
        var facts = fixture.Host.Get<DriverHost.Containers.InstanceBook>().Entry(instance.Id)!.Container!;
        using var source = new StatsSource(fixture.Host.Get<HostEngine>(), TimeProvider.System, "/nowhere");
        var meter = new StatsMeter(source, TimeProvider.System);

        Assert.Null(await meter.NextAsync(facts, Cancelled));
        var sample = await meter.NextAsync(facts, Cancelled);

        Assert.InRange(sample!.MemoryBytes, 1, 64L << 20);
        Assert.InRange(sample.CpuPercent, 0, 50);
    }

    [Fact]
    public async Task Viewers_OfOneInstance_ShareASamplerThatEndsWithThem()
    {
        var instance = await SpawnAsync(null);
        // Of its own: others watch instances of this host, too.
        using var samplers = new StatsSamplers(
            fixture.Host.Get<DriverHost.Containers.InstanceBook>(), fixture.Host.Get<StatsSource>(), fixture.Host.Get<StatsRecorder>(), fixture.Host.Get<DriverHostMetrics>(), TimeProvider.System);

        using var first = samplers.Watch(instance.Id);
        using var second = samplers.Watch(instance.Id);
        var seen = await Task.WhenAll(SampleAsync(first), SampleAsync(second));

        Assert.Same(seen[0], seen[1]);
        Assert.Equal(1, samplers.Count);
        Assert.Equal(seen[0].MemoryBytes, fixture.Host.Get<StatsRecorder>().Last(instance.Id)!.MemoryBytes);
        first.Dispose();
        Assert.Equal(1, samplers.Count);
        second.Dispose();
        Assert.Equal(0, samplers.Count);
    }

    [Fact]
    public async Task Stream_OfAnInstanceThatStopsStartsAndGoes_GoesOnAndEndsWithIt()
    {
        var instance = await SpawnAsync(null);
        var seen = new List<string>();

        await foreach (var record in fixture.Host.Operator.StatsAsync(instance.Id, Cancelled).InTimeAsync())
        {
            var what = record.Sample is not null ? "sample" : record.Deleted is true ? "deleted" : record.State.ToString()!;
            // While the process ends or begins, a look may find nothing and the state be of a moment before. Before it is deleted it ends, which may be seen or not.
            if (seen.LastOrDefault() == what || what == "Running" || (what == "Exited" && seen.Count == 3))
            {
                continue;
            }

            seen.Add(what);
            await (seen.Count switch
            {
                1 => fixture.Host.Operator.StopAsync(instance.Id, TimeSpan.Zero, Cancelled),
                2 => fixture.Host.Operator.StartAsync(instance.Id, Cancelled),
                3 => fixture.Host.Operator.DeleteAsync(instance.Id, Cancelled),
                _ => Task.CompletedTask,
            });
        }

        Assert.Equal(["sample", "Exited", "sample", "deleted"], seen);
    }

    [Fact]
    public async Task History_OfTimesThatMakeNoSense_IsRefusedInWords()
    {
        var instance = await SpawnAsync(null);

        var late = await Assert.ThrowsAsync<DriverHostException>(() => fixture.Host.Operator.GetStatsHistoryAsync(instance.Id, new StatsQuery { Seconds = 90_000 }, Cancelled));
        var turned = await Assert.ThrowsAsync<DriverHostException>(() => fixture.Host.Operator.GetStatsHistoryAsync(
            instance.Id, new StatsQuery { Since = DateTimeOffset.UnixEpoch.AddDays(1), Until = DateTimeOffset.UnixEpoch }, Cancelled));

        Assert.Equal((HttpStatusCode.BadRequest, "seconds is 1 to 86400: the history goes back a day."), (late.StatusCode, late.Message));
        Assert.Equal("since is after until.", turned.Message);
    }

    private Task<HostInstance> SpawnAsync(string? script, int memoryMb = 64) => _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id, _project, script, memoryMb));

    private async Task<StatsSample> FirstAsync(HostInstance instance)
    {
        await foreach (var record in fixture.Host.As(_project, "reader").StatsAsync(instance.Id, Cancelled).InTimeAsync())
        {
            if (record.Sample is { } sample)
            {
                return sample;
            }
        }

        throw new InvalidOperationException("The stream ended without a sample.");
    }

    private static async Task<StatsSample> SampleAsync(StatsWatch watch)
    {
        await foreach (var record in watch.Records.ReadAllAsync(Cancelled).InTimeAsync())
        {
            if (record.Sample is { } sample)
            {
                return sample;
            }
        }

        throw new InvalidOperationException("The samples ended.");
    }
}
