using System.Globalization;
using System.Text;

namespace DriverHost.Logs;

/// <summary>One reading of a container's log. Blocks its thread until the log ends or <see cref="Abort"/> is called.</summary>
internal sealed class EngineLog(EngineSocket engine, string container, bool tty)
{
    private readonly Lock _gate = new();
    private EngineAnswer? _answer;
    private bool _aborted;

    /// <summary>How long a line that may be known already is held back when nothing follows it.</summary>
    private static readonly TimeSpan HoldTime = TimeSpan.FromMilliseconds(200);

    /// <param name="range">What to ask for; see <see cref="LogRange"/>.</param>
    /// <param name="sink">Takes the lines.</param>
    /// <returns>The last line that was read (or the one it began after), and how many lines were.</returns>
    /// <exception cref="IOException">The engine doesn't answer or broke off.</exception>
    public (LogCursor? Last, long Lines) Read(LogRange range, ILogSink sink)
    {
        var resume = new LogResume(sink, range.After);
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

            while (true)
            {
                var body = answer.ReadBody();
                if (answer.Silent)
                {
                    resume.Release();
                    answer.Patience = null;
                    sink.Publish();
                    continue;
                }

                if (body.IsEmpty)
                {
                    break;
                }

                reader.Push(body);
                if (resume.Holds)
                {
                    answer.Patience = HoldTime;
                }

                if (!answer.HasMore)
                {
                    sink.Publish();
                }
            }

            reader.End();
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
        }
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
}

/// <summary>The engine answered, but not with a log.</summary>
internal sealed class EngineRefusedException(int status, string message) : IOException(string.Create(CultureInfo.InvariantCulture, $"The engine answered {status}: {message}"))
{
    public int Status => status;

    /// <summary>The container is not there any more, is dead, or is marked for removal: it has no log to read.</summary>
    public bool Gone => status is 404 or 409;
}

/// <summary>What to read of a container's log.</summary>
/// <param name="After">Begin after this line; wins over <paramref name="SinceStamp"/> and <paramref name="Tail"/>.</param>
internal sealed record LogRange(LogCursor? After = null, bool Follow = false, int? Tail = null, long? SinceStamp = null, long? UntilStamp = null, LogKind? Only = null)
{
    public string Target(string container)
    {
        var target = new StringBuilder($"/containers/{container}/logs?timestamps=1&stdout={(Only == LogKind.Err ? 0 : 1)}&stderr={(Only == LogKind.Out ? 0 : 1)}");
        target.Append(Follow ? "&follow=1" : "");
        if (After is { } after)
        {
            target.Append("&since=").Append(after.Since);
        }
        else
        {
            target.Append(Tail is { } tail ? string.Create(CultureInfo.InvariantCulture, $"&tail={tail}") : "");
            target.Append(SinceStamp is { } since ? $"&since={LogCursor.Seconds(since)}" : "");
        }

        return target.Append(UntilStamp is { } until ? $"&until={LogCursor.Seconds(until)}" : "").ToString();
    }
}
