using System.Text.RegularExpressions;
using DriverHost.Client;

namespace DriverHost.Host;

/// <summary>
/// Holes of the engine and its parts that concern a host of many tenants, by version number. It is a hint for the operator and stops nothing: a distribution may have
/// mended a hole under an older number. Sources: the projects' security advisories.
/// </summary>
internal static partial class EngineAdvisories
{
    private static readonly Advisory[] Known =
    [
        new("runc", "CVE-2024-21626", ["1.1.12"], "A working directory can be a handle of the host's files. This host refuses such directories itself."),
        new("runc", "CVE-2025-31133, CVE-2025-52565, CVE-2025-52881", ["1.2.8", "1.3.3"], "Races while a container is set up can open the kernel's masked files to it."),
        new("containerd", "CVE-2026-50195, CVE-2026-53488, CVE-2026-46680, CVE-2026-47262", ["2.2.5"], "Several holes in handling images and containers."),
        new("Engine", "CVE-2026-41567, CVE-2026-41568, CVE-2026-42306", ["29.5.1"], "Copying packed archives or copying into a running container can be led to the host. This host copies plain archives of its own, into containers that stand still."),
        new("Engine", "CVE-2026-17106", ["29.7.0"], "A hole of the engine itself."),
    ];

    /// <param name="parts">Names and versions as the engine tells them: Engine, containerd, runc.</param>
    public static IReadOnlyList<EngineAdvisory> Of(IEnumerable<(string Name, string Version)> parts) =>
    [
        .. from part in parts
           from advisory in Known
           where part.Name == advisory.Part && !IsMended(part.Version, advisory.MendedIn)
           select new EngineAdvisory(part.Name, part.Version, advisory.Ids, string.Join(" or ", advisory.MendedIn), advisory.Words),
    ];

    // A line of versions that has its own mended one, or anything after the last of them. A number that cannot be read is told, not trusted.
    private static bool IsMended(string version, string[] mendedIn)
    {
        if (Numbers().Match(version) is not { Success: true } match || !Version.TryParse(match.Value, out var own))
        {
            return false;
        }

        var mended = mendedIn.Select(Version.Parse).ToArray();
        return own >= mended.Max() || mended.Any(m => m.Major == own.Major && m.Minor == own.Minor && own >= m);
    }

    [GeneratedRegex(@"\d+\.\d+(\.\d+)?")]
    private static partial Regex Numbers();

    private sealed record Advisory(string Part, string Ids, string[] MendedIn, string Words);
}
