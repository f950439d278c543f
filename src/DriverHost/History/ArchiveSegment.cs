using System.Globalization;
using DriverHost.Logs;

namespace DriverHost.History;

/// <summary>A finished part of an archive: a gzip file whose name tells what is in it, so that no index has to be kept beside it.</summary>
/// <param name="FirstLine">The number of its first line, counted from 1 at the log's start.</param>
/// <param name="Lines">How many lines of the container; marks do not count.</param>
/// <param name="MinStamp">The engine's stamps may run backwards a little, so the first is not always the least.</param>
/// <param name="Last">Its last line.</param>
/// <param name="Bytes">On the disk.</param>
internal sealed record ArchiveSegment(int Number, long FirstLine, int Lines, long MinStamp, long MaxStamp, LogCursor Last, long Bytes)
{
    public const string Suffix = ".gz";

    public string FileName => string.Create(CultureInfo.InvariantCulture, $"{Number:D8}_{FirstLine}_{Lines}_{MinStamp}_{MaxStamp}_{Last}{Suffix}");

    /// <summary>Null: not the name of a segment.</summary>
    public static ArchiveSegment? TryParse(FileInfo file)
    {
        var parts = file.Name.EndsWith(Suffix, StringComparison.Ordinal) ? file.Name[..^Suffix.Length].Split('_') : [];
        return parts.Length == 6
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var lines)
            && long.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out var min)
            && long.TryParse(parts[4], NumberStyles.None, CultureInfo.InvariantCulture, out var max)
            && LogCursor.TryParse(parts[5], out var last)
                ? new(number, first, lines, min, max, last, file.Length)
                : null;
    }
}
