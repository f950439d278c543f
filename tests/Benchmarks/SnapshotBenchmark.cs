using System.Globalization;
using Benchmarks.Measuring;
using TestKit;

namespace Benchmarks;

/// <summary>From createImage until the image is active, beside <c>docker commit</c> and <c>docker save</c> into a file.</summary>
internal static class SnapshotBenchmark
{
    private const int Pairs = 5;
    private const int Megabytes = 200;

    public static async Task<Figure[]> RunAsync()
    {
        await using var cloud = await CloudClient.StartAsync();
        using var archive = new MemoryStream(TestImages.Running($"head -c {Megabytes}000000 /dev/urandom >/data; echo ready; while true; do sleep 60; done"));
        var image = await cloud.CreateImageAsync("snapshot", archive);
        var server = await cloud.BootAsync("origin", image);
        await cloud.UntilServerAsync(server, "ACTIVE");
        var container = (await Engine.ContainersAsync(cloud.Product.DataPath)).Single();
        await Command.RunAsync("bash", "-c", $"until docker logs {container} | grep -q ready; do sleep 0.2; done");
        var file = Path.Combine(cloud.Product.DataPath, "saved.tar");

        var (ours, docker) = await Timing.PairsAsync(
            Pairs,
            async i =>
            {
                var id = "";
                var took = await Timing.MillisecondsAsync(async () =>
                {
                    id = await cloud.SnapshotAsync(server, string.Create(CultureInfo.InvariantCulture, $"s{i}"));
                    await cloud.UntilImageAsync(id, "active");
                });
                await cloud.UntilServerAsync(server, "ACTIVE");
                await cloud.DeleteImageAsync(id);
                return took;
            },
            async _ =>
            {
                var took = await Timing.MillisecondsAsync(async () =>
                {
                    await Engine.DockerAsync("commit", container, "benchmark:saved");
                    await Engine.DockerAsync("save", "-o", file, "benchmark:saved");
                });
                await Engine.DockerAsync("rmi", "benchmark:saved");
                return took;
            });
        return [new Figure($"snapshot of {Megabytes} MB of changes → active", ours.Median(), "`docker commit` + `docker save`", docker.Median(), "ms", "≤ 1.3×", $"median of {Pairs} pairs")];
    }
}
