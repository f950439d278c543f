using System.Globalization;
using System.Text.RegularExpressions;
using Dashboard.Components;
using DriverHost.Client;

namespace Dashboard.Alerts;

/// <summary>Rules and notices in words.</summary>
internal static partial class AlertWords
{
    private const int MostOfALine = 200;

    /// <summary>Events that a rule may wait for. Health is not among them: images run without their health checks here.</summary>
    public static readonly IReadOnlyList<(string Event, string Word)> Events =
    [
        ("exit", "Ends with a failure"), ("oom", "Runs out of memory"), ("start", "Starts"), ("stop", "Is asked to stop"), ("pause", "Is paused"), ("unpause", "Goes on after a pause"), ("snapshot", "Has a snapshot taken"),
    ];

    public static readonly IReadOnlyList<(int Seconds, string Word)> Cooldowns =
    [
        (10, "10 seconds"), (60, "1 minute"), (300, "5 minutes"), (900, "15 minutes"), (3600, "1 hour"), (21_600, "6 hours"), (86_400, "1 day"),
    ];

    public static string Event(string type) => Events.FirstOrDefault(e => e.Event == type).Word ?? type;

    public static string Cooldown(int seconds) => Cooldowns.FirstOrDefault(c => c.Seconds == seconds).Word ?? Plural(seconds, "second");

    /// <summary>What a rule waits for: "Lines with “disk full”, errors only".</summary>
    public static string WaitsFor(AlertRuleSpec spec)
    {
        if (spec.Events.Count > 0)
        {
            return $"it {EventsOf(spec)}";
        }

        var words = new List<string>();
        words.Add(spec.Text.Length == 0 ? "every line" : $"lines that {(spec.Regex ? "match" : "contain")} “{Visible.Of(spec.Text)}”{(spec.MatchCase ? ", case matters" : "")}");
        if (spec.Level is { } level)
        {
            words.Add(level == "error" ? "errors only" : "errors and warnings only");
        }

        if (spec.Stream is { } stream)
        {
            words.Add(stream == "err" ? "on standard error" : "on standard output");
        }

        return string.Join(", ", words);
    }

    /// <summary>What became of a notice.</summary>
    public static string Delivery(AlertFiring firing) => firing.Delivery switch
    {
        "none" => "Recorded here",
        "delivered" => firing.Tries == 1 ? "Sent" : $"Sent at try {firing.Tries}",
        "queued" when firing.Tries == 0 => "Being sent",
        "queued" => $"Tried {Plural(firing.Tries, "time")}, is tried again",
        _ => "Not sent",
    };

    public static StateKind Kind(AlertFiring firing) => firing.Delivery switch
    {
        "delivered" => StateKind.Running,
        "queued" when firing.Tries == 0 => StateKind.Starting,
        "none" => StateKind.Exited,
        _ => StateKind.Failed,
    };

    /// <summary>What a preview found.</summary>
    public static string Preview(AlertPreview preview, bool ofEvents)
    {
        var kept = Plural(preview.Lines, ofEvents ? "kept event" : "kept line");
        return preview switch
        {
            { Lines: 0 } => ofEvents ? "Nothing has happened yet. The rule waits for the first." : "Nothing was written yet. The rule waits for the first line.",
            { Matches: 0 } => $"No match in {kept}. The rule waits for the first.",
            _ => $"{Plural(preview.Matches, "match", "matches")} in {kept}; with this cooldown {Plural(preview.Notices, "notice")}.",
        };
    }

    /// <summary>What of a line may come again: without its time at the start, colours and control characters.</summary>
    public static string LikeThis(string line)
    {
        var plain = Unseen().Replace(line, "");
        plain = Time().Replace(plain, "").Trim();
        if (plain.Length <= MostOfALine)
        {
            return plain;
        }

        return char.IsHighSurrogate(plain[MostOfALine - 1]) ? plain[..(MostOfALine - 1)] : plain[..MostOfALine];
    }

    /// <summary>The name of a rule that got none.</summary>
    public static string NameOf(AlertRuleSpec spec)
    {
        const int Most = 60;
        var name = spec.Events.Count > 0 ? char.ToUpperInvariant(EventsOf(spec)[0]) + EventsOf(spec)[1..] : spec.Text.Length > 0 ? Unseen().Replace(spec.Text, "").Trim() : WaitsFor(spec);
        return name.Length > Most ? name[..Most].TrimEnd() + "…" : name;
    }

    public static string Plural(long count, string one, string? many = null) => string.Create(CultureInfo.InvariantCulture, $"{count:#,0} {(count == 1 ? one : many ?? one + "s")}");

    private static string EventsOf(AlertRuleSpec spec) => string.Join(" or ", spec.Events.Select(e => char.ToLowerInvariant(Event(e)[0]) + Event(e)[1..]));

    [GeneratedRegex(@"\x1b\[[0-?]*[ -/]*[@-~]|[\p{Cc}\p{Cf}]", RegexOptions.CultureInvariant)]
    private static partial Regex Unseen();

    [GeneratedRegex(@"^\s*[\[(]?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d(:\d\d([.,]\d+)?)?\s?(Z|UTC|[+-]\d\d:?\d\d)?[\])]?[\s:|-]*", RegexOptions.CultureInvariant)]
    private static partial Regex Time();
}
