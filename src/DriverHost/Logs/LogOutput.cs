using System.IO.Pipelines;
using DriverHost.Client;
using DriverHost.History;
using DriverHost.Telemetry;

namespace DriverHost.Logs;

/// <summary>Sends lines to one viewer: many in one write, at once when nothing more waits, a ping in silence.</summary>
/// <param name="marks">What happened to the instance so far; null when nobody wants to know.</param>
internal sealed class LogOutput(PipeWriter writer, LogFormat format, DriverHostMetrics metrics, TimeProvider time, MarkMerge? marks = null) : ILogOutput
{
    /// <summary>Silence that long is broken by a ping.</summary>
    public static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(5);

    private const int WriteSize = 64 * 1024;

    /// <summary>Sends lie at least this far apart while lines keep coming: a write for each line would cost more than the line.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);

    private long _lastSend;
    private long _lines;
    private bool _live;
    private LogCursor? _sent;

    /// <summary>Sends what the ring has from the place on, or waits for it.</summary>
    /// <returns>The place to go on at; null when the ring is complete and all was sent.</returns>
    public async Task<long?> SendAsync(LogRing ring, long place, LogKind? only, CancellationToken cancellationToken)
    {
        while (format.Length < WriteSize && ring.TryRead(ref place, out var slice, out var lost))
        {
            Write(slice, lost, only);
        }

        if (format.Length >= WriteSize)
        {
            await FlushAsync(cancellationToken);
            return place;
        }

        // Completed is set after the last line: look again for lines that came in between.
        var completed = ring.Completed;
        if (completed && place >= ring.End)
        {
            await FlushAsync(cancellationToken);
            return null;
        }

        if (format.Length > 0)
        {
            var early = Pace - time.GetElapsedTime(_lastSend);
            if (!completed && early > TimeSpan.Zero)
            {
                await Task.Delay(early, time, cancellationToken);
                if (place < ring.End)
                {
                    return place;
                }
            }

            await FlushAsync(cancellationToken);
        }

        await WaitAsync(ring, place, cancellationToken);
        return place;
    }

    /// <param name="mark">What the viewer is told before it.</param>
    public async Task EndAsync(LogEnd ending, CancellationToken cancellationToken, byte[]? mark = null)
    {
        if (mark is not null && marks?.Has(mark) != true)
        {
            format.WriteMark(mark);
        }

        if (format.Json)
        {
            format.WriteMark(LogMarks.Json(new LogRecord { End = ending }));
        }

        await FlushAsync(cancellationToken);
    }

    /// <summary>The viewer has what happened up to its last line.</summary>
    public void Resume(LogCursor last)
    {
        marks?.Until(last.Stamp, write: false);
        _sent = last;
    }

    /// <summary>Tells what happened since the last line that is kept. From here on things are told as they happen.</summary>
    public void EndKept()
    {
        marks?.Rest();
        _live = true;
    }

    private void Write(in LogSlice slice, LostLines? lost, LogKind? only)
    {
        if (lost is { } lines)
        {
            // Which of them were of the one stream that is asked for, nobody knows. Who comes again after this goes on after the last of them.
            metrics.ViewerTooSlow(lines.Count);
            format.WriteMark(LogMarks.Gap(only is null ? lines.Count : null, "viewer too slow", _sent?.Time, slice[0].Cursor.Time, lines.Last));
        }

        for (var i = 0; i < slice.Count; i++)
        {
            var line = slice[i];
            if (only is null || line.Kind == only || line.Kind is LogKind.Mark or LogKind.EngineError)
            {
                // What happened before the first line that is sent belongs to lines that are not.
                marks?.Until(line.Cursor.Stamp, write: _sent is not null);
                _sent = line.Cursor;
                format.Write(line);
                Count(line);
            }
        }

        _sent = slice[slice.Count - 1].Cursor;
    }

    private void Count(in LogLine line)
    {
        if (line.Kind is LogKind.Out or LogKind.Err)
        {
            _lines++;
        }
        else if (LogMarks.IsGap(line.Text))
        {
            metrics.RotatedAway();
        }
    }

    private async Task WaitAsync(LogRing ring, long place, CancellationToken cancellationToken)
    {
        var more = ring.WaitAsync(place);
        if (!format.Json)
        {
            await more.WaitAsync(cancellationToken);
            return;
        }

        try
        {
            await more.WaitAsync(PingEvery, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            format.WriteMark(LogMarks.Json(new LogRecord { Ping = time.GetUtcNow() }));
            await FlushAsync(cancellationToken);
        }
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (format.Length > 0)
        {
            metrics.LinesSent(_lines, format.Length, _live && _lines > 0 ? time.GetUtcNow() - _sent!.Value.Time : null);
            _lines = 0;
            await writer.WriteAsync(format.Written, cancellationToken);
            format.Clear();
            _lastSend = time.GetTimestamp();
        }
    }
}
