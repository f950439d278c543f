using System.Threading.Channels;
using DriverHost.Auth;
using DriverHost.Client;

namespace DriverHost.Terminal;

/// <summary>
/// One open terminal: its process, the newest of what it wrote, and at most one viewer. It outlives a viewer whose connection breaks, for a while. Memory is
/// bounded: when the viewer is slow, the engine is not read, so that the process waits as it would at any terminal.
/// </summary>
internal sealed class TerminalSession(TerminalRecord opened, DriverCaller caller, TerminalExec exec, TerminalRecorder? recorder, TerminalLimits limits, TimeProvider time) : IAsyncDisposable
{
    /// <summary>How much of the past a viewer gets who comes again.</summary>
    public const int Replay = 256 * 1024;

    private const int ReadSize = 16 * 1024;
    private const int MostInput = 256 * 1024;
    private readonly Lock _gate = new();
    // A replay and what is read before the reader waits for it.
    private readonly TerminalRing _ring = new(Replay + 2 * ReadSize);
    private readonly Pulse _room = new();
    private readonly Channel<byte[]> _input = Channel.CreateUnbounded<byte[]>(new UnboundedChannelOptions { SingleReader = true });
    private readonly TaskCompletionSource<string> _ending = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private TerminalViewer? _viewer;
    private TerminalEnd? _end;
    private TokenWatch? _watch;
    private ITimer? _idle;
    private ITimer? _grace;
    private int _inputWaiting;

    public string Id => opened.Id;
    public string InstanceId => opened.InstanceId;
    public string UserId => caller.UserId;
    public DriverCaller Caller => caller;
    public TerminalExec Exec => exec;

    public TerminalRecord Record
    {
        get
        {
            lock (_gate)
            {
                return opened with { Attached = _viewer is not null };
            }
        }
    }

    /// <summary>Runs the terminal until it ends.</summary>
    /// <returns>Why: a code of <see cref="TerminalEnd"/>.</returns>
    public async Task<string> RunAsync()
    {
        _idle = time.CreateTimer(_ => End("idle"), null, limits.Idle, Timeout.InfiniteTimeSpan);
        _grace = time.CreateTimer(_ => EndIfLeft(), null, limits.Grace, Timeout.InfiniteTimeSpan);
        var reading = ReadOutputAsync();
        var writing = WriteInputAsync();
        var reason = await _ending.Task;
        await _stop.CancelAsync();
        // Ends a read that waits for the engine; the bytes read so far stay for the viewer.
        exec.Dispose();
        await Task.WhenAll(reading, writing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return reason;
    }

    /// <summary>Ends the terminal; the first reason counts.</summary>
    public void End(string reason) => _ending.TrySetResult(reason);

    /// <summary>Everything is over: the viewer gets the last bytes and the reason.</summary>
    public void Ended(TerminalEnd end)
    {
        lock (_gate)
        {
            _end = end;
            _viewer?.Changed.Set();
        }
    }

    /// <summary>Hangs the terminal on a token: it ends when the token does, or when its bearer may not use terminals any more.</summary>
    public async Task WatchAsync(TokenGuard guard, string token, string projectId)
    {
        var watch = new TokenWatch(guard, token, time, bearer => bearer.UserId == UserId && bearer.MayUseTerminal(projectId));
        TokenWatch? before;
        lock (_gate)
        {
            // Once ended there is nothing to hang on a token any more.
            before = _end is null ? _watch : watch;
            _watch = _end is null ? watch : _watch;
        }

        watch.Ended.Register(() =>
        {
            if (_watch == watch)
            {
                End(watch.RightLost ? "right_lost" : "token_ended");
            }
        });
        if (before is not null)
        {
            await before.DisposeAsync();
        }
    }

    public void Say(string code, string words)
    {
        lock (_gate)
        {
            _viewer?.Say(new TerminalFrame { Notice = new TerminalNotice(code, words) });
        }
    }

    /// <summary>Gives the terminal to a new viewer; the one before, if any, is told and leaves.</summary>
    /// <param name="offset">How many bytes the viewer has already, counted from the terminal's beginning; 0 for a screen that is empty.</param>
    public TerminalViewer Attach(System.Net.WebSockets.WebSocket socket, long offset)
    {
        lock (_gate)
        {
            var kept = _ring.ReplayFrom(Replay);
            var from = offset > 0 && offset >= kept && offset <= _ring.Total ? offset : kept;
            var viewer = new TerminalViewer(socket, from);
            viewer.Say(new TerminalFrame { Attached = new TerminalAttached(from, _ring.Total, Math.Max(0, from - Math.Min(offset, _ring.Total))) });
            _viewer?.Take();
            _viewer = viewer;
            if (_end is null)
            {
                _grace?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }

            return viewer;
        }
    }

    /// <summary>The viewer's connection is gone; the terminal waits for the next.</summary>
    public void Leave(TerminalViewer viewer)
    {
        lock (_gate)
        {
            if (_viewer == viewer)
            {
                _viewer = null;
                _room.Set();
                if (_end is null)
                {
                    _grace?.Change(limits.Grace, Timeout.InfiniteTimeSpan);
                }
            }
        }
    }

    /// <summary>The next bytes for a viewer, as far as it keeps up.</summary>
    /// <returns>How many; and how it ended, once there are no more.</returns>
    public (int Count, TerminalEnd? End) Next(TerminalViewer viewer, Span<byte> into)
    {
        lock (_gate)
        {
            // The last bytes come without being asked for: there are few, and nobody waits behind them.
            if (_end is null && viewer.Sent - viewer.Acked >= TerminalViewer.Window)
            {
                return (0, null);
            }

            var count = _ring.Copy(Math.Max(viewer.Sent, _ring.Oldest), into);
            viewer.Sent = Math.Max(viewer.Sent, _ring.Oldest) + count;
            return (count, count == 0 ? _end : null);
        }
    }

    public void Acknowledge(TerminalViewer viewer, long drawn)
    {
        lock (_gate)
        {
            viewer.Acked = Math.Clamp(drawn, viewer.Acked, viewer.Sent);
        }

        viewer.Changed.Set();
        _room.Set();
    }

    public Task ResizeAsync(int cols, int rows, CancellationToken cancellationToken)
    {
        if (recorder?.Resize(cols, rows) is { } unrecorded)
        {
            End(unrecorded);
        }

        return exec.ResizeAsync(cols, rows, cancellationToken);
    }

    /// <summary>Takes what was typed. Beyond what may wait it is dropped, and the viewer told so.</summary>
    public void Type(byte[] bytes)
    {
        _idle?.Change(limits.Idle, Timeout.InfiniteTimeSpan);
        if (Interlocked.Add(ref _inputWaiting, bytes.Length) > MostInput)
        {
            Interlocked.Add(ref _inputWaiting, -bytes.Length);
            Say("input_lost", "Input was dropped: what runs in the terminal does not read so much at once.");
            return;
        }

        _input.Writer.TryWrite(bytes);
    }

    public async ValueTask DisposeAsync()
    {
        _idle?.Dispose();
        _grace?.Dispose();
        exec.Dispose();
        if (_watch is { } watch)
        {
            await watch.DisposeAsync();
        }

        _stop.Dispose();
    }

    private void EndIfLeft()
    {
        lock (_gate)
        {
            if (_viewer is not null)
            {
                return;
            }
        }

        End("left");
    }

    private async Task ReadOutputAsync()
    {
        var buffer = new byte[ReadSize];
        try
        {
            while (true)
            {
                while (IsViewerBehind())
                {
                    await _room.WaitAsync(_stop.Token);
                }

                var count = await exec.ReadAsync(buffer, _stop.Token);
                if (count == 0)
                {
                    End("exit");
                    return;
                }

                // Before anybody sees it.
                if (recorder?.Output(buffer.AsSpan(0, count)) is { } unrecorded)
                {
                    End(unrecorded);
                    return;
                }

                lock (_gate)
                {
                    _ring.Append(buffer.AsSpan(0, count));
                    _viewer?.Changed.Set();
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // It ends.
        }
        catch (Exception lost) when (lost is IOException or ObjectDisposedException or System.Net.Sockets.SocketException)
        {
            End("engine_lost");
        }
    }

    private bool IsViewerBehind()
    {
        lock (_gate)
        {
            return _viewer is { } viewer && _ring.Total - viewer.Acked >= TerminalViewer.Window;
        }
    }

    private async Task WriteInputAsync()
    {
        try
        {
            await foreach (var bytes in _input.Reader.ReadAllAsync(_stop.Token))
            {
                await exec.WriteAsync(bytes, _stop.Token);
                Interlocked.Add(ref _inputWaiting, -bytes.Length);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException or ObjectDisposedException or System.Net.Sockets.SocketException)
        {
            // The reader of the output learns why.
        }
    }
}
