using DriverHost.Client;

namespace DriverHost.Terminal;

/// <summary>What people read about terminals: at the screen's end, in the audit book.</summary>
internal static class TerminalWords
{
    private const int MostCommand = 200;

    public static string Ended(string reason, int? exitCode, TerminalLimits limits) => reason switch
    {
        "exit" => exitCode is { } code ? $"The process ended with code {code}." : "The process ended.",
        "closed" => "The terminal was closed.",
        "idle" => $"Nothing was typed for {Span(limits.Idle)}, so the terminal was closed.",
        "left" => $"Nobody came back within {Span(limits.Grace)}, so the terminal was closed.",
        "token_ended" => "The sign-in ended, so the terminal was closed.",
        "right_lost" => "The right to use terminals was taken away, so the terminal was closed.",
        "instance_stopped" => "The instance stopped, and the terminal with it.",
        "stopping" => "The driver host was stopped, so the terminal was closed. The instance goes on.",
        "recording_full" => "The recording has reached its size, so the terminal was closed: here nothing goes on unrecorded. Open another.",
        "recording_failed" => "The recording could not be written, so the terminal was closed: here nothing goes on unrecorded. Tell an operator.",
        _ => "The connection to the Docker engine broke, so the terminal was closed.",
    };

    public static string Opened(TerminalRecord record) =>
        $"{Command(record.Command)} as {record.User ?? "the instance's user"}{(record.WorkingDir is null ? "" : $" in {record.WorkingDir}")}{(record.Recorded ? $", recorded as {record.Id}" : "")}";

    public static string Closed(TerminalRecord record, TerminalEnd end, TimeSpan took) => $"{Command(record.Command)} after {Span(took)}. {end.Words}";

    public static string Command(IReadOnlyList<string> command)
    {
        var words = string.Join(' ', command);
        return words.Length > MostCommand ? $"{words[..MostCommand]}…" : words;
    }

    private static string Span(TimeSpan span) => span switch
    {
        { TotalMinutes: < 2 } => $"{(int)span.TotalSeconds} s",
        { TotalHours: < 2 } => $"{(int)span.TotalMinutes} min",
        _ => $"{(int)span.TotalHours} h {span.Minutes} min",
    };
}
