using System.Globalization;
using System.Text.Json;
using EndToEnd.Product;

namespace EndToEnd.Instances;

/// <summary>An instance of the demo project; each test names its own.</summary>
internal sealed record Launched(string Id, string Name)
{
    /// <summary>Writes "line 1", "line 2" and so on, about five a second.</summary>
    public const string Counting = "i=0; while true; do i=$((i+1)); echo \"line $i\"; sleep 0.2; done";

    public string Address => $"/instances/{Id}";

    /// <param name="ends">The process may have ended when this returns.</param>
    public static async Task<Launched> NewAsync(ProductFixture fixture, string name, string command, string image = "busybox", bool ends = false)
    {
        name = Unique(name);
        var words = JsonSerializer.Serialize(new[] { "/bin/busybox", "sh", "-c", command });
        using var demo = await fixture.DemoAsync();
        var id = await demo.BootAsync(name, await demo.ImageAsync(image), ("docker:command", words));
        var status = await demo.BuiltAsync(id);
        Assert.True(status == "ACTIVE" || (ends && status == "SHUTOFF"), $"{name} is {status}.");
        return new Launched(id, name);
    }

    public static string Unique(string name) => string.Create(CultureInfo.InvariantCulture, $"{name}-{Guid.NewGuid():N}")[..Math.Min(name.Length + 9, 40)];
}
