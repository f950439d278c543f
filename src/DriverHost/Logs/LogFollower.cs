using System.Net.Sockets;
using DriverHost.Client;
using DriverHost.Telemetry;

namespace DriverHost.Logs;

/// <summary>Follows one container's log on a thread of its own while anybody watches, into a ring that all of them read.</summary>
internal sealed class LogFollower : IDisposable
{
    /// <summary>Chunks of 64 KiB: 4 MiB of the newest lines.</summary>
    private const int RingChunks = 64;

    /// <summary>A reading of the files that brings no more than this is close enough to the present.</summary>
    public const int CloseToLive = 5_000;

    private static readonly TimeSpan[] RetryAfter = [TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4)];
    private readonly EngineLog _log;
    private readonly EngineSocket _engine;
    private readonly string _container;
    private readonly DriverHostMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();

    /// <param name="after">The last line its first viewer has; the ring begins right after it.</param>
    public LogFollower(EngineSocket engine, string container, bool tty, LogCursor? after, DriverHostMetrics metrics, TimeProvider time)
    {
        _engine = engine;
        _container = container;
        _metrics = metrics;
        _time = time;
        Ring = new LogRing(RingChunks, waits: false, metrics);
        _log = new EngineLog(engine, container, tty);
        Anchor = after;
        new Thread(Follow) { IsBackground = true, Name = $"log {container[..Math.Min(12, container.Length)]}" }.Start();
    }

    /// <summary>The line before the ring's first; null when the ring begins at the log's start.</summary>
    public LogCursor? Anchor { get; }

    public LogRing Ring { get; }

    /// <summary>Used by <see cref="LogFollowers"/> under its lock.</summary>
    public int Viewers { get; set; }

    /// <summary>Adds a mark to what the viewers see, in order with the lines. Not part of the container's log.</summary>
    public void Mark(byte[] mark)
    {
        Ring.Take(new LogLine(Ring.Newest() ?? default, LogKind.Mark, cut: false, mark));
        Ring.Publish();
    }

    public void Dispose()
    {
        _stop.Cancel();
        _log.Abort();
    }

    private void Follow()
    {
        try
        {
            var end = FollowToEnd();
            Ring.Complete(end);
        }
        catch (Exception failure) when (failure is IOException or SocketException or System.Text.Json.JsonException)
        {
            Mark(LogMarks.Event("error", _time.GetUtcNow(), failure.Message));
            Ring.Complete(null);
        }
    }

    /// <summary>Reads the log's files up to the present: they repeat nothing, and who comes too late for a line is told.</summary>
    private LogCursor? ReadFiles(LogCursor? last)
    {
        for (var lines = long.MaxValue; lines > CloseToLive && !_log.IsAborted;)
        {
            (last, lines) = _log.Read(new LogRange(After: last), Ring);
        }

        return last;
    }

    private LogEnd? FollowToEnd()
    {
        var last = Anchor;
        var failures = 0;
        while (!_log.IsAborted)
        {
            try
            {
                var slips = new LogSlips(_time);
                (last, var lines) = _log.Read(new LogRange(After: last, Follow: true, Ended: true), Ring, slips);
                failures = lines > 0 ? 0 : failures;
                if (_log.IsAborted)
                {
                    return null;
                }

                if (slips.Happened)
                {
                    _metrics.EngineSlipped();
                    last = ReadFiles(last);
                    continue;
                }

                var state = ContainerState.Read(_engine, _container);
                if (state is null)
                {
                    return new LogEnd("deleted", null);
                }

                if (!state.Runs)
                {
                    // The engine sometimes ends the stream before the last line, but not before the log is written: read the rest.
                    _log.Read(new LogRange(After: last, Ended: true), Ring);
                    Mark(LogMarks.Ended(state));
                    return new LogEnd("exited", state.ExitCode);
                }

                // It runs again already: the same log goes on.
                Mark(LogMarks.Started(state));
            }
            catch (EngineRefusedException refused) when (refused.Gone)
            {
                return new LogEnd("deleted", null);
            }
            catch (Exception failure) when (failure is IOException or SocketException && failure is not EngineRefusedException && failures < RetryAfter.Length)
            {
                last = _log.Last ?? last;
                _metrics.FollowerReconnects();
                _stop.Token.WaitHandle.WaitOne(RetryAfter[failures++]);
            }
        }

        return null;
    }
}
