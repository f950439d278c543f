using System.Globalization;
using System.Text;

namespace DriverHost.Logs;

/// <summary>One reading of a container's log. Blocks its thread until the log ends or <see cref="Abort"/> is called.</summary>
internal sealed class EngineLog(EngineSocket engine, string container, bool tty)
{
    private readonly Lock _gate = new();
    private EngineAnswer? _answer;
    private EngineLog? _look;
    private bool _aborted;
    private long _newest;

    /// <summary>How long a line that may be known already is held back when nothing follows it.</summary>
    private static readonly TimeSpan HoldTime = TimeSpan.FromMilliseconds(200);

    /// <summary>When lines came and then none for so long, it is looked whether there are more: an engine that rotates the file may lose its place in it for good.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);

    /// <summary>… and again as often while nothing comes.</summary>
    private static readonly TimeSpan StillQuiet = TimeSpan.FromSeconds(30);

    /// <param name="range">What to ask for; see <see cref="LogRange"/>.</param>
    /// <param name="sink">Takes the lines.</param>
    /// <param name="slips">Ends the reading when the engine slips.</param>
    /// <returns>The last line that was read (or the one it began after), and how many lines were.</returns>
    /// <exception cref="IOException">The engine doesn't answer or broke off.</exception>
    public (LogCursor? Last, long Lines) Read(LogRange range, ILogSink sink, LogSlips? slips = null)
    {
        var resume = new LogResume(sink, range.After, slips);
        var reader = new LogReader(resume, tty);
        using var answer = engine.Get(range.Target(container));
        lock (_gate)
        {
            _answer = answer;
            if (_aborted)
            {
                return (range.After, 0);
            }
        }

        try
        {
            answer.ReadHead();
            if (answer.Status != 200)
            {
                throw new EngineRefusedException(answer.Status, ReadMessage(answer));
            }

            answer.Patience = slips is null ? null : StillQuiet;
            while (true)
            {
                var body = answer.ReadBody();
                if (answer.Silent && resume.Holds)
                {
                    resume.Release();
                    answer.Patience = slips is null ? null : Quiet;
                    sink.Publish();
                    continue;
                }

                if (answer.Silent)
                {
                    if (HasMore(resume.Last))
                    {
                        slips!.Stall();
                        return (resume.Last, resume.Passed);
                    }

                    answer.Patience = StillQuiet;
                    continue;
                }

                if (body.IsEmpty)
                {
                    break;
                }

                slips?.Receive();
                reader.Push(body);
                if (slips?.Happened == true)
                {
                    return (resume.Last, resume.Passed);
                }

                answer.Patience = resume.Holds ? HoldTime : slips is null ? null : Quiet;
                if (!answer.HasMore)
                {
                    sink.Publish();
                }
            }

            reader.End(range.Ended);
            resume.Release();
            return (resume.Last, resume.Passed);
        }
        catch (IOException) when (IsAborted)
        {
            return (resume.Last, resume.Passed);
        }
        finally
        {
            sink.Publish();
            Last = resume.Last;
            lock (_gate)
            {
                _answer = null;
            }
        }
    }

    /// <summary>The last line that the last reading passed on, also when it broke off.</summary>
    public LogCursor? Last { get; private set; }

    public bool IsAborted
    {
        get
        {
            lock (_gate)
            {
                return _aborted;
            }
        }
    }

    public void Abort()
    {
        lock (_gate)
        {
            _aborted = true;
            _answer?.Abort();
            _look?.Abort();
        }
    }

    /// <summary>The newest line in the engine's files; null when there is none.</summary>
    public LogCursor? ReadNewest()
    {
        var newest = new Newest();
        var look = new EngineLog(engine, container, tty);
        lock (_gate)
        {
            if (_aborted)
            {
                return null;
            }

            // An engine that hangs must not keep the thread of a follower that nobody needs any more.
            _look = look;
        }

        look.Read(new LogRange(Tail: 1), newest);
        return newest.Cursor;
    }

    /// <summary>The engine's files have a line that it did not send. One that turned out not to be new is not asked for again.</summary>
    private bool HasMore(LogCursor? last)
    {
        var newest = ReadNewest()?.Stamp ?? 0;
        if (newest == (last?.Stamp ?? 0) || newest == _newest)
        {
            return false;
        }

        _newest = newest;
        return true;
    }

    private static string ReadMessage(EngineAnswer answer)
    {
        var text = new StringBuilder();
        for (var part = answer.ReadBody(); !part.IsEmpty && text.Length < 1024; part = answer.ReadBody())
        {
            text.Append(Encoding.UTF8.GetString(part));
        }

        return text.ToString().Trim();
    }

    private sealed class Newest : ILogSink
    {
        public LogCursor? Cursor { get; private set; }

        public void Take(in LogLine line) => Cursor = line.Cursor;
    }
}

/// <summary>The engine answered, but not with a log.</summary>
internal sealed class EngineRefusedException(int status, string message) : IOException(string.Create(CultureInfo.InvariantCulture, $"The engine answered {status}: {message}"))
{
    public int Status => status;

    /// <summary>The container is not there any more, is dead, or is marked for removal: it has no log to read.</summary>
    public bool Gone => status is 404 or 409;
}

/// <summary>What to read of a container's log.</summary>
/// <param name="Ended">Nothing comes after it: a long line whose end is not there is a line, too. Else it is left to who reads on.</param>
/// <param name="After">Begin after this line; wins over <paramref name="SinceStamp"/> and <paramref name="Tail"/>.</param>
internal sealed record LogRange(LogCursor? After = null, bool Follow = false, int? Tail = null, long? SinceStamp = null, long? UntilStamp = null, LogKind? Only = null, bool Ended = false)
{
    /// <summary>
    /// The engine stamps the lines of the two streams apart and then writes them as they come: one may stand in the file after a line that is stamped later, and is passed
    /// over by a <c>since</c> of that line. So all of the last moment is asked for, and what is known dropped.
    /// </summary>
    private const long Disorder = 500_000_000;

    public string Target(string container)
    {
        var target = new StringBuilder($"/containers/{container}/logs?timestamps=1&stdout={(Only == LogKind.Err ? 0 : 1)}&stderr={(Only == LogKind.Out ? 0 : 1)}");
        target.Append(Follow ? "&follow=1" : "");
        if (After is { } after)
        {
            target.Append("&since=").Append(LogCursor.Seconds(Math.Max(0, after.Stamp - Disorder)));
        }
        else
        {
            target.Append(Tail is { } tail ? string.Create(CultureInfo.InvariantCulture, $"&tail={tail}") : "");
            target.Append(SinceStamp is { } since ? $"&since={LogCursor.Seconds(since)}" : "");
        }

        return target.Append(UntilStamp is { } until ? $"&until={LogCursor.Seconds(until)}" : "").ToString();
    }
}
