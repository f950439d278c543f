using TestKit;

namespace DriverHost.Tests.Logs;

/// <summary>A real container that runs a shell script, gone at the end.</summary>
internal sealed class LogContainer : IAsyncDisposable
{
    /// <summary>Waits for <see cref="GoOnAsync"/>.</summary>
    public const string UntilTold = "while [ ! -e /go ]; do sleep 0.05; done; ";

    private static readonly SemaphoreSlim Gate = new(1, 1);

    private LogContainer(string id) => Id = id;

    public string Id { get; }

    public static async Task<LogContainer> RunAsync(string script, params string[] options)
    {
        await Gate.WaitAsync();
        try
        {
            if ((await Command.RunAsync("docker", "image", "inspect", Image)).ExitCode != 0)
            {
                await MakeImageAsync();
            }
        }
        finally
        {
            Gate.Release();
        }

        return new LogContainer(await Engine.DockerAsync(["run", "-d", "--network", "none", .. options, Image, "/bin/sh", "-c", script]));
    }

    /// <summary>Lets a script go on that began with <see cref="UntilTold"/>.</summary>
    public Task GoOnAsync() => Engine.DockerAsync("exec", Id, "busybox", "touch", "/go");

    public Task EndedAsync() => Engine.DockerAsync("wait", Id);

    public async ValueTask DisposeAsync() => await Engine.DockerAsync("rm", "-f", "-v", Id);

    private const string Image = "dashboard-test-logs";

    private static async Task MakeImageAsync()
    {
        var folder = Directory.CreateTempSubdirectory("logs-image").FullName;
        var shell = Path.Combine(folder, "bin");
        Directory.CreateDirectory(shell);
        File.Copy("/bin/busybox", Path.Combine(shell, "busybox"));
        foreach (var name in new[] { "sh", "seq", "sleep", "cat", "yes", "head", "printf" })
        {
            File.CreateSymbolicLink(Path.Combine(shell, name), "busybox");
        }

        var archive = folder + ".tar";
        (await Command.RunAsync("tar", "-C", folder, "-cf", archive, ".")).Succeeded();
        await Engine.DockerAsync("import", archive, Image);
        Directory.Delete(folder, recursive: true);
        File.Delete(archive);
    }
}
