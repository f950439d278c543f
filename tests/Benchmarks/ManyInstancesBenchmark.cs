using System.Globalization;
using Benchmarks.Measuring;
using TestKit;

namespace Benchmarks;

/// <summary>1,000 idle instances on one host: the list, and what the product keeps in memory for each; beside the engine's own list. Without networks: each port of a bridge makes the engine slower, and the list does not see them.</summary>
internal static class ManyInstancesBenchmark
{
    private const int Instances = 1000;
    private const int AtOnce = 4;
    private const int Pairs = 20;

    public static async Task<Figure[]> RunAsync()
    {
        await using var cloud = await CloudClient.StartAsync();
        await cloud.LiftQuotaAsync();
        var first = await Speaker.BootAsync(cloud, "idle", "read x < /go");
        await Timing.MillisecondsAsync(() => cloud.GetBytesAsync("compute/v2.1/servers/detail"));
        var before = await MemoryAsync(cloud);
        var booting = await Timing.MillisecondsAsync(() => cloud.BootLikeAsync(first.ServerId, Instances - 1, AtOnce, "none"));
        var (ours, docker) = await Timing.PairsAsync(
            Pairs,
            _ => Timing.MillisecondsAsync(() => cloud.GetBytesAsync("compute/v2.1/servers/detail")),
            _ => Timing.MillisecondsAsync(() => Engine.DockerAsync("ps", "-a", "--no-trunc")));
        var after = await MemoryAsync(cloud);
        var each = (after - before) / (double)Instances;
        var notes = string.Create(CultureInfo.InvariantCulture, $"{each:0.0} KiB of the product's memory for each instance (goal < 100 KB); {booting / Instances:0} ms to boot each, {AtOnce} at a time; median of {Pairs} pairs");
        return [new Figure("list of 1,000 idle instances on one host", ours.Median(), "`docker ps -a`", docker.Median(), "ms", "< 200 ms", notes)];
    }

    // What is left of the work before is given back within a while.
    private static async Task<long> MemoryAsync(CloudClient cloud)
    {
        await Task.Delay(TimeSpan.FromSeconds(30));
        return ProcessUse.Of(cloud.Product.ProcessId).MemoryKiB;
    }
}
