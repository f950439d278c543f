namespace DriverHost.Logs;

/// <summary>Drops what was read before: all up to the line with a cursor, in a stream that begins a moment before it.</summary>
/// <remarks>
/// The engine's stamps may run backwards by a little (two streams, two threads), so a later stamp does not prove that the line
/// was passed. Lines are held until it is found, or until it is clear that it is gone; then a gap says so.
/// </remarks>
/// <param name="slips">Looks at each line that goes on; after a slip none does.</param>
internal sealed class LogResume(ILogSink next, LogCursor? start, LogSlips? slips = null) : ILogSink
{
    private readonly LogCursor? _after = start;
    private const int HoldLimit = 256;
    private readonly List<(LogCursor Cursor, LogKind Kind, bool Cut, byte[] Text)> _held = [];
    private bool _found = start is null;

    /// <summary>Lines are held: the caller should call <see cref="Release"/> after a short silence or at the end.</summary>
    public bool Holds => _held.Count > 0;

    /// <summary>How many lines went on.</summary>
    public long Passed { get; private set; }

    /// <summary>The last line that went on, or where it began.</summary>
    public LogCursor? Last { get; private set; } = start;

    public void Take(in LogLine line)
    {
        if (_found || line.Kind is not (LogKind.Out or LogKind.Err))
        {
            Pass(line);
        }
        else if (line.Cursor == _after)
        {
            _found = true;
            _held.Clear();
        }
        else if (line.Cursor.Stamp > _after!.Value.Stamp || line.Cursor.Ordinal > _after.Value.Ordinal)
        {
            _held.Add((line.Cursor, line.Kind, line.Cut, line.Text.ToArray()));
            if (_held.Count == HoldLimit)
            {
                Release();
            }
        }
    }

    /// <summary>The line will not be found any more.</summary>
    public void Release()
    {
        if (_found || _held.Count == 0)
        {
            return;
        }

        _found = true;
        var from = _after!.Value;
        next.Take(new LogLine(from, LogKind.Mark, cut: false, LogMarks.Gap(null, "rotated away before it was read", from.Time, _held[0].Cursor.Time)));
        foreach (var (cursor, kind, cut, text) in _held)
        {
            Pass(new LogLine(cursor, kind, cut, text));
        }

        _held.Clear();
    }

    private void Pass(in LogLine line)
    {
        if (line.Kind is LogKind.Out or LogKind.Err)
        {
            if (slips?.Pass(line) == false)
            {
                return;
            }

            Last = line.Cursor;
            Passed++;
        }

        next.Take(line);
    }
}
