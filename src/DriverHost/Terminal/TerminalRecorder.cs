using System.Text;
using System.Text.Json;
using DriverHost.Client;

namespace DriverHost.Terminal;

/// <summary>
/// One recording: asciicast v2 (docs.asciinema.org), a header and then an event a line: what was shown and its times, and sizes. What is typed is not in it, for it
/// may be a password. Each event goes to the file at once and in one piece, so a driver host that is killed leaves a file that plays up to its last event.
/// </summary>
internal sealed class TerminalRecorder : IDisposable
{
    private readonly Lock _gate = new();
    private readonly FileStream _file;
    private readonly TimeProvider _time;
    private readonly long _most;
    private readonly long _begun;
    // A letter may be cut in two by a read.
    private readonly Decoder _text = Encoding.UTF8.GetDecoder();
    private readonly char[] _letters = new char[64 * 1024];
    private string? _whyNot;
    private bool _closed;

    /// <param name="path">Must not be there yet. Only this user may read it.</param>
    /// <param name="most">Bytes; then the recording is over.</param>
    public TerminalRecorder(string path, RecordingHeader header, long most, TimeProvider time)
    {
        Path = path;
        (_most, _time, _begun) = (most, time, time.GetTimestamp());
        _file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            BufferSize = 0,
        });
        _file.Write([.. JsonSerializer.SerializeToUtf8Bytes(header, DriverHostJson.Default.RecordingHeader), (byte)'\n']);
    }

    public string Path { get; }

    /// <summary>Records what is about to be shown.</summary>
    /// <returns>Why the terminal must end: <c>recording_full</c> or <c>recording_failed</c>; null when it is recorded.</returns>
    public string? Output(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            return Event("o", new string(_letters, 0, _text.GetChars(bytes, _letters, flush: false)));
        }
    }

    /// <inheritdoc cref="Output"/>
    public string? Resize(int cols, int rows)
    {
        lock (_gate)
        {
            return Event("r", $"{cols}x{rows}");
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            _file.Dispose();
        }
    }

    private string? Event(string kind, string data)
    {
        if (_whyNot is not null || _closed)
        {
            return _whyNot;
        }

        try
        {
            using var line = new MemoryStream();
            using (var json = new Utf8JsonWriter(line))
            {
                json.WriteStartArray();
                json.WriteNumberValue(Math.Round(_time.GetElapsedTime(_begun).TotalSeconds, 6));
                json.WriteStringValue(kind);
                json.WriteStringValue(data);
                json.WriteEndArray();
            }

            line.WriteByte((byte)'\n');
            if (_file.Length + line.Length > _most)
            {
                return _whyNot = "recording_full";
            }

            _file.Write(line.GetBuffer().AsSpan(0, (int)line.Length));
            return null;
        }
        catch (IOException)
        {
            // The disk is full, or worse. What cannot be recorded is not shown.
            return _whyNot = "recording_failed";
        }
    }
}
