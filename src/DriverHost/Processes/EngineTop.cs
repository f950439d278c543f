using System.Globalization;
using DriverHost.Client;
using DriverHost.Http;

namespace DriverHost.Processes;

/// <summary>The engine's <c>GET /containers/{id}/top</c>: it runs the host's <c>ps</c> and splits what that says.</summary>
internal static class EngineTop
{
    /// <summary>Never the caller's: the engine hands them to a program that runs as root.</summary>
    public const string Arguments = "-eo pid,ppid,uid,stat,nlwp,rss,cputimes,etimes,args";
    private const int Columns = 9;

    /// <exception cref="DriverFailure">502: the host's ps speaks another language.</exception>
    public static IReadOnlyList<ProcessRecord> Read(IList<string>? titles, IEnumerable<IList<string>>? rows, DateTimeOffset at)
    {
        if (titles is not ["PID", "PPID", "UID", "STAT", "NLWP", "RSS", _, _, _])
        {
            throw Strange();
        }

        return [.. (rows ?? []).Select(row => Row(row, at))];
    }

    private static ProcessRecord Row(IList<string> row, DateTimeOffset at)
    {
        if (row.Count != Columns || row[3].Length == 0)
        {
            throw Strange();
        }

        return new ProcessRecord
        {
            HostPid = (int)Number(row[0]),
            ParentHostPid = (int)Number(row[1]),
            UserId = Number(row[2]),
            State = row[3][..1],
            Threads = (int)Number(row[4]),
            MemoryBytes = Number(row[5]) * 1024,
            CpuSeconds = Number(row[6]),
            StartedAt = at.AddSeconds(-Number(row[7])),
            Command = row[8].Length <= ProcessSource.MostCommand ? row[8] : row[8][..ProcessSource.MostCommand],
        };
    }

    private static long Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= uint.MaxValue ? number : throw Strange();

    private static DriverFailure Strange() =>
        new(502, "engine_strange", "The engine's list of processes is not in the form that was asked for. Its host needs the ps of procps: check that 'ps --version' says procps.");
}
