namespace DriverHost.Logs;

/// <summary>Lines in one block of memory. Grows at its end only, so a slice of it may be read without a lock.</summary>
/// <param name="first">The sequence number of its first line.</param>
/// <param name="before">The last line before it; null when it is the first.</param>
internal sealed class LogChunk(long first, LogCursor? before)
{
    private const int Size = 64 * 1024;
    private byte[] _text = new byte[4 * 1024];
    private Entry[] _entries = new Entry[64];
    private int _used;
    private long _minStamp = long.MaxValue;
    private long _maxStamp = long.MinValue;

    /// <summary>The sequence number of its first line.</summary>
    public long First => first;

    /// <summary>The last line before its first.</summary>
    public LogCursor? Before => before;

    public int Count { get; private set; }

    public Entry this[int index] => _entries[index];

    public bool TryAdd(in LogLine line)
    {
        if (Count > 0 && (_used + line.Text.Length > Size || Count == Size / 16))
        {
            return false;
        }

        if (_used + line.Text.Length > _text.Length)
        {
            // Readers keep the old block: it stays as it is.
            Array.Resize(ref _text, Math.Max(_used + line.Text.Length, Math.Min(Size, _text.Length * 4)));
        }

        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, _entries.Length * 4);
        }

        line.Text.CopyTo(_text.AsSpan(_used));
        _entries[Count] = new Entry(line.Cursor, line.Kind, line.Cut, _used, line.Text.Length);
        _used += line.Text.Length;
        _minStamp = Math.Min(_minStamp, line.Cursor.Stamp);
        _maxStamp = Math.Max(_maxStamp, line.Cursor.Stamp);
        Count++;
        return true;
    }

    public int? Find(LogCursor cursor)
    {
        if (cursor.Stamp < _minStamp || cursor.Stamp > _maxStamp)
        {
            return null;
        }

        for (var i = Count - 1; i >= 0; i--)
        {
            if (_entries[i].Cursor == cursor && _entries[i].Kind is LogKind.Out or LogKind.Err)
            {
                return i;
            }
        }

        return null;
    }

    /// <summary>The blocks as they are now; later growth doesn't touch what they hold.</summary>
    internal (byte[] Text, Entry[] Entries) Blocks() => (_text, _entries);

    internal readonly record struct Entry(LogCursor Cursor, LogKind Kind, bool Cut, int Offset, int Length);
}

/// <summary>Some lines of a chunk, to be read without a lock.</summary>
internal readonly struct LogSlice
{
    private readonly byte[] _text;
    private readonly LogChunk.Entry[] _entries;
    private readonly int _start;

    public LogSlice(LogChunk chunk, int start, int count)
    {
        (_text, _entries) = chunk.Blocks();
        _start = start;
        Count = count;
    }

    public int Count { get; }

    public LogLine this[int index]
    {
        get
        {
            ref readonly var entry = ref _entries[_start + index];
            return new LogLine(entry.Cursor, entry.Kind, entry.Cut, _text.AsSpan(entry.Offset, entry.Length));
        }
    }
}
