namespace DriverHost.Logs;

/// <summary>The open line of one stream: the pieces that came, until the newline comes.</summary>
internal sealed class LogPiece(LogKind kind)
{
    private byte[] _text = new byte[1024];
    private int _used;

    public LogKind Kind => kind;
    public bool Open { get; private set; }

    /// <summary>Of the first piece.</summary>
    public long Stamp { get; private set; }

    public bool Cut { get; private set; }

    /// <summary>Of the last piece that was added.</summary>
    public int LastLength { get; private set; }

    /// <summary>The last piece is as long as pieces get: the line is being written.</summary>
    public bool GoesOn => Open && LastLength == LogReader.PieceLength;

    public ReadOnlySpan<byte> Text => _text.AsSpan(0, _used);

    public void Append(long stamp, ReadOnlySpan<byte> text, bool cut)
    {
        if (!Open)
        {
            Open = true;
            Stamp = stamp;
        }

        LastLength = text.Length;
        var kept = Math.Min(text.Length, LogReader.LineLimit - _used);
        Cut |= cut || kept < text.Length;
        if (_used + kept > _text.Length)
        {
            Array.Resize(ref _text, Math.Min(LogReader.LineLimit, Math.Max(_text.Length * 2, _used + kept)));
        }

        text[..kept].CopyTo(_text.AsSpan(_used));
        _used += kept;
    }

    public void Clear()
    {
        Open = false;
        Cut = false;
        _used = 0;
    }
}
