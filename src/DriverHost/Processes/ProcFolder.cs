using System.Globalization;
using System.Text;
using DriverHost.Client;
using DriverHost.Docker;
using DriverHost.Stats;

namespace DriverHost.Processes;

/// <summary>A container's processes from its cgroup's list and the kernel's process folder.</summary>
internal static class ProcFolder
{
    // The unit of the kernel's interface, whatever its own clock is.
    private const double TicksPerSecond = 100;

    /// <returns>Null when this driver host cannot see the container's cgroup, for example because it runs in a container itself.</returns>
    public static IReadOnlyList<ProcessRecord>? TryRead(ContainerFacts facts, DateTimeOffset now, string proc)
    {
        try
        {
            var (first, unified) = CgroupMounts.Read(proc).Of(facts, proc);
            if ((first.GetValueOrDefault("pids") ?? unified) is not { } folder)
            {
                return null;
            }

            var up = double.Parse(File.ReadAllText($"{proc}/uptime").Split(' ')[0], CultureInfo.InvariantCulture);
            var found = new List<ProcessRecord>();
            foreach (var line in File.ReadLines(Path.Combine(folder, "cgroup.procs")))
            {
                if (int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && TryRead(facts.Id, pid, now.AddSeconds(-up), proc) is { } process)
                {
                    found.Add(process);
                }
            }

            return found;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    /// <returns>Null when it has ended meanwhile.</returns>
    private static ProcessRecord? TryRead(string container, int pid, DateTimeOffset boot, string proc)
    {
        try
        {
            var folder = $"{proc}/{pid}";
            var stat = Stat(folder);
            var status = File.ReadAllLines($"{folder}/status");
            var command = Command(folder, stat.Name);
            // A number is given again. What was read is told only of a process of this container, and when one and the same process was read all along.
            if (!File.ReadLines($"{folder}/cgroup").Any(l => l.Contains(container, StringComparison.Ordinal)) || Stat(folder).Start != stat.Start)
            {
                return null;
            }

            return new ProcessRecord
            {
                Pid = Words(status, "NSpid:") is [.., var inside] ? int.Parse(inside, CultureInfo.InvariantCulture) : null,
                HostPid = pid,
                ParentHostPid = stat.Parent,
                UserId = long.Parse(Words(status, "Uid:")[1], CultureInfo.InvariantCulture),
                State = stat.State,
                Threads = stat.Threads,
                CpuSeconds = stat.Ticks / TicksPerSecond,
                MemoryBytes = Words(status, "VmRSS:") is [var kibibytes, ..] ? long.Parse(kibibytes, CultureInfo.InvariantCulture) * 1024 : 0,
                StartedAt = boot.AddSeconds(stat.Start / TicksPerSecond),
                Command = command,
            };
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The name stands in brackets and may hold anything, brackets too: the figures begin after the last one.</summary>
    private static (string Name, string State, int Parent, long Ticks, int Threads, long Start) Stat(string folder)
    {
        var text = File.ReadAllText($"{folder}/stat");
        var (open, close) = (text.IndexOf('(', StringComparison.Ordinal), text.LastIndexOf(')'));
        var figures = text[(close + 2)..].Split(' ');
        return (text[(open + 1)..close], figures[0], (int)Figure(1), Figure(11) + Figure(12), (int)Figure(17), Figure(19));

        long Figure(int at) => long.Parse(figures[at], CultureInfo.InvariantCulture);
    }

    private static string Command(string folder, string name)
    {
        // A character takes four bytes at most.
        Span<byte> buffer = stackalloc byte[ProcessSource.MostCommand * 4];
        using var file = File.OpenHandle($"{folder}/cmdline", FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var count = 0;
        for (var read = -1; read != 0 && count < buffer.Length; count += read)
        {
            read = RandomAccess.Read(file, buffer[count..], count);
        }

        var arguments = Encoding.UTF8.GetString(buffer[..count]).Replace('\0', ' ').TrimEnd(' ');
        return arguments.Length == 0 ? $"[{name}]" : arguments.Length <= ProcessSource.MostCommand ? arguments : arguments[..ProcessSource.MostCommand];
    }

    private static string[] Words(string[] status, string name) =>
        status.FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal)) is { } line ? line[name.Length..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) : [];
}
