using System.Globalization;
using System.Text.Json;
using EndToEnd.Product;

namespace EndToEnd.Instances;

/// <summary>An instance of the demo project, made with the stock client; each test names its own.</summary>
internal sealed record Launched(string Id, string Name)
{
    /// <summary>Writes "line 1", "line 2" and so on, about five a second.</summary>
    public const string Counting = "i=0; while true; do i=$((i+1)); echo \"line $i\"; sleep 0.2; done";

    public string Address => $"/instances/{Id}";

    /// <param name="ends">The process ends at once: the client's own wait would be for a state that has passed.</param>
    public static async Task<Launched> NewAsync(ProductFixture fixture, string name, string command, string image = "busybox", bool ends = false)
    {
        name = Unique(name);
        var words = JsonSerializer.Serialize(new[] { "/bin/busybox", "sh", "-c", command });
        string[] wait = ends ? [] : ["--wait"];
        var made = await fixture.OpenStackAsync(
            "dashboard-demo", ["server", "create", "--image", image, "--flavor", "m1.tiny", "--nic", "none", .. wait, "--property", $"docker:command={words}", "-f", "value", "-c", "id", name]);
        return new Launched(made.Succeeded().Trim(), name);
    }

    public static string Unique(string name) => string.Create(CultureInfo.InvariantCulture, $"{name}-{Guid.NewGuid():N}")[..Math.Min(name.Length + 9, 40)];
}
