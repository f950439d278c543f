using Dashboard.Components;
using Dashboard.Images;
using DriverHost.Client;

namespace Dashboard.Instances;

/// <summary>Entries of the driver host's audit book as history.</summary>
internal static class AuditWords
{
    private const string LogOpened = "Log opened";

    public static HistoryEntry Of(AuditRecord record, People people, Viewer viewer) => new(
        record.At,
        record.Outcome == "done" ? StateKind.Running : StateKind.Failed,
        Word(record),
        "audit",
        record.UserId == viewer.UserId ? $"{viewer.UserName} (you)" : record.UserName is { } name ? Visible.Of(name) : people.User(record.UserId),
        Detail: record.Kind == "log.open" ? null : Visible.Of(record.Detail),
        RequestId: record.RequestId is null ? null : Visible.Of(record.RequestId));

    /// <summary>A log that somebody opened again and again is one entry, not a page of them.</summary>
    public static IReadOnlyList<HistoryEntry> Fold(IEnumerable<HistoryEntry> newestFirst)
    {
        var folded = new List<(HistoryEntry Entry, int Times)>();
        foreach (var entry in newestFirst)
        {
            if (entry is { Source: "audit", Word: LogOpened } && folded is [.., ({ Source: "audit", Word: LogOpened } last, var times)] && last.Who == entry.Who)
            {
                folded[^1] = (last, times + 1);
            }
            else
            {
                folded.Add((entry, 1));
            }
        }

        return [.. folded.Select(f => f.Times == 1 ? f.Entry : f.Entry with { Detail = $"{f.Times} times" })];
    }

    private static string Word(AuditRecord record)
    {
        var word = record.Kind switch
        {
            "log.open" => LogOpened,
            "disk.stop" => "Stopped: disk over its limit",
            "terminal.open" => "Terminal opened",
            "terminal.close" => "Terminal closed",
            "terminal.read" => "Recording read",
            "alert.create" => "Alert rule made",
            "alert.delete" => "Alert rule deleted",
            "file.read" => "File read",
            "file.write" => "File written",
            _ => Visible.Of(record.Kind),
        };
        return record.Outcome switch { "done" => word, "refused" => $"{word}: refused", _ => $"{word}: failed" };
    }
}
