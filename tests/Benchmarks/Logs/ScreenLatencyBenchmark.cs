using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Benchmarks.Measuring;

namespace Benchmarks.Logs;

/// <summary>From the engine's stamp of a line until it stands in the page, at 1,000 lines a second; beside the moment when <c>curl</c> on the engine's socket has it.</summary>
internal static class ScreenLatencyBenchmark
{
    private const int Seconds = 20;

    public static async Task<Figure[]> RunAsync()
    {
        await using var cloud = await CloudClient.StartAsync();
        // Ten lines each hundredth of a second; read -t waits without a process.
        var speaker = await Speaker.BootAsync(cloud, "paced", "read x < /go; n=0; while :; do for i in 0 1 2 3 4 5 6 7 8 9; do echo \"line $n$i of many\"; done; n=$((n+1)); read -t 0.0094 x <&3; done");
        await using var screen = await Screen.SignInAsync(cloud.Product);
        await screen.OpenLogAsync(speaker.ServerId);
        await screen.Page.EvaluateAsync(
            """
            () => {
              const seen = window.seen = new Map();
              const layer = document.querySelector(".log-layer");
              const look = () => {
                const now = Date.now();
                for (const row of layer.querySelectorAll(".log-row:not([hidden]) .log-text")) {
                  const found = /^line (\d+) of many$/.exec(row.textContent);
                  if (found && !seen.has(+found[1])) seen.set(+found[1], now);
                }
              };
              new MutationObserver(look).observe(layer, { subtree: true, childList: true, characterData: true, attributes: true });
            }
            """);
        using var curl = speaker.Curl("follow=1&tail=0");
        var arrivals = new ConcurrentDictionary<int, (double Stamp, double Read)>();
        using var enough = new CancellationTokenSource();
        var reading = curl.ReadAsync(
            line =>
            {
                if (Numbered(line) is var (number, stamp))
                {
                    arrivals[number] = (stamp, Now());
                }

                return true;
            },
            enough.Token);
        await speaker.GoAsync();
        await Task.Delay(TimeSpan.FromSeconds(Seconds));
        var seen = await screen.Page.EvaluateAsync<JsonElement>("() => [...window.seen]");
        await enough.CancelAsync();
        await reading.ContinueWith(_ => { }, TaskScheduler.Default);

        var drawn = seen.EnumerateArray().ToDictionary(p => p[0].GetInt32(), p => p[1].GetDouble());
        var both = drawn.Keys.Where(arrivals.ContainsKey).ToList();
        var ours = both.Select(n => drawn[n] - arrivals[n].Stamp).Order().ToArray();
        var raw = both.Select(n => arrivals[n].Read - arrivals[n].Stamp).Order().ToArray();
        var rate = (both.Max() - both.Min()) / ((arrivals[both.Max()].Stamp - arrivals[both.Min()].Stamp) / 1000);
        var notes = string.Create(CultureInfo.InvariantCulture, $"{rate:#,0} lines/s for {Seconds} s; {both.Count:#,0} of them were drawn");
        return
        [
            new Figure("engine's stamp → line in the page, p50", ours.Median(), "at `curl` on the engine's socket", raw.Median(), "ms", "< 50 ms", notes),
            new Figure("engine's stamp → line in the page, p99", ours.P99(), "at `curl` on the engine's socket", raw.P99(), "ms", "< 250 ms", notes),
        ];
    }

    private static double Now() => (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).TotalMilliseconds;

    // "2026-11-25T14:00:00.123456789Z line 17 of many", after the frame's head of eight bytes.
    private static (int Number, double Stamp)? Numbered(ReadOnlySpan<byte> line)
    {
        var text = Encoding.UTF8.GetString(line);
        var at = text.IndexOf(" line ", StringComparison.Ordinal);
        return at < 30 || !text.EndsWith(" of many", StringComparison.Ordinal)
            ? null
            : (int.Parse(text[(at + 6)..^8], CultureInfo.InvariantCulture), (DateTimeOffset.Parse(text[(at - 30)..at], CultureInfo.InvariantCulture) - DateTimeOffset.UnixEpoch).TotalMilliseconds);
    }
}
