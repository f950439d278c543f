namespace TestKit;

/// <summary>The real Docker engine, through its own client: what a test knows of the truth.</summary>
public static class Engine
{
    public static async Task<string> DockerAsync(params string[] arguments) => (await Command.RunAsync("docker", arguments)).Succeeded();

    /// <summary>Names of the containers whose label <c>openstack.owner</c> is the driver host of this data folder.</summary>
    public static async Task<string[]> ContainersAsync(string dataPath, string format = "{{.Names}}") =>
        await OwnerAsync(dataPath) is { } owner
            ? (await DockerAsync("ps", "-a", "--filter", $"label=openstack.owner={owner}", "--format", format)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            : [];

    /// <summary>Removes what a product left running on purpose: its instances and their networks.</summary>
    public static async Task RemoveContainersAsync(string dataPath)
    {
        if (await OwnerAsync(dataPath) is not { } owner)
        {
            return;
        }

        foreach (var id in await ContainersAsync(dataPath, "{{.ID}}"))
        {
            await Command.RunAsync("docker", "rm", "-f", "-v", id);
        }

        var networks = await DockerAsync("network", "ls", "-q", "--filter", $"label=openstack.owner={owner}");
        foreach (var network in networks.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            await Command.RunAsync("docker", "network", "rm", network);
        }
    }

    private static async Task<string?> OwnerAsync(string dataPath)
    {
        var file = Path.Combine(dataPath, "host-id");
        return File.Exists(file) ? (await File.ReadAllTextAsync(file)).Trim() : null;
    }
}
