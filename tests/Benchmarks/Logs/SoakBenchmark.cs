using System.Globalization;
using Benchmarks.Measuring;

namespace Benchmarks.Logs;

/// <summary>The bytes of six hours at 1,000 lines a second, in ten minutes: memory of the product and of the page at the end, beside the second minute.</summary>
internal static class SoakBenchmark
{
    private const long Lines = 6 * 3600 * 1000L;
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan WarmUp = TimeSpan.FromMinutes(2);

    public static async Task<Figure[]> RunAsync()
    {
        await using var cloud = await CloudClient.StartAsync();
        var perTick = (int)(Lines / Length.TotalSeconds / 100);
        var speaker = await Speaker.BootAsync(
            cloud,
            "soak",
            $"lines=$(seq 1 {perTick} | sed 's/^/a line of a log that has been followed for hours and hours, number /'); read x < /go; while :; do echo \"$lines\"; read -t 0.008 x <&3; done");
        await using var screen = await Screen.SignInAsync(cloud.Product);
        await screen.OpenLogAsync(speaker.ServerId);
        using var visitor = await Visitor.SignInAsync(cloud.Product);
        using var log = await visitor.OpenAsync($"{speaker.ServerId}?follow=true&tail=0");
        using var enough = new CancellationTokenSource();
        long seen = 0;
        var reading = log.ReadAsync(_ => Interlocked.Increment(ref seen) > 0, enough.Token);
        await speaker.GoAsync();

        await Task.Delay(WarmUp);
        var (server, page) = (ProcessUse.Of(cloud.Product.ProcessId).MemoryMiB, await screen.HeapAsync());
        await Task.Delay(Length - WarmUp);
        var (serverAfter, pageAfter) = (ProcessUse.Of(cloud.Product.ProcessId).MemoryMiB, await screen.HeapAsync());
        var foot = await screen.Foot.TextContentAsync();
        await enough.CancelAsync();
        await reading.ContinueWith(_ => { }, TaskScheduler.Default);
        var notes = string.Create(CultureInfo.InvariantCulture, $"{seen:#,0} lines in {Length.TotalMinutes:0} minutes; the page says \"{foot?.Trim()}\"");
        return
        [
            new Figure("memory of the product after a long follow", serverAfter, "after two minutes", server, "MiB", "flat", notes),
            new Figure("script memory of the page after a long follow", pageAfter, "after two minutes", page, "MiB", "flat", notes),
        ];
    }
}
