using System.Diagnostics;
using System.Globalization;
using System.Text;
using Benchmarks.Measuring;

namespace Benchmarks.Logs;

/// <summary>A container that prints as fast as the engine takes it, watched live: by us, by <c>curl</c> on the engine's socket, and by us beside a viewer that does not read.</summary>
internal static class LiveLogBenchmark
{
    private const int Rounds = 9;
    // Less than one of the files that the engine keeps: its own follower skips a file when two rotations come before it is through with one.
    private const int Lines = 70_000;

    public static async Task<Figure[]> RunAsync()
    {
        await using var cloud = await CloudClient.StartAsync();
        // What comes after the end pushes it out of curl's buffer.
        var speaker = await Speaker.BootAsync(cloud, "live", $"while read x < /go; do yes {new string('x', 60)} | head -n {Lines}; echo end; yes after | head -n 1000; echo quiet; done");
        using var visitor = await Visitor.SignInAsync(cloud.Product);
        Task<LineReader> OpenAsync() => visitor.OpenAsync($"{speaker.ServerId}?follow=true&tail=1");

        var (ours, curl) = await Timing.PairsAsync(
            Rounds,
            async _ => await RateAsync(speaker, await OpenAsync(), "\"text\":\"end\""),
            async _ => await RateAsync(speaker, speaker.Curl("follow=1&tail=0", atOnce: false), "Z end", ours: false));
        var (beside, alone) = await Timing.PairsAsync(
            Rounds,
            async _ =>
            {
                using var stalled = await OpenAsync();
                return await RateAsync(speaker, await OpenAsync(), "\"text\":\"end\"");
            },
            async _ => await RateAsync(speaker, await OpenAsync(), "\"text\":\"end\""));
        var notes = string.Create(CultureInfo.InvariantCulture, $"{Lines:#,0} lines of a running container, median of {Rounds} pairs");
        return
        [
            new Figure("live log, as fast as it comes", ours.Median(), "`curl` on the engine's socket", curl.Median(), "lines/s", "≥ 0.95×", notes),
            new Figure("the same beside a viewer that does not read", beside.Median(), "without it", alone.Median(), "lines/s", "≥ 0.95×", notes),
        ];
    }

    /// <summary>Lines per second between the first and the last line of a burst.</summary>
    /// <param name="ours">Each line has to be there, once. The engine's own stream may repeat or lose some when it rotates the file.</param>
    private static async Task<double> RateAsync(Speaker speaker, LineReader log, string end, bool ours = true)
    {
        using (log)
        {
            // The log is open, and whoever reads it is through with the burst before.
            await Task.Delay(TimeSpan.FromSeconds(2));
            var last = Encoding.UTF8.GetBytes(end);
            var going = speaker.GoAsync();
            var (seen, lost) = (0, false);
            long first = 0;
            await log.ReadAsync(line =>
            {
                if (line.IndexOf("xxxx"u8) >= 0)
                {
                    first = first == 0 ? Stopwatch.GetTimestamp() : first;
                    seen++;
                }

                lost |= line.IndexOf("\"gap\":"u8) >= 0;
                return line.IndexOf(last) < 0;
            });
            var took = Stopwatch.GetElapsedTime(first).TotalSeconds;
            await going;
            return !lost && (seen == Lines || !ours) ? seen / took : throw new InvalidOperationException($"The stream had {seen} of {Lines} lines{(lost ? " and a gap" : "")}.");
        }
    }
}
