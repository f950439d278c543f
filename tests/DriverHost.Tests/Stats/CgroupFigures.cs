using System.Globalization;
using DriverHost.Client;
using TestKit;

namespace DriverHost.Tests.Stats;

/// <summary>A container's figures as the kernel tells them, read by the test itself.</summary>
internal sealed class CgroupFigures
{
    private readonly string? _first;
    private readonly string _second;

    private CgroupFigures(string? first, string second) => (_first, _second) = (first, second);

    public static async Task<CgroupFigures> OfAsync(HostInstance instance)
    {
        var pid = await Engine.DockerAsync("inspect", "-f", "{{.State.Pid}}", instance.ContainerId!);
        var lines = await File.ReadAllLinesAsync($"/proc/{pid}/cgroup");
        var first = lines.FirstOrDefault(l => l.Split(':')[1].Split(',').Contains("cpuacct"))?.Split(':', 3)[2];
        return new CgroupFigures(first, lines[^1].Split(':', 3)[2]);
    }

    public double CpuSeconds() => _first is { } path
        ? long.Parse(File.ReadAllText($"/sys/fs/cgroup/cpuacct{path}/cpuacct.usage"), CultureInfo.InvariantCulture) / 1e9
        : Stat($"/sys/fs/cgroup{_second}/cpu.stat", "usage_usec") / 1e6;

    public long Throttled() => Stat(_first is { } path ? $"/sys/fs/cgroup/cpu{path}/cpu.stat" : $"/sys/fs/cgroup{_second}/cpu.stat", "nr_throttled");

    private static long Stat(string file, string name) =>
        long.Parse(File.ReadAllLines(file).Single(l => l.StartsWith($"{name} ", StringComparison.Ordinal))[(name.Length + 1)..], CultureInfo.InvariantCulture);
}
