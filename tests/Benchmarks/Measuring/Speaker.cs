using TestKit;

namespace Benchmarks.Measuring;

/// <summary>A running instance whose script waits for a word from outside: <c>read x &lt;/go</c>.</summary>
/// <param name="Container">Its name at the engine.</param>
internal sealed record Speaker(string ServerId, string Container)
{
    /// <param name="script">For busybox's shell. Before it, <c>/go</c> and <c>/never</c> are made: to wait for a word, and to wait without a process for <c>read -t</c>.</param>
    public static async Task<Speaker> BootAsync(CloudClient cloud, string name, string script)
    {
        using var archive = new MemoryStream(TestImages.Running($"mkfifo /go /never; exec 3<>/never; echo up; {script}"));
        var image = await cloud.CreateImageAsync(name, archive);
        var server = await cloud.BootAsync(name, image);
        await cloud.UntilServerAsync(server, "ACTIVE");
        return new Speaker(server, $"os-{server}");
    }

    public async Task GoAsync() => await Engine.DockerAsync("exec", Container, "/bin/busybox", "sh", "-c", "echo go > /go");

    /// <summary>The engine's own stream of its log by <c>curl</c>, with times: the reference.</summary>
    /// <param name="atOnce">Each piece as it comes. False: when a buffer is full, which costs far less.</param>
    public LineReader Curl(string query, bool atOnce = true)
    {
        var start = new System.Diagnostics.ProcessStartInfo("curl", [atOnce ? "-sSN" : "-sS", "--unix-socket", "/var/run/docker.sock", $"http://docker/v1.41/containers/{Container}/logs?stdout=1&stderr=1&timestamps=1&{query}"])
        {
            RedirectStandardOutput = true,
        };
        var curl = System.Diagnostics.Process.Start(start)!;
        return new LineReader(curl.StandardOutput.BaseStream, new Ended(curl));
    }

    private sealed class Ended(System.Diagnostics.Process process) : IDisposable
    {
        public void Dispose()
        {
            process.Kill();
            process.Dispose();
        }
    }
}
