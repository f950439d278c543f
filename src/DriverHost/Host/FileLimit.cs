using System.Globalization;

namespace DriverHost.Host;

/// <summary>How many files a container may have open. An engine that is itself held to fewer cannot give more, and refuses to start the process.</summary>
internal static class FileLimit
{
    private const long Wanted = 65_536;

    /// <summary>The wanted number, or the hard limit of this process where that is lower: it runs beside the engine.</summary>
    public static long ForContainers { get; } = Math.Min(Wanted, Parse(File.ReadLines("/proc/self/limits")) ?? Wanted);

    /// <summary>The hard limit in the words of <c>/proc/self/limits</c>; null for unlimited.</summary>
    internal static long? Parse(IEnumerable<string> limits)
    {
        var line = limits.FirstOrDefault(l => l.StartsWith("Max open files", StringComparison.Ordinal));
        var words = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words is [_, _, _, _, var hard, ..] && long.TryParse(hard, NumberStyles.None, CultureInfo.InvariantCulture, out var most) ? most : null;
    }
}
