using System.Globalization;
using EndToEnd.Product;
using TestKit;

namespace EndToEnd.Instances;

/// <summary>The engine's own word on an instance.</summary>
internal static class Written
{
    public static async Task<string> ContainerOfAsync(ProductFixture fixture, Launched instance) =>
        (await Engine.ContainersAsync(fixture.Product.DataPath)).Single(name => name.Contains(instance.Id, StringComparison.Ordinal));

    /// <summary>How many lines its process has written so far.</summary>
    public static async Task<int> LinesAsync(ProductFixture fixture, Launched instance)
    {
        var log = await Engine.DockerAsync("logs", "--tail", "1", await ContainerOfAsync(fixture, instance));
        return int.Parse(log["line ".Length..], CultureInfo.InvariantCulture);
    }

    /// <summary>Waits for a line on the engine's own stream.</summary>
    public static async Task WaitForLinesAsync(ProductFixture fixture, Launched instance, int line)
    {
        var container = await ContainerOfAsync(fixture, instance);
        (await Command.RunAsync("bash", "-c", $"docker logs -f {container} | grep -qx 'line {line}'")).Succeeded();
    }
}
