using System.Globalization;
using System.Text.Json;
using Benchmarks.Measuring;
using Microsoft.Playwright;

namespace Benchmarks.Logs;

/// <summary>50,000 lines a second for ten seconds while the page is open: how smooth it stays, and whether it still obeys. Beside the same page at rest.</summary>
internal static class BurstBenchmark
{
    private const int Ticks = 1000;
    private const int LinesPerTick = 500;

    public static async Task<Figure[]> RunAsync()
    {
        await using var cloud = await CloudClient.StartAsync();
        var speaker = await Speaker.BootAsync(
            cloud,
            "burst",
            $"lines=$(seq 1 {LinesPerTick} | sed 's/^/a line of a burst of many lines /'); read x < /go; n=0; while [ $n -lt {Ticks} ]; do echo \"$lines\"; n=$((n+1)); read -t 0.008 x <&3; done; echo end of the burst; read x < /go");
        await using var screen = await Screen.SignInAsync(cloud.Product);
        await screen.OpenLogAsync(speaker.ServerId);

        await StartCountingAsync(screen.Page);
        await Task.Delay(TimeSpan.FromSeconds(5));
        var rest = await FramesAsync(screen.Page);
        await StartCountingAsync(screen.Page);
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        await speaker.GoAsync();
        var obeyed = new List<double>();
        var end = screen.Page.Locator(".log-row:visible .log-text").GetByText("end of the burst", new() { Exact = true });
        while (await end.CountAsync() == 0)
        {
            obeyed.Add(await screen.Page.EvaluateAsync<double>(
                """
                async () => {
                  const button = document.querySelector("[data-log=wrap][data-key]");
                  const before = button.getAttribute("aria-pressed");
                  const start = performance.now();
                  await new Promise(done => setTimeout(done));
                  button.click();
                  await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
                  if (button.getAttribute("aria-pressed") === before) throw new Error("The button did nothing.");
                  return performance.now() - start;
                }
                """));
            await Task.Delay(500);
        }

        var took = System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalSeconds;
        var burst = await FramesAsync(screen.Page);
        var foot = await screen.Foot.TextContentAsync();
        var notes = string.Create(
            CultureInfo.InvariantCulture,
            $"{Ticks * LinesPerTick / took:#,0} lines/s for {took:0} s until the last line was on the screen; median frame {burst.Median():0} ms; a button took at most {obeyed.Max():0} ms; the page says \"{foot?.Trim()}\"");
        return [new Figure("frames in a burst of 500,000 lines, p99", burst.P99(), "the page at rest", rest.P99(), "ms", "< 35 ms", notes)];
    }

    private static async Task StartCountingAsync(IPage page) => await page.EvaluateAsync(
        """
        () => {
          const frames = window.frames = [];
          let last = performance.now();
          const tick = () => {
            if (window.frames !== frames) return;
            const now = performance.now();
            frames.push(now - last);
            last = now;
            requestAnimationFrame(tick);
          };
          requestAnimationFrame(tick);
        }
        """);

    private static async Task<double[]> FramesAsync(IPage page) =>
        [.. (await page.EvaluateAsync<JsonElement>("() => window.frames")).EnumerateArray().Select(f => f.GetDouble()).Order()];
}
