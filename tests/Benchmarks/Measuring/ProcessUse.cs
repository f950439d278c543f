using System.Globalization;

namespace Benchmarks.Measuring;

/// <summary>What a process has used, from /proc.</summary>
/// <param name="MemoryKiB">Resident.</param>
/// <param name="Cpu">User and system time.</param>
internal readonly record struct ProcessUse(long MemoryKiB, TimeSpan Cpu)
{
    public static ProcessUse Of(int process)
    {
        var memory = File.ReadLines($"/proc/{process}/status").Single(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        // After the name, which is in brackets: field 3 is the state, 14 and 15 are ticks of 10 ms.
        var stat = File.ReadAllText($"/proc/{process}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
        return new ProcessUse(Number(memory.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]), TimeSpan.FromMilliseconds(10 * (Number(fields[11]) + Number(fields[12]))));
    }

    public long MemoryMiB => MemoryKiB / 1024;
}
