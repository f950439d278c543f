using System.Globalization;
using Benchmarks.Measuring;

namespace Benchmarks.Logs;

/// <summary>200 viewers at a time: of one container, and of 200. How late lines are, and what it costs the product; beside one viewer of one container.</summary>
internal static class ViewersBenchmark
{
    private const int Viewers = 200;
    private const int AtOnce = 4;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(20);

    public static async Task<Figure[]> RunAsync()
    {
        await using var cloud = await CloudClient.StartAsync();
        await cloud.LiftQuotaAsync();
        using var visitor = await Visitor.SignInAsync(cloud.Product);
        var idle = ProcessUse.Of(cloud.Product.ProcessId).MemoryMiB;
        var busy = await Speaker.BootAsync(cloud, "hundred", "while :; do echo a line of one hundred in a second; read -t 0.0095 x <&3; done");
        var one = await WatchAsync(cloud, visitor, [busy.ServerId]);
        var same = await WatchAsync(cloud, visitor, [.. Enumerable.Repeat(busy.ServerId, Viewers)]);
        await cloud.DeleteServerAsync(busy.ServerId);

        var first = await Speaker.BootAsync(cloud, "five", "while :; do echo a line of five in a second; read -t 0.2 x <&3; done");
        var servers = new List<string> { first.ServerId };
        servers.AddRange(await cloud.BootLikeAsync(first.ServerId, Viewers - 1, AtOnce));
        var different = await WatchAsync(cloud, visitor, servers);
        return
        [
            Told($"{Viewers} viewers of one container, line p50", same, one, idle, "100 lines/s to each"),
            Told($"{Viewers} viewers of {Viewers} containers, line p50", different, one, idle, "5 lines/s of each"),
        ];
    }

    private static Figure Told(string what, Watch seen, Watch one, long idle, string rate) => new(
        what, seen.Late.Median(), "one viewer", one.Late.Median(), "ms", "< 50 ms", string.Create(
            CultureInfo.InvariantCulture,
            $"{rate}; p99 {seen.Late.P99():0} ms (one viewer: {one.Late.P99():0} ms); {seen.Late.Length / Watched.TotalSeconds:#,0} lines/s in all; product: {seen.Cpu:0.00} cores, {seen.MemoryMiB} MiB (idle: {idle} MiB)"));

    private static async Task<Watch> WatchAsync(CloudClient cloud, Visitor visitor, List<string> servers)
    {
        using var end = new CancellationTokenSource();
        var measured = false;
        var late = new List<double>[servers.Count];
        var watching = servers.Select((server, i) => Task.Run(async () =>
        {
            var own = late[i] = [];
            using var log = await visitor.OpenAsync($"{server}?follow=true&tail=0");
            try
            {
                await log.ReadAsync(
                    line =>
                    {
                        if (Volatile.Read(ref measured) && Visitor.Record(line) is { Text: not null, Time: { } stamp })
                        {
                            own.Add((DateTimeOffset.UtcNow - stamp).TotalMilliseconds);
                        }

                        return true;
                    },
                    end.Token);
            }
            catch (OperationCanceledException)
            {
            }
        })).ToList();
        await Task.Delay(WarmUp);
        var before = ProcessUse.Of(cloud.Product.ProcessId);
        Volatile.Write(ref measured, true);
        await Task.Delay(Watched);
        Volatile.Write(ref measured, false);
        var after = ProcessUse.Of(cloud.Product.ProcessId);
        await end.CancelAsync();
        await Task.WhenAll(watching);
        return new Watch([.. late.SelectMany(l => l).Order()], (after.Cpu - before.Cpu) / Watched, after.MemoryMiB);
    }

    /// <param name="Late">Milliseconds from the engine's stamp to the viewer, ascending.</param>
    /// <param name="Cpu">Cores that the product used.</param>
    private sealed record Watch(double[] Late, double Cpu, long MemoryMiB);
}
