using System.Text.Json;

namespace DriverHost.Client;

/// <summary>The body of <c>POST /v1/instances/{id}/terminals</c>: what to run in the instance, in a terminal (Docker API, exec).</summary>
public sealed record TerminalRequest
{
    /// <summary>The program and its arguments; a shell is looked for when null or empty.</summary>
    public IReadOnlyList<string>? Command { get; init; }
    /// <summary>A name or number, or <c>user:group</c>; the user that the instance runs as when null.</summary>
    public string? User { get; init; }
    /// <summary>An absolute path; the image's when null.</summary>
    public string? WorkingDir { get; init; }
    /// <summary>Characters in a line, 1 to 1000.</summary>
    public int Cols { get; init; } = 80;
    /// <summary>Lines, 1 to 1000.</summary>
    public int Rows { get; init; } = 24;
}

/// <summary>An open terminal. Only the user who opened it sees it.</summary>
public sealed record TerminalRecord
{
    /// <summary>Random; with the user's own token it opens the terminal again.</summary>
    public required string Id { get; init; }
    public required string InstanceId { get; init; }
    /// <summary>What runs in it.</summary>
    public required IReadOnlyList<string> Command { get; init; }
    /// <summary>Null for the instance's own.</summary>
    public string? User { get; init; }
    public string? WorkingDir { get; init; }
    public required DateTimeOffset OpenedAt { get; init; }
    /// <summary>Whether somebody looks at it now.</summary>
    public required bool Attached { get; init; }
    /// <summary>What it shows is kept: see <see cref="RecordingRecord"/>.</summary>
    public bool Recorded { get; init; }
}

/// <summary>
/// A text frame of <c>WS /v1/instances/{id}/terminals/{session}?offset</c>; binary frames are the terminal's bytes, both ways. One of its parts is set.
/// </summary>
public sealed record TerminalFrame
{
    /// <summary>From the driver host, first of all: which bytes follow.</summary>
    public TerminalAttached? Attached { get; init; }
    /// <summary>From the driver host: something that the viewer should know while the terminal goes on.</summary>
    public TerminalNotice? Notice { get; init; }
    /// <summary>From the driver host, last of all.</summary>
    public TerminalEnd? End { get; init; }
    /// <summary>To the driver host: the viewer's size.</summary>
    public TerminalSize? Resize { get; init; }
    /// <summary>To the driver host: how many of the terminal's bytes, counted from its beginning, are drawn. Without it no more than 128 KiB come.</summary>
    public long? Ack { get; init; }
    /// <summary>To the driver host: a newer token of the same user, for the one that this terminal hangs on.</summary>
    public string? Token { get; init; }

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, DriverHostJson.Default.TerminalFrame);

    /// <returns>Null when it is no frame of ours.</returns>
    public static TerminalFrame? TryParse(ReadOnlySpan<byte> text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, DriverHostJson.Default.TerminalFrame);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <param name="From">The number of the first byte that follows, counted from the terminal's beginning.</param>
/// <param name="To">Bytes before this number were written before this viewer came: a replay.</param>
/// <param name="Lost">Bytes that were written since the viewer's offset and are no longer kept.</param>
public sealed record TerminalAttached(long From, long To, long Lost);

/// <param name="Code"><c>paused</c>, <c>running</c>, <c>taken</c> (another window has it now), <c>input_lost</c>.</param>
public sealed record TerminalNotice(string Code, string Words);

/// <param name="Reason"><c>exit</c>, <c>closed</c>, <c>idle</c>, <c>left</c>, <c>token_ended</c>, <c>right_lost</c>, <c>instance_stopped</c>, <c>stopping</c>, <c>engine_lost</c>, <c>recording_full</c>, <c>recording_failed</c>.</param>
/// <param name="ExitCode">Null when the process was killed by the driver host.</param>
/// <param name="Words">For people.</param>
public sealed record TerminalEnd(string Reason, int? ExitCode, string Words);

public sealed record TerminalSize(int Cols, int Rows);

/// <summary>The answer of <c>GET /v1/instances/{id}/recordings</c>.</summary>
/// <param name="On">Terminals that are opened now are recorded.</param>
/// <param name="Recordings">Newest first; also of an instance that was deleted.</param>
public sealed record RecordingList(bool On, IReadOnlyList<RecordingRecord> Recordings);

/// <summary>What is kept of one terminal. <c>GET /v1/instances/{id}/recordings/{session}</c> answers with it as asciicast v2: what was shown, never what was typed.</summary>
public sealed record RecordingRecord
{
    /// <summary>The terminal's.</summary>
    public required string Id { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    /// <summary>When something was shown last.</summary>
    public required DateTimeOffset LastAt { get; init; }
    /// <summary>The terminal is open still.</summary>
    public required bool Open { get; init; }
    public required long Bytes { get; init; }
    /// <summary>What ran in it, shortened: text of others.</summary>
    public required string Command { get; init; }
    public required string UserId { get; init; }
    /// <summary>As Keystone named the user at that time.</summary>
    public required string UserName { get; init; }
}

/// <summary>The first line of an asciicast v2 file, with whose terminal it was: players pass over what they do not know.</summary>
internal sealed record RecordingHeader
{
    public int Version { get; init; } = 2;
    public required int Width { get; init; }
    public required int Height { get; init; }
    /// <summary>Unix seconds.</summary>
    public required long Timestamp { get; init; }
    public required string Title { get; init; }
    public required string Command { get; init; }
    public required string UserId { get; init; }
    public required string UserName { get; init; }
}
