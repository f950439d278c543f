using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using DriverHost.Client;
using DriverHost.Http;
using DriverHost.Logs;

namespace DriverHost.History;

/// <summary>Is shown one line after the other.</summary>
internal delegate void LogScan(in LogLine line);

/// <summary>Reads windows of a log and searches it, in its archive. What the archive does not have yet is read from the engine first, with progress.</summary>
internal sealed class LogHistory(LogArchives archives, LogCatchUp catchUp, EventMarks marks, TimeProvider time) : IDisposable
{
    public const int LargestWindow = 20_000;
    private const int WriteSize = 64 * 1024;
    private const int MatchLength = 2_000;
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>Searches take a core each: two at a time, the others wait.</summary>
    private readonly SemaphoreSlim _searching = new(2);

    public void Dispose() => _searching.Dispose();

    /// <param name="place">The line around which to read; null for the newest.</param>
    public async Task WindowAsync(LogSource source, LogCursor? place, int before, int after, PipeWriter output, CancellationToken cancellationToken)
    {
        var archive = archives.Of(source.ProjectId, source.InstanceId);
        // An older window needs nothing new.
        if (place is not { } known || archive.Last is not { } last || known.Stamp >= last.Stamp)
        {
            await CatchUpAsync(source, archive, output, cancellationToken);
        }

        var (first, newest) = archive.Range;
        var at = place is { } cursor ? archive.NumberOf(cursor) : newest + 1;
        var from = Math.Max(first, at - before);
        var to = Math.Min(newest, at + after - 1);
        var since = archive.TimeOf(first);
        await WriteAsync(output, new LogRecord { Window = new LogWindow(from, newest - first + 1, from == first, to >= newest, since) }, cancellationToken);

        var format = new LogFormat(json: true, timestamps: true);
        var merging = new MarkMerge(marks.Of(source.ProjectId, source.InstanceId), format);
        foreach (var block in archive.Blocks(from, to, newestFirst: false))
        {
            WriteLines(block, from, to, first, format, merging);
            if (format.Length >= WriteSize)
            {
                await FlushAsync(format, output, cancellationToken);
            }
        }

        if (to >= newest)
        {
            merging.Rest();
        }

        await FlushAsync(format, output, cancellationToken);
    }

    /// <summary>Newest lines first: what people look for is mostly near the end.</summary>
    public async Task SearchAsync(LogSource source, LogSearchQuery query, PipeWriter output, CancellationToken cancellationToken)
    {
        var matcher = new LogMatcher(query);
        var archive = archives.Of(source.ProjectId, source.InstanceId);
        await CatchUpAsync(source, archive, output, cancellationToken);
        await _searching.WaitAsync(cancellationToken);
        try
        {
            var (first, last) = archive.Range;
            last = LogCursor.TryParse(query.Before, out var before) ? Math.Min(last, archive.NumberOf(before) - 1) : last;
            var state = new SearchState { Total = last - first + 1 };
            var told = time.GetTimestamp();
            foreach (var block in archive.Blocks(first, last, newestFirst: true))
            {
                await Task.Run(() => Search(block, last, matcher, query.Limit, state, cancellationToken), cancellationToken);
                await SendAsync(state, output, cancellationToken);
                if (time.GetElapsedTime(told) >= ProgressEvery)
                {
                    told = time.GetTimestamp();
                    await WriteAsync(output, new LogRecord { Progress = new LogProgress(state.Lines, state.Total, state.Count) }, cancellationToken);
                }
            }

            await WriteAsync(output, new LogRecord { Done = new LogSearchEnd(state.Lines, state.Count, state.Count > state.Sent) }, cancellationToken);
        }
        finally
        {
            _searching.Release();
        }
    }

    /// <summary>Goes through all lines that are kept, oldest first. It takes its turn as a search does.</summary>
    public async Task ScanAsync(LogSource source, LogScan scan, CancellationToken cancellationToken)
    {
        var archive = archives.Of(source.ProjectId, source.InstanceId);
        if (source.Container is { } container)
        {
            await EndCatchUpAsync(catchUp.RunAsync(source.ProjectId, source.InstanceId, container, cancellationToken), archive);
        }

        await _searching.WaitAsync(cancellationToken);
        try
        {
            var (first, last) = archive.Range;
            foreach (var block in archive.Blocks(first, last, newestFirst: false))
            {
                cancellationToken.ThrowIfCancellationRequested();
                await Task.Run(() => Scan(block, scan), cancellationToken);
            }
        }
        finally
        {
            _searching.Release();
        }
    }

    /// <summary>All that is kept, of an instance whose container is gone: as the engine's log would be read.</summary>
    public async Task ReadAsync(LogSource source, LogQuery query, LogFormat format, PipeWriter output, CancellationToken cancellationToken)
    {
        var archive = archives.Of(source.ProjectId, source.InstanceId);
        var (first, last) = archive.Range;
        var from = LogCursor.TryParse(query.Cursor, out var cursor) ? archive.NumberOf(cursor) + 1 : first;
        from = Math.Max(from, query.Tail is { } tail ? last - tail + 1 : first);
        var since = query.Since is { } s ? LogCursor.StampOf(s) : long.MinValue;
        var until = query.Until is { } u ? LogCursor.StampOf(u) : long.MaxValue;
        LogKind? only = query.Stream switch { "out" => LogKind.Out, "err" => LogKind.Err, _ => null };
        var merging = new MarkMerge(query.Follow ? marks.Of(source.ProjectId, source.InstanceId) : [], format);
        foreach (var block in archive.Blocks(from, last, newestFirst: false))
        {
            WriteLines(block, from, last, first, format, merging, line => line.Stamp >= since && line.Stamp <= until && (only is null || line.Kind == only));
            await FlushAsync(format, output, cancellationToken);
        }

        merging.Rest();
        if (query.Follow && format.Json)
        {
            format.WriteMark(LogMarks.Json(new LogRecord { End = new LogEnd("deleted", null) }));
        }

        await FlushAsync(format, output, cancellationToken);
    }

    private async Task CatchUpAsync(LogSource source, LogArchive archive, PipeWriter output, CancellationToken cancellationToken)
    {
        if (source.Container is null)
        {
            return;
        }

        var running = catchUp.RunAsync(source.ProjectId, source.InstanceId, source.Container, cancellationToken);
        while (await Task.WhenAny(running, Task.Delay(ProgressEvery, time, cancellationToken)) != running)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (first, last) = archive.Range;
            await WriteAsync(output, new LogRecord { Progress = new LogProgress(last - first + 1, Total: last - first + 1, Matches: 0, Reading: true) }, cancellationToken);
        }

        await EndCatchUpAsync(running, archive);
    }

    private static async Task EndCatchUpAsync(Task running, LogArchive archive)
    {
        try
        {
            await running;
        }
        catch (IOException) when (archive.Last is not null)
        {
            // The engine does not answer, or the container went just now: what is kept is what there is.
        }
        catch (IOException failed)
        {
            throw new DriverFailure(503, "engine_unreachable", $"The log cannot be read now: {failed.Message}", failed);
        }
    }

    private static void WriteLines(ArchiveBlock block, long from, long to, long first, LogFormat format, MarkMerge merging, Func<(long Stamp, LogKind Kind), bool>? wants = null)
    {
        var reader = block.Read();
        while (reader.Next())
        {
            if (reader.Number < from || reader.Number > to)
            {
                continue;
            }

            var line = reader.Line;
            if (wants is null || wants((line.Cursor.Stamp, line.Kind)))
            {
                // What happened before the window's first line belongs to the window before, unless there is none.
                merging.Until(line.Cursor.Stamp, write: reader.Number > from || from == first);
                format.Write(line);
            }
        }
    }

    private static void Scan(ArchiveBlock block, LogScan scan)
    {
        var reader = block.Read();
        while (reader.Next())
        {
            if (reader.Line.Kind is LogKind.Out or LogKind.Err)
            {
                scan(reader.Line);
            }
        }
    }

    private static void Search(ArchiveBlock block, long last, LogMatcher matcher, int limit, SearchState state, CancellationToken cancellationToken)
    {
        var reader = block.Read();
        while (reader.Next())
        {
            if (reader.Line.Kind is not (LogKind.Out or LogKind.Err) || reader.Number > last)
            {
                continue;
            }

            if ((++state.Lines & 0xfff) == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (!matcher.Matches(reader.Line))
            {
                continue;
            }

            state.Count++;
            var room = limit - state.Sent;
            if (room == 0)
            {
                continue;
            }

            // A block is read forwards and told backwards: only its newest can be among those that are sent.
            var line = reader.Line;
            state.Found.Enqueue(new LogMatch(line.Cursor.ToString(), line.Cursor.Time, line.Kind == LogKind.Err ? "err" : "out", matcher.Text(line, MatchLength), reader.Number));
            if (state.Found.Count > room)
            {
                state.Found.Dequeue();
            }
        }
    }

    private static async Task SendAsync(SearchState state, PipeWriter output, CancellationToken cancellationToken)
    {
        foreach (var match in state.Found.Reverse())
        {
            Write(output, new LogRecord { Match = match });
            state.Sent++;
        }

        state.Found.Clear();
        await output.FlushAsync(cancellationToken);
    }

    private static async Task FlushAsync(LogFormat format, PipeWriter output, CancellationToken cancellationToken)
    {
        if (format.Length > 0)
        {
            await output.WriteAsync(format.Written, cancellationToken);
            format.Clear();
        }
    }

    private static async Task WriteAsync(PipeWriter output, LogRecord record, CancellationToken cancellationToken)
    {
        Write(output, record);
        await output.FlushAsync(cancellationToken);
    }

    private static void Write(PipeWriter output, LogRecord record)
    {
        output.Write(JsonSerializer.SerializeToUtf8Bytes(record, DriverHostJson.Default.LogRecord));
        output.Write("\n"u8);
    }

    private sealed class SearchState
    {
        public long Total { get; init; }
        public long Lines { get; set; }
        public long Count { get; set; }
        public int Sent { get; set; }
        public Queue<LogMatch> Found { get; } = [];
    }
}
