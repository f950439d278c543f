using System.Text.Json.Serialization;

namespace DriverHost.Client;

/// <summary>What to read of an instance's log: the query of <c>GET /v1/instances/{id}/logs</c>.</summary>
public sealed record LogQuery
{
    public bool Follow { get; init; }
    /// <summary>The last n lines; null for all.</summary>
    public int? Tail { get; init; }
    public DateTimeOffset? Since { get; init; }
    public DateTimeOffset? Until { get; init; }
    /// <summary>Only what comes after this line. A cursor comes from <see cref="LogRecord.Cursor"/>.</summary>
    public string? Cursor { get; init; }
    /// <summary><c>out</c>, <c>err</c> or null for both.</summary>
    public string? Stream { get; init; }
    /// <summary>Text only: the engine's time before each line.</summary>
    public bool Timestamps { get; init; }
}

/// <summary>One line of the NDJSON log stream: exactly one of text, gap, event, end, ping, window, progress, match or done is set.</summary>
public sealed record LogRecord
{
    /// <summary>Engine nanosecond stamp and ordinal: <c>1763943600123456789-0</c>. Resume with it. A gap has that of the last line that is missing, where it is known.</summary>
    public string? Cursor { get; init; }
    public DateTimeOffset? Time { get; init; }
    /// <summary><c>out</c> or <c>err</c>.</summary>
    public string? Stream { get; init; }
    public string? Text { get; init; }
    /// <summary>The line was longer than the limit and was cut.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Cut { get; init; }
    public LogGap? Gap { get; init; }
    public LogEvent? Event { get; init; }
    public LogEnd? End { get; init; }
    /// <summary>Sent every few seconds of silence, so that a dead connection is noticed.</summary>
    public DateTimeOffset? Ping { get; init; }
    /// <summary>Before the lines of <c>…/logs/window</c>: where in the log they are.</summary>
    public LogWindow? Window { get; init; }
    public LogProgress? Progress { get; init; }
    /// <summary>A line that <c>…/logs/search</c> found.</summary>
    public LogMatch? Match { get; init; }
    /// <summary>A search went through all.</summary>
    public LogSearchEnd? Done { get; init; }
}

/// <param name="FirstLine">The number of the window's first line, counted from 1 at the log's start.</param>
/// <param name="Total">Lines that are kept.</param>
/// <param name="Start">It begins with the first line that is kept.</param>
/// <param name="End">It ends with the newest.</param>
/// <param name="Since">The time of the first line that is kept.</param>
public sealed record LogWindow(long FirstLine, long Total, bool Start, bool End, DateTimeOffset? Since);

/// <param name="Lines">Lines that were looked at, or, while <paramref name="Reading"/>, that the engine has given so far.</param>
/// <param name="Total">Lines that are kept.</param>
/// <param name="Reading">Lines are still being read from the engine.</param>
public sealed record LogProgress(long Lines, long? Total = null, long? Matches = null, bool Reading = false);

/// <param name="Text">Cut around the hit when the line is very long.</param>
/// <param name="Line">Its number, counted from 1 at the log's start.</param>
public sealed record LogMatch(string Cursor, DateTimeOffset Time, string Stream, string Text, long Line);

/// <param name="Limited">There are more matches than were sent.</param>
public sealed record LogSearchEnd(long Lines, long Matches, bool Limited);

/// <summary>What to look for in an instance's log: the query of <c>GET /v1/instances/{id}/logs/search</c>.</summary>
public sealed record LogSearchQuery
{
    /// <summary>Empty: every line, as far as stream and level let it.</summary>
    public string Text { get; init; } = "";
    /// <summary>The text is a regular expression (.NET syntax without look-around and back-references: it runs in linear time).</summary>
    public bool Regex { get; init; }
    public bool MatchCase { get; init; }
    /// <summary>The lines that do not match.</summary>
    public bool Inverse { get; init; }
    /// <summary><c>out</c>, <c>err</c> or null for both.</summary>
    public string? Stream { get; init; }
    /// <summary><c>error</c>, <c>warning</c> (errors, too) or null.</summary>
    public string? Level { get; init; }
    /// <summary>How many matches are sent, 1 to 10,000; counting goes on.</summary>
    public int Limit { get; init; } = 1000;
    /// <summary>Only lines before this one.</summary>
    public string? Before { get; init; }
}

/// <param name="Count">Lines not shown; null when nobody can know.</param>
/// <param name="Reason">In words: "viewer too slow", "rotated away before it was read".</param>
public sealed record LogGap(long? Count, string Reason, DateTimeOffset? From, DateTimeOffset? To);

/// <param name="Type">start, stop, exit, oom, pause, unpause, health, snapshot, terminal, error.</param>
public sealed record LogEvent(string Type, DateTimeOffset Time, string Words);

/// <summary>The stream is complete: the container does not run and everything was sent.</summary>
public sealed record LogEnd(string Reason, int? ExitCode);
