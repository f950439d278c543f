using DriverHost.Client;
using DriverHost.Stats;
using Microsoft.Extensions.Time.Testing;

namespace DriverHost.Tests.Stats;

/// <summary>A day of figures in a few kilobytes.</summary>
public sealed class StatsHistoryTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 0, 0, 0, TimeSpan.Zero);
    private readonly FakeTimeProvider _time = new(Start);
    private readonly InstanceStats _stats = new();

    [Fact]
    public void History_OfADay_TakesLessThanTwentyKilobytes() => Assert.InRange(_stats.Bytes, 1, 20_000);

    [Fact]
    public void History_OfADay_IsFineWhereItIsFreshAndCoarseWhereItIsOld()
    {
        for (var i = 0; i < 24 * 360; i++)
        {
            Add(cpu: 50);
        }

        var now = _time.GetUtcNow();
        Assert.Equal((10, 360), Shape(_stats.Read(now.AddMinutes(-59.9), now)));
        Assert.Equal((60, 360), Shape(_stats.Read(now.AddHours(-5.99), now)));
        Assert.Equal((300, 288), Shape(_stats.Read(now.AddHours(-23.99), now)));
        Assert.Equal((300, 288), Shape(_stats.Read(DateTimeOffset.UnixEpoch, now)));
        Assert.All(_stats.Read(now.AddHours(-23), now).Points, p => Assert.InRange(p.CpuPercent, 49.9, 50.1));
    }

    [Fact]
    public void Step_OfSeveralSamples_IsTheirAverageAndTheHighestMemory()
    {
        foreach (var (cpu, memory) in new[] { (10d, 5_000_000L), (20, 9_000_000), (60, 7_000_000), (0, 0), (0, 0), (0, 0) })
        {
            Add(cpu, memory);
        }

        var minute = Assert.Single(_stats.Read(Start.AddHours(-5), Start.AddMinutes(1)).Points);
        Assert.Equal(15, minute.CpuPercent, 0.1);
        Assert.InRange(minute.MemoryBytes, 8_990_000, 9_010_000);
    }

    [Fact]
    public void Time_WithoutSamples_HasNoPoints()
    {
        Add(cpu: 1);
        _time.Advance(TimeSpan.FromMinutes(5));
        Add(cpu: 2);

        var (step, points) = _stats.Read(Start, _time.GetUtcNow());

        Assert.Equal(10, step);
        Assert.Equal([Start, Start.AddSeconds(310)], points.Select(p => p.Time));
    }

    [Fact]
    public void Time_LongerThanAllThatIsKept_LeavesOnlyWhatIsNew()
    {
        Add(cpu: 1);
        _time.Advance(TimeSpan.FromDays(30));
        Add(cpu: 2);

        Assert.Single(_stats.Read(DateTimeOffset.UnixEpoch, _time.GetUtcNow()).Points);
    }

    [Fact]
    public void Clock_SetBack_StartsAnew()
    {
        Add(cpu: 1);
        var back = new FakeTimeProvider(Start.AddHours(-3));
        _stats.Add(Sample(back.GetUtcNow(), 7, 0));

        Assert.Equal(7, Assert.Single(_stats.Read(Start.AddDays(-1), Start.AddDays(1)).Points).CpuPercent, 0.1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.25)]
    [InlineData(99.9)]
    [InlineData(1e3)]
    [InlineData(1.5e12)]
    public void Figure_Kept_IsGoodToAThousandth(double value) =>
        Assert.InRange(StatsRing.Decode(StatsRing.Encode(value, 0.001), 0.001), value * 0.999, value * 1.001);

    [Fact]
    public void File_Written_IsReadAsItWas_AndAHalfOneIsNot()
    {
        Add(cpu: 12, memory: 4096);
        var file = _stats.Write();

        Assert.Equal(_stats.Read(Start, Start.AddHours(1)).Points, InstanceStats.Read(file)!.Read(Start, Start.AddHours(1)).Points);
        Assert.False(_stats.IsNew);
        Assert.Null(InstanceStats.Read(file[..^1]));
        Assert.Null(InstanceStats.Read([]));
        Assert.Null(InstanceStats.Read(new byte[file.Length]));
    }

    private static (int, int) Shape((int Step, StatsPoint[] Points) read) => (read.Step, read.Points.Length);

    private void Add(double cpu, long memory = 0)
    {
        _stats.Add(Sample(_time.GetUtcNow(), cpu, memory));
        _time.Advance(StatsRecorder.Every);
    }

    private static StatsSample Sample(DateTimeOffset time, double cpu, long memory) => new()
    {
        Time = time,
        CpuPercent = cpu,
        CpuLimitPercent = 100,
        Periods = 0,
        ThrottledPeriods = 0,
        Throttled = 0,
        MemoryBytes = memory,
        MemoryLimitBytes = 0,
        CacheBytes = 0,
        Pids = 1,
        PidsLimit = 0,
        RxBytes = 0,
        TxBytes = 0,
        RxRate = 0,
        TxRate = 0,
        ReadBytes = 0,
        WriteBytes = 0,
        ReadRate = 0,
        WriteRate = 0,
    };
}
