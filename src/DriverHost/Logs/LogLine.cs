namespace DriverHost.Logs;

/// <summary>What a line of the log is: output, an error of the engine, or one of our own marks.</summary>
internal enum LogKind : byte
{
    Out = 1,
    Err = 2,
    /// <summary>An error which the engine wrote into the stream. Not the container's words.</summary>
    EngineError = 3,
    /// <summary>A finished JSON record of ours: a gap or an event.</summary>
    Mark = 4,
}

/// <summary>One line as it is read: its text lives in the reader's buffer and is gone after the call.</summary>
internal readonly ref struct LogLine(LogCursor cursor, LogKind kind, bool cut, ReadOnlySpan<byte> text)
{
    public LogCursor Cursor { get; } = cursor;
    public LogKind Kind { get; } = kind;

    /// <summary>The line was longer than the limit; the rest was dropped.</summary>
    public bool Cut { get; } = cut;

    /// <summary>As the container wrote it, without the newline. Not always valid UTF-8.</summary>
    public ReadOnlySpan<byte> Text { get; } = text;
}

/// <summary>Takes lines from a reader, on the reader's thread.</summary>
internal interface ILogSink
{
    void Take(in LogLine line);

    /// <summary>Nothing more is at hand now: who waits for lines may look.</summary>
    void Publish()
    {
    }
}
