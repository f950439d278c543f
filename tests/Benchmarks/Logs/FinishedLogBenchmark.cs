using System.Globalization;
using Benchmarks.Measuring;
using TestKit;

namespace Benchmarks.Logs;

/// <summary>A long log through engine, driver host and dashboard to a signed-in browser's request, beside <c>curl</c> on the engine's own socket.</summary>
internal static class FinishedLogBenchmark
{
    private const int Pairs = 5;
    private const int Lines = 150_000;

    public static async Task<Figure[]> RunAsync()
    {
        await using var cloud = await CloudClient.StartAsync();
        // The engine keeps three files of 10 MB of a log: this one stays below.
        using var archive = new MemoryStream(TestImages.Running($"yes {new string('x', 60)} | head -n {Lines}"));
        var image = await cloud.CreateImageAsync("log", archive);
        var server = await cloud.BootAsync("chatty", image);
        await cloud.UntilServerAsync(server, "SHUTOFF");
        var container = $"os-{server}";
        var kept = int.Parse((await Command.RunAsync("bash", "-c", $"docker logs {container} | wc -l")).Succeeded(), CultureInfo.InvariantCulture);
        using var visitor = await Visitor.SignInAsync(cloud.Product);

        var (ours, curl) = await Timing.PairsAsync(
            Pairs,
            async _ => kept / await SecondsAsync(async () =>
            {
                using var log = await visitor.OpenAsync($"{server}?follow=true");
                var seen = 0;
                await log.ReadAsync(line =>
                {
                    seen += line.IndexOf("\"text\":"u8) >= 0 ? 1 : 0;
                    return line.IndexOf("\"end\":"u8) < 0;
                });
                if (seen != kept)
                {
                    throw new InvalidOperationException($"The dashboard showed {seen} of {kept} lines.");
                }
            }),
            async _ => kept / await SecondsAsync(async () => (await Command.RunAsync(
                "curl", "-sS", "-o", "/dev/null", "--unix-socket", "/var/run/docker.sock", $"http://docker/v1.41/containers/{container}/logs?stdout=1&stderr=1&timestamps=1&follow=1")).Succeeded()));
        return [new Figure("log of a finished instance", ours.Median(), "`curl` on the engine's socket", curl.Median(), "lines/s", "≥ 0.95×", string.Create(CultureInfo.InvariantCulture, $"{kept:#,0} lines through the whole path, median of {Pairs} pairs"))];
    }

    private static async Task<double> SecondsAsync(Func<Task> work) => await Timing.MillisecondsAsync(work) / 1000;
}
