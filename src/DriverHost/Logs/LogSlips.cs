namespace DriverHost.Logs;

/// <summary>Finds where an engine slips while it is followed: when it rotates a log file it may repeat lines of the new one, pass over a whole one or lose its place, and says nothing.</summary>
/// <remarks>
/// Lines of one stream are stamped in order, so a stamp that runs backwards, or the same line once more, is a repetition. A jump is a hole only if the engine was late
/// before it and had the next line at hand: who waited for a line has missed none. It need not be exact: after a slip the log is read from its files, which tells the
/// truth, and that costs time only.
/// </remarks>
internal sealed class LogSlips(TimeProvider time)
{
    /// <summary>Less than it takes to fill one file of 10 MB: a hole is one of those at least.</summary>
    private const long Jump = 100_000_000;

    /// <summary>Who had nothing to read for so long had read all there was.</summary>
    private const long Wait = 1_000_000_000;

    private readonly LastLine _out = new();
    private readonly LastLine _err = new();
    private readonly long _asked = LogCursor.StampOf(time.GetUtcNow());
    private long _received;
    private long _newest;
    private long _newestReceived;

    /// <summary>The engine slipped: what comes from here on is not to be trusted.</summary>
    public bool Happened { get; private set; }

    /// <summary>Bytes came.</summary>
    public void Receive() => _received = LogCursor.StampOf(time.GetUtcNow());

    /// <summary>It is silent, though there are lines.</summary>
    public void Stall() => Happened = true;

    /// <returns>Whether the line may go on.</returns>
    public bool Pass(in LogLine line)
    {
        var stamp = line.Cursor.Stamp;
        Happened = Happened || !(line.Kind == LogKind.Err ? _err : _out).Follow(stamp, line.Text) || IsHole(stamp);
        if (stamp > _newest)
        {
            (_newest, _newestReceived) = (stamp, _received);
        }

        return !Happened;
    }

    private bool IsHole(long stamp) =>
        _newest > 0
        && stamp >= _asked
        && stamp - _newest > Jump
        && _newestReceived - Math.Max(_newest, _asked) > Jump
        && _received - _newestReceived < Wait;

    private sealed class LastLine
    {
        private byte[] _text = new byte[1024];
        private int _length;
        private long _stamp;

        /// <returns>Whether this can be the line after.</returns>
        public bool Follow(long stamp, ReadOnlySpan<byte> text)
        {
            if (stamp < _stamp || (stamp == _stamp && text.SequenceEqual(_text.AsSpan(0, _length))))
            {
                return false;
            }

            if (text.Length > _text.Length)
            {
                _text = new byte[LogReader.LineLimit];
            }

            text.CopyTo(_text);
            (_stamp, _length) = (stamp, text.Length);
            return true;
        }
    }
}
