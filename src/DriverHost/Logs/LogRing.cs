using DriverHost.Client;
using DriverHost.Telemetry;

namespace DriverHost.Logs;

/// <summary>The newest lines of one stream, bounded by bytes. One writer; many readers, each with its own place.</summary>
/// <param name="chunkLimit">How many chunks of 64 KiB it keeps.</param>
/// <param name="waits">True: a full ring makes the writer wait for its one reader. False: the oldest lines go.</param>
/// <param name="metrics">Told what comes; null when that is counted elsewhere.</param>
internal sealed class LogRing(int chunkLimit, bool waits, DriverHostMetrics? metrics = null) : ILogSink, IDisposable
{
    private const int MarkLimit = 1024;
    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _room = new(true);
    private readonly LinkedList<LogChunk> _chunks = [];
    // Where the entries are that are not lines, the newest of them: they count in no gap.
    private readonly Queue<long> _marks = new();
    private TaskCompletionSource? _more;
    private bool _closed;
    private long _linesTaken;
    private long _bytesTaken;

    /// <summary>The sequence number of the next line.</summary>
    public long End { get; private set; }

    /// <summary>No more lines will come.</summary>
    public bool Completed { get; private set; }

    /// <summary>How it ended; null when the reading broke off.</summary>
    public LogEnd? Ending { get; private set; }

    /// <summary>Adds a line. Readers that wait learn of it at the next <see cref="Publish"/>.</summary>
    public void Take(in LogLine line)
    {
        LogChunk chunk;
        lock (_gate)
        {
            if (line.Kind is not (LogKind.Out or LogKind.Err))
            {
                _marks.Enqueue(End);
                if (_marks.Count > MarkLimit)
                {
                    _marks.Dequeue();
                }
            }
            else
            {
                _linesTaken++;
                _bytesTaken += line.Text.Length;
            }

            if (_chunks.Last is { Value: var last } && last.TryAdd(line))
            {
                End++;
                return;
            }

            chunk = new LogChunk(End, Newest());
            if (!waits && _chunks.Count >= chunkLimit)
            {
                _chunks.RemoveFirst();
            }

            chunk.TryAdd(line);
            _chunks.AddLast(chunk);
            End++;
            if (!waits || _chunks.Count < chunkLimit || _closed)
            {
                return;
            }

            _room.Reset();
        }

        Publish();
        _room.Wait();
    }

    /// <summary>Wakes the readers that wait. Once for what one receive brought, not once for each line.</summary>
    public void Publish()
    {
        TaskCompletionSource? more;
        long lines, bytes;
        lock (_gate)
        {
            more = _more;
            _more = null;
            (lines, bytes) = (_linesTaken, _bytesTaken);
            (_linesTaken, _bytesTaken) = (0, 0);
        }

        more?.SetResult();
        if (lines > 0)
        {
            metrics?.LinesRead(lines, bytes);
        }
    }

    public void Complete(LogEnd? ending)
    {
        lock (_gate)
        {
            Completed = true;
            Ending = ending;
        }

        Publish();
    }

    /// <summary>The lines from a place on, as many as one chunk holds. Moves a place that is no longer kept forward.</summary>
    /// <param name="place">Sequence number of the next line to read; moved past the slice.</param>
    /// <param name="lost">The lines that went before they were read.</param>
    public bool TryRead(ref long place, out LogSlice slice, out LostLines? lost)
    {
        lock (_gate)
        {
            slice = default;
            lost = null;
            if (_chunks.First is not { } node || place >= End)
            {
                return false;
            }

            if (place < node.Value.First)
            {
                var (from, to) = (place, node.Value.First);
                var count = to - from - _marks.Count(mark => mark >= from && mark < to);
                lost = count > 0 ? new LostLines(count, node.Value.Before) : null;
                place = to;
            }

            while (place >= node.Value.First + node.Value.Count)
            {
                node = node.Next!;
            }

            var start = (int)(place - node.Value.First);
            slice = new LogSlice(node.Value, start, node.Value.Count - start);
            place += slice.Count;
            if (waits)
            {
                // The one reader has a hold on the chunk: the ring need not.
                while (_chunks.First is { } first && first != _chunks.Last && first.Value.First + first.Value.Count <= place)
                {
                    _chunks.RemoveFirst();
                }

                _room.Set();
            }

            return true;
        }
    }

    /// <summary>Completes when there may be more to read after the place.</summary>
    public Task WaitAsync(long place)
    {
        lock (_gate)
        {
            if (place < End || Completed)
            {
                return Task.CompletedTask;
            }

            _more ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _more.Task;
        }
    }

    /// <summary>The sequence number of the line with this cursor, if it is kept.</summary>
    public long? Find(LogCursor cursor)
    {
        lock (_gate)
        {
            for (var node = _chunks.Last; node is not null; node = node.Previous)
            {
                if (node.Value.Find(cursor) is { } index)
                {
                    return node.Value.First + index;
                }
            }

            return null;
        }
    }

    /// <summary>Sequence number and cursor of the oldest line kept; null when there is none.</summary>
    public (long Place, LogCursor Cursor)? Oldest()
    {
        lock (_gate)
        {
            return _chunks.First is { Value: var first } ? (first.First, first[0].Cursor) : null;
        }
    }

    /// <summary>The cursor of the newest line; null when there is none.</summary>
    public LogCursor? Newest()
    {
        lock (_gate)
        {
            return _chunks.Last is { Value: var last } ? last[last.Count - 1].Cursor : null;
        }
    }

    /// <summary>Frees a writer that waits. What it writes from now on is nobody's.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
        }

        _room.Set();
        Complete(null);
    }
}

/// <param name="Last">The last of them.</param>
internal readonly record struct LostLines(long Count, LogCursor? Last);
