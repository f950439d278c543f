using System.Text.Json;
using DriverHost.Client;

namespace DriverHost.Logs;

/// <summary>The records that are not lines, as they go out.</summary>
internal static class LogMarks
{
    /// <param name="last">The last line that is missing, where it is known.</param>
    public static byte[] Gap(long? count, string reason, DateTimeOffset? from, DateTimeOffset? to, LogCursor? last = null) =>
        Json(new LogRecord { Cursor = last?.ToString(), Gap = new LogGap(count, reason, from, to) });

    public static byte[] Event(string type, DateTimeOffset time, string words) => Json(new LogRecord { Event = new LogEvent(type, time, words) });

    public static byte[] Ended(ContainerState state) => Event(state.EndType, state.FinishedAt, state.ExitWords);

    public static byte[] Started(ContainerState state) => Event("start", state.StartedAt, "started");

    /// <summary>Whether a mark of the log itself tells of lines that are missing.</summary>
    public static bool IsGap(ReadOnlySpan<byte> json) => json.StartsWith("{\"gap\""u8);

    public static byte[] Json(LogRecord record) => JsonSerializer.SerializeToUtf8Bytes(record, DriverHostJson.Default.LogRecord);

    /// <summary>A record as a line for people, for the text format.</summary>
    public static string Words(ReadOnlySpan<byte> json)
    {
        var record = JsonSerializer.Deserialize(json, DriverHostJson.Default.LogRecord)!;
        return record switch
        {
            { Gap: { Count: { } count } gap } => $"--- {count} lines lost: {gap.Reason} ---",
            { Gap: { } gap } => $"--- lines lost: {gap.Reason} ---",
            { Event: { } happened } => $"--- {happened.Type}: {happened.Words} ---",
            _ => "---",
        };
    }
}
