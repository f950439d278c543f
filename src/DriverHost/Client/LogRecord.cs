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
}

/// <summary>One line of the NDJSON log stream: exactly one of text, gap, event, end or ping is set.</summary>
public sealed record LogRecord
{
    /// <summary>Engine nanosecond stamp and ordinal: <c>1763943600123456789-0</c>. Resume with it.</summary>
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
}

/// <param name="Count">Lines not shown; null when nobody can know.</param>
/// <param name="Reason">In words: "viewer too slow", "rotated away before it was read".</param>
public sealed record LogGap(long? Count, string Reason, DateTimeOffset? From, DateTimeOffset? To);

/// <param name="Type">start, stop, exit, oom, pause, unpause, snapshot.</param>
public sealed record LogEvent(string Type, DateTimeOffset Time, string Words);

/// <summary>The stream is complete: the container does not run and everything was sent.</summary>
public sealed record LogEnd(string Reason, int? ExitCode);
