using System.Globalization;
using Benchmarks.Measuring;
using Microsoft.Playwright;
using TestKit;

namespace Benchmarks.Logs;

/// <summary>A log of 1,000,000 lines: how soon the page shows its end, how long a search over all of it takes, and the page's memory while somebody scrolls back through it.</summary>
internal static class HistoryBenchmark
{
    private const int Portion = 200_000;
    private const int Portions = 5;
    private const int Pairs = 5;

    public static async Task<Figure[]> RunAsync()
    {
        await using var cloud = await CloudClient.StartAsync();
        var speaker = await Speaker.BootAsync(cloud, "long", $"n=0; while read x < /go; do seq $((n+1)) $((n+{Portion})) | sed 's/^/line of a long log, number /'; n=$((n+{Portion})); echo \"portion $n\"; done");
        var small = await Speaker.BootAsync(cloud, "short", "read x < /go");
        using var visitor = await Visitor.SignInAsync(cloud.Product);
        for (var i = 1; i <= Portions; i++)
        {
            // The engine keeps the newest 30 MB; what is asked for meanwhile is kept by the driver host.
            await speaker.GoAsync();
            await UntilAsync(visitor, speaker, $"portion {i * Portion}");
        }

        await using var screen = await Screen.SignInAsync(cloud.Product);
        var (longOne, shortOne) = await Timing.PairsAsync(Pairs, _ => FirstPaintAsync(screen, speaker.ServerId), _ => FirstPaintAsync(screen, small.ServerId));

        var file = Path.GetTempFileName();
        await File.WriteAllLinesAsync(file, Enumerable.Range(1, Portion * Portions).Select(n => $"line of a long log, number {n}"));
        var found = 0;
        var (search, grep) = await Timing.PairsAsync(
            Pairs,
            _ => Timing.MillisecondsAsync(async () => found = await SearchAsync(visitor, speaker.ServerId)),
            _ => Timing.MillisecondsAsync(async () => (await Command.RunAsync("grep", "-c", "777", file)).Succeeded()));
        var expected = (await Command.RunAsync("grep", "-c", "777", file)).Succeeded();
        File.Delete(file);
        if (found.ToString(CultureInfo.InvariantCulture) != expected)
        {
            throw new InvalidOperationException($"The search found {found} of {expected} lines.");
        }

        await screen.OpenLogAsync(speaker.ServerId);
        var heap = await screen.HeapAsync();
        var (half, far, steps) = await ScrollBackAsync(screen);
        return
        [
            new Figure("page of a log of 1,000,000 lines → its newest line is drawn", longOne.Median(), "of a log of one line", shortOne.Median(), "ms", "< 300 ms", $"whole page load, median of {Pairs}"),
            new Figure("search over 1,000,000 lines", search.Median(), "`grep -c` on the text in a file", grep.Median(), "ms", "< 3,000 ms", string.Create(CultureInfo.InvariantCulture, $"{found:#,0} found, through the whole path, median of {Pairs}")),
            new Figure("script memory of the page, scrolled back", far, "halfway", half, "MiB", "flat", string.Create(CultureInfo.InvariantCulture, $"from the newest line to the first in {steps:#,0} steps to the top edge; when opened: {heap:0.0} MiB")),
        ];
    }

    private static async Task UntilAsync(Visitor visitor, Speaker speaker, string last)
    {
        using (var log = await visitor.OpenAsync($"{speaker.ServerId}?follow=true&tail=1"))
        {
            var end = System.Text.Encoding.UTF8.GetBytes(last);
            await log.ReadAsync(line => line.IndexOf(end) < 0);
        }

        using var window = await visitor.OpenAsync($"{speaker.ServerId}/window?before=1");
        await window.ReadAsync(line => line.IndexOf("\"text\":"u8) < 0);
    }

    private static async Task<double> FirstPaintAsync(Screen screen, string server)
    {
        await screen.Page.GotoAsync($"/instances/{server}", new() { WaitUntil = WaitUntilState.Commit });
        return await screen.Page.EvaluateAsync<double>(
            """
            () => new Promise(done => {
              const look = () => [...document.querySelectorAll(".log-row:not([hidden]) .log-text")].some(t => t.textContent) ? done(performance.now()) : requestAnimationFrame(look);
              look();
            })
            """);
    }

    private static async Task<int> SearchAsync(Visitor visitor, string server)
    {
        using var search = await visitor.OpenAsync($"{server}/search?q=777&limit=1000");
        var count = 0;
        await search.ReadAsync(line =>
        {
            if (Visitor.Record(line)?.Done is not { } done)
            {
                return true;
            }

            count = (int)done.Matches;
            return false;
        });
        return count;
    }

    private static async Task<(double Half, double Far, int Steps)> ScrollBackAsync(Screen screen)
    {
        var half = 0.0;
        var steps = 0;
        for (var first = int.MaxValue; first > 1; steps++)
        {
            first = await screen.Page.EvaluateAsync<int>(
                """
                async () => {
                  const log = document.querySelector("[role=log]");
                  const first = () => Math.min(...[...log.querySelectorAll(".log-row:not([hidden]) .log-text")].map(t => +/number (\d+)$/.exec(t.textContent)?.[1]).filter(n => n));
                  const before = first();
                  for (let tries = 0; tries < 1200; tries++) {
                    log.scrollTop = 0;
                    await new Promise(done => requestAnimationFrame(done));
                    if (first() < before) return first();
                  }
                  throw new Error(`The log does not go on before line ${before}.`);
                }
                """);
            half = half == 0 && first < Portion * Portions / 2 ? await screen.HeapAsync() : half;
        }

        return (half, await screen.HeapAsync(), steps);
    }
}
