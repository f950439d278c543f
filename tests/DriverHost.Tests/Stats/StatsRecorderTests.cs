using DriverHost.Client;
using DriverHost.Stats;
using TestKit;

namespace DriverHost.Tests.Stats;

/// <summary>The past outlives the driver host, and not the instance.</summary>
[Trait("needs", "docker")]
public sealed class StatsRecorderTests(DriverHostFixture fixture) : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory("stats-").FullName;
    private RunningDriverHost _host = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await RunningDriverHost.StartAsync(_data, fixture.Cloud);

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await RunningDriverHost.RemoveAllAsync(_data);
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task History_OutlivesARestart_AndAStop_AndGoesWithTheInstance()
    {
        var image = fixture.Cloud.Glance.Add(TestImages.Running($"echo {TestSpecs.NewId()}; {TestSpecs.Sleep}"));
        var instance = await _host.Operator.SpawnAsync(TestSpecs.NewId(), TestSpecs.Of(image.Id), Cancelled);
        await _host.Get<StatsRecorder>().OnceAsync(Cancelled);
        await _host.Get<StatsRecorder>().OnceAsync(Cancelled);
        var before = (await HistoryAsync(instance)).Points;
        Assert.All(before, p => Assert.InRange(p.MemoryBytes, 1, 64L << 20));
        Assert.Equal(512, (await HistoryAsync(instance)).PidsLimit);

        await _host.DisposeAsync();
        await File.WriteAllTextAsync(Path.Combine(_data, "stats", "half.new"), "x", Cancelled);
        _host = await RunningDriverHost.StartAsync(_data, fixture.Cloud);
        await _host.Operator.StopAsync(instance.Id, TimeSpan.Zero, Cancelled);

        // It looks by itself, too: there may be more, and the newest of before may be of more samples by now.
        var after = (await HistoryAsync(instance)).Points;
        Assert.Equal(before.SkipLast(1), after.Take(before.Count - 1));
        Assert.Contains(before[^1].Time, after.Select(p => p.Time));
        Assert.Equal([$"{instance.Id}.stats"], Files());

        await _host.Operator.DeleteAsync(instance.Id, Cancelled);
        await _host.Get<StatsRecorder>().OnceAsync(Cancelled);
        Assert.Empty(Files());
        Assert.Null(_host.Get<StatsRecorder>().Last(instance.Id));
    }

    private Task<StatsHistory> HistoryAsync(HostInstance instance) => _host.Operator.GetStatsHistoryAsync(instance.Id, new StatsQuery { Seconds = 300 }, Cancelled);

    private IEnumerable<string?> Files() => Directory.EnumerateFiles(Path.Combine(_data, "stats")).Select(Path.GetFileName);
}
