using System.Globalization;
using Benchmarks.Measuring;
using TestKit;

namespace Benchmarks;

/// <summary>From the boot call until the API says ACTIVE, beside <c>docker run -d</c> of the very same image on the same network until it returns.</summary>
internal static class BootBenchmark
{
    private const int Pairs = 20;

    public static async Task<Figure[]> RunAsync()
    {
        await using var cloud = await CloudClient.StartAsync();
        using var archive = new MemoryStream(TestImages.Running("while true; do sleep 60; done"));
        var image = await cloud.CreateImageAsync("boot", archive);
        var first = await cloud.BootAsync("first", image);
        await cloud.UntilServerAsync(first, "ACTIVE");
        var container = (await Engine.ContainersAsync(cloud.Product.DataPath)).Single();
        var reference = await Engine.DockerAsync("inspect", "--format", "{{.Config.Image}}", container);

        var network = await Engine.DockerAsync("inspect", "--format", "{{range $name, $_ := .NetworkSettings.Networks}}{{$name}}{{end}}", container);
        var onBridge = new List<double>();
        var (ours, docker) = await Timing.PairsAsync(
            Pairs,
            async i =>
            {
                var id = "";
                var took = await Timing.MillisecondsAsync(async () =>
                {
                    id = await cloud.BootAsync(string.Create(CultureInfo.InvariantCulture, $"b{i}"), image);
                    await cloud.UntilServerAsync(id, "ACTIVE");
                });
                await cloud.DeleteServerAsync(id);
                return took;
            },
            async _ =>
            {
                // For comparison: the engine's default bridge, which keeps no projects apart and needs no resolver.
                onBridge.Add(await RunAsync(reference, "bridge"));
                return await RunAsync(reference, network);
            });
        var notes = string.Create(CultureInfo.InvariantCulture, $"median of {Pairs} pairs; on the default bridge, which keeps no projects apart, `docker run -d` takes {onBridge.Order().ToArray().Median():0} ms");
        return [new Figure("boot: API call → ACTIVE", ours.Median(), "`docker run -d` on the project's network", docker.Median(), "ms", "≤ 1.25×", notes)];
    }

    private static async Task<double> RunAsync(string image, string network)
    {
        var id = "";
        var took = await Timing.MillisecondsAsync(async () => id = await Engine.DockerAsync("run", "-d", "--network", network, image));
        await Engine.DockerAsync("rm", "-f", id);
        return took;
    }
}
