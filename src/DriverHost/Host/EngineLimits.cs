using System.Globalization;

namespace DriverHost.Host;

/// <summary>Limits that the engine's own process has. A container cannot get more where the engine may not raise them, as in a container or a small machine of its own.</summary>
internal static class EngineLimits
{
    private const string Name = "Max open files";
    private const string PidFile = "/var/run/docker.pid";

    /// <summary>Open files, the hard limit; null for no limit.</summary>
    public static long? OpenFiles()
    {
        try
        {
            return OpenFiles(File.ReadLines($"/proc/{File.ReadAllText(PidFile).Trim()}/limits"));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            // The driver host runs beside the engine, mostly with the same limits.
            return OpenFiles(File.ReadLines("/proc/self/limits"));
        }
    }

    /// <param name="limits">The lines of <c>/proc/{pid}/limits</c>: name, soft limit, hard limit, unit.</param>
    public static long? OpenFiles(IEnumerable<string> limits)
    {
        var words = limits.FirstOrDefault(l => l.StartsWith(Name, StringComparison.Ordinal))?[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words?.Length > 1 && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var hard) ? hard : null;
    }
}
