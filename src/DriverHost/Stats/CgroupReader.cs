using System.Buffers.Text;
using System.Text;
using DriverHost.Docker;

namespace DriverHost.Stats;

/// <summary>
/// Reads the counters from the container's cgroup files, of version 1 or 2: a tenth of a millisecond, where the engine takes a second.
/// </summary>
internal sealed class CgroupReader : IStatsReader
{
    private const int MostBytes = 16 * 1024;
    private readonly TimeProvider _time;
    private readonly string _net;
    private readonly string _cpu;
    private readonly string _usage;
    private readonly string _memory;
    private readonly string _pids;
    private readonly string _io;
    private readonly bool _second;

    private CgroupReader(TimeProvider time, string net, bool second, string cpu, string usage, string memory, string pids, string io)
    {
        _time = time;
        _net = net;
        _second = second;
        _cpu = Path.Combine(cpu, "cpu.stat");
        _usage = Path.Combine(usage, "cpuacct.usage");
        _memory = memory;
        _pids = Path.Combine(pids, "pids.current");
        _io = Path.Combine(io, second ? "io.stat" : "blkio.throttle.io_service_bytes_recursive");
    }

    /// <param name="proc">The kernel's process folder; a test brings its own.</param>
    /// <returns>Null when this driver host cannot see the container's cgroup, for example because it runs in a container itself.</returns>
    public static CgroupReader? TryOpen(ContainerFacts facts, TimeProvider time, string proc = "/proc")
    {
        try
        {
            var (first, unified) = CgroupMounts.Read(proc).Of(facts, proc);
            var net = $"{proc}/{facts.Pid}/net/dev";
            var reader = first.TryGetValue("memory", out var memory) && first.TryGetValue("cpu", out var cpu) && first.TryGetValue("cpuacct", out var usage)
                    && first.TryGetValue("pids", out var pids) && first.TryGetValue("blkio", out var io)
                ? new CgroupReader(time, net, second: false, cpu, usage, memory, pids, io)
                : unified is not null ? new CgroupReader(time, net, second: true, unified, unified, unified, unified, unified) : null;
            return reader?.TryRead() is null ? null : reader;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    public ValueTask<StatsCounters?> ReadAsync(CancellationToken cancellationToken) => ValueTask.FromResult(TryRead());

    private StatsCounters? TryRead()
    {
        Span<byte> buffer = stackalloc byte[MostBytes];
        try
        {
            var seconds = (double)_time.GetTimestamp() / _time.TimestampFrequency;
            var cpu = Text(_cpu, buffer);
            var (periods, throttled) = (Value(cpu, "nr_periods "u8), Value(cpu, "nr_throttled "u8));
            var nanos = _second ? Value(cpu, "usage_usec "u8) * 1000 : Number(Text(_usage, buffer));
            var usage = Number(Text(Path.Combine(_memory, _second ? "memory.current" : "memory.usage_in_bytes"), buffer));
            var memory = Text(Path.Combine(_memory, "memory.stat"), buffer);
            var idle = Value(memory, _second ? "inactive_file "u8 : "total_inactive_file "u8);
            var cache = Value(memory, _second ? "file "u8 : "total_cache "u8);
            var pids = Number(Text(_pids, buffer));
            var (read, write) = Io(Text(_io, buffer), _second);
            var (rx, tx) = Net(Text(_net, buffer));
            return new StatsCounters(seconds, nanos, periods, throttled, Math.Max(0, usage - idle), cache, pids, rx, tx, read, write);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static ReadOnlySpan<byte> Text(string file, Span<byte> buffer)
    {
        using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var count = 0;
        for (var read = -1; read != 0 && count < buffer.Length; count += read)
        {
            read = RandomAccess.Read(handle, buffer[count..], count);
        }

        return buffer[..count];
    }

    private static long Number(ReadOnlySpan<byte> text) => Utf8Parser.TryParse(text, out long value, out _) ? value : 0;

    /// <summary>The number after a name at the start of a line.</summary>
    internal static long Value(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name)
    {
        while (!text.IsEmpty)
        {
            if (text.StartsWith(name))
            {
                return Number(text[name.Length..]);
            }

            var end = text.IndexOf((byte)'\n');
            text = end < 0 ? [] : text[(end + 1)..];
        }

        return 0;
    }

    /// <summary>Version 1 says <c>8:0 Read 12</c>, version 2 <c>8:0 rbytes=12 wbytes=3 …</c>.</summary>
    internal static (long Read, long Write) Io(ReadOnlySpan<byte> text, bool second)
    {
        var (read, write) = (0L, 0L);
        foreach (var range in text.Split((byte)'\n'))
        {
            var line = text[range];
            read += After(line, second ? " rbytes="u8 : " Read "u8);
            write += After(line, second ? " wbytes="u8 : " Write "u8);
        }

        return (read, write);

        static long After(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name) => line.IndexOf(name) is >= 0 and var at ? Number(line[(at + name.Length)..]) : 0;
    }

    /// <summary>All interfaces but loopback: the first figure after the name was received, the ninth sent.</summary>
    internal static (long Received, long Sent) Net(ReadOnlySpan<byte> text)
    {
        var (received, sent) = (0L, 0L);
        foreach (var line in Encoding.ASCII.GetString(text).Split('\n'))
        {
            var parts = line.Split(':', 2);
            if (parts.Length == 2 && parts[0].Trim() != "lo" && parts[1].Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: >= 9 } figures
                && long.TryParse(figures[0], out var rx) && long.TryParse(figures[8], out var tx))
            {
                received += rx;
                sent += tx;
            }
        }

        return (received, sent);
    }
}

/// <summary>Where the kernel's control groups are mounted.</summary>
/// <param name="First">Version 1: a folder for each controller.</param>
/// <param name="Unified">Version 2.</param>
internal sealed record CgroupMounts(IReadOnlyDictionary<string, string> First, string? Unified)
{
    /// <summary>The container's own folders.</summary>
    /// <exception cref="IOException">Its process has ended.</exception>
    public (IReadOnlyDictionary<string, string> First, string? Unified) Of(ContainerFacts facts, string proc)
    {
        var first = new Dictionary<string, string>(StringComparer.Ordinal);
        string? unified = null;
        foreach (var line in File.ReadLines($"{proc}/{facts.Pid}/cgroup"))
        {
            var parts = line.Split(':', 3);
            if (!parts[2].Contains(facts.Id, StringComparison.Ordinal))
            {
                // Another process has the number now, or the path is told in terms that mean nothing here.
                continue;
            }

            unified = parts[1].Length == 0 && Unified is { } all ? all + parts[2] : unified;
            foreach (var controller in parts[1].Split(',', StringSplitOptions.RemoveEmptyEntries))
            {
                if (First.TryGetValue(controller, out var at))
                {
                    first[controller] = at + parts[2];
                }
            }
        }

        return (first, unified);
    }

    public static CgroupMounts Read(string proc)
    {
        var first = new Dictionary<string, string>(StringComparer.Ordinal);
        string? unified = null;
        foreach (var line in File.ReadLines($"{proc}/self/mountinfo"))
        {
            // 36 35 0:30 / /sys/fs/cgroup/cpu rw,nosuid shared:9 - cgroup cgroup rw,cpu
            var parts = line.Split(" - ", 2);
            var (mount, kind) = (parts[0].Split(' '), parts[1].Split(' '));
            if (kind[0] == "cgroup2")
            {
                unified = mount[4];
            }
            else if (kind[0] == "cgroup")
            {
                foreach (var controller in kind[2].Split(','))
                {
                    first[controller] = mount[4];
                }
            }
        }

        return new CgroupMounts(first, unified);
    }
}
