using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;

namespace DriverHost.Logs;

/// <summary>Writes lines as they go out: records (NDJSON), or text as <c>docker logs</c> prints it. Nothing is allocated for a line.</summary>
internal sealed class LogFormat(bool json, bool timestamps)
{
    private static readonly SearchValues<byte> Escaped = SearchValues.Create([.. Enumerable.Range(0, 32).Select(i => (byte)i), (byte)'"', (byte)'\\']);
    private readonly byte[] _second = new byte[19];
    private long _secondOf = -1;
    private byte[] _buffer = new byte[96 * 1024];
    private int _used;

    public bool Json => json;

    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, _used);

    public int Length => _used;

    public void Clear() => _used = 0;

    public void Write(in LogLine line)
    {
        if (line.Kind is LogKind.Mark)
        {
            Append(json ? line.Text : Encoding.UTF8.GetBytes(LogMarks.Words(line.Text)));
        }
        else if (line.Kind is LogKind.EngineError)
        {
            var words = Encoding.UTF8.GetString(line.Text);
            Append(json ? LogMarks.Event("error", line.Cursor.Time, words) : Encoding.UTF8.GetBytes($"--- the engine reports: {words} ---"));
        }
        else if (json)
        {
            WriteRecord(line);
        }
        else
        {
            if (timestamps)
            {
                Room(32);
                WriteTime(line.Cursor.Stamp);
                Append(" "u8);
            }

            Append(line.Text);
            Append(line.Cut ? " [cut]"u8 : []);
        }

        Append("\n"u8);
    }

    public void WriteMark(ReadOnlySpan<byte> mark) => Write(new LogLine(default, LogKind.Mark, cut: false, mark));

    private void WriteRecord(in LogLine line)
    {
        // An escaped byte takes six at most.
        Room(160 + (line.Text.Length * 6));
        Put("{\"cursor\":\""u8);
        Put(line.Cursor.Stamp);
        Put("-"u8);
        Put(line.Cursor.Ordinal);
        Put("\",\"time\":\""u8);
        WriteTime(line.Cursor.Stamp);
        Put(line.Kind == LogKind.Err ? "\",\"stream\":\"err\",\"text\":\""u8 : "\",\"stream\":\"out\",\"text\":\""u8);
        PutEscaped(line.Text);
        Put(line.Cut ? "\",\"cut\":true}"u8 : "\"}"u8);
    }

    private void WriteTime(long stamp)
    {
        var second = stamp / 1_000_000_000;
        if (second != _secondOf)
        {
            DateTimeOffset.UnixEpoch.AddSeconds(second).TryFormat(_second, out _, "yyyy-MM-ddTHH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);
            _secondOf = second;
        }

        Put(_second);
        Put("."u8);
        Utf8Formatter.TryFormat((uint)(stamp % 1_000_000_000), _buffer.AsSpan(_used), out var written, new StandardFormat('D', 9));
        _used += written;
        Put("Z"u8);
    }

    private void PutEscaped(ReadOnlySpan<byte> text)
    {
        if (!Utf8.IsValid(text))
        {
            text = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text));
            Room(32 + (text.Length * 6));
        }

        while (true)
        {
            var at = text.IndexOfAny(Escaped);
            if (at < 0)
            {
                Put(text);
                return;
            }

            Put(text[..at]);
            PutEscape(text[at]);
            text = text[(at + 1)..];
        }
    }

    private void PutEscape(byte value)
    {
        _buffer[_used++] = (byte)'\\';
        if (value is (byte)'"' or (byte)'\\')
        {
            _buffer[_used++] = value;
            return;
        }

        if (value == '\t')
        {
            _buffer[_used++] = (byte)'t';
            return;
        }

        Put("u00"u8);
        _buffer[_used++] = (byte)(value >= 16 ? '1' : '0');
        _buffer[_used++] = "0123456789abcdef"u8[value & 15];
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        Room(bytes.Length);
        Put(bytes);
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_buffer.AsSpan(_used));
        _used += bytes.Length;
    }

    private void Put(long value)
    {
        Utf8Formatter.TryFormat(value, _buffer.AsSpan(_used), out var written);
        _used += written;
    }

    private void Room(int bytes)
    {
        if (_buffer.Length - _used < bytes)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _used + bytes));
        }
    }
}
