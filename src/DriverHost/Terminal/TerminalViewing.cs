using System.Net.WebSockets;
using DriverHost.Auth;
using DriverHost.Client;

namespace DriverHost.Terminal;

/// <summary>One viewer's connection: the terminal's bytes out, what is typed in.</summary>
internal sealed class TerminalViewing(TerminalSession session, TokenGuard guard, string projectId, TimeProvider time)
{
    private const int SendSize = 16 * 1024;
    private const int MostText = 32 * 1024;
    private const int MostBinary = 64 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Returns when the terminal has ended, or the viewer left.</summary>
    public async Task RunAsync(WebSocket socket, long offset, CancellationToken cancellationToken)
    {
        var viewer = session.Attach(socket, offset);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var receiving = ReceiveAsync(viewer, over.Token);
        var sending = SendAsync(viewer, over.Token);
        try
        {
            if (await Task.WhenAny(receiving, sending) == sending && sending.IsCompletedSuccessfully)
            {
                // In order, for a socket that is cut off may take the last bytes with it; but no longer than a peer deserves.
                over.CancelAfter(Patience);
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, over.Token);
                await receiving;
            }
        }
        catch (Exception broken) when (broken is WebSocketException or OperationCanceledException or IOException)
        {
            // The viewer is gone.
        }
        finally
        {
            session.Leave(viewer);
            await over.CancelAsync();
            await Task.WhenAll(receiving, sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (socket.State == WebSocketState.CloseReceived)
        {
            using var patience = new CancellationTokenSource(Patience, time);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task SendAsync(TerminalViewer viewer, CancellationToken cancellationToken)
    {
        var buffer = new byte[SendSize];
        while (true)
        {
            while (viewer.Frames.TryDequeue(out var frame))
            {
                await SendAsync(viewer.Socket, frame, cancellationToken);
            }

            if (viewer.Taken)
            {
                await SendAsync(viewer.Socket, new TerminalFrame { Notice = new TerminalNotice("taken", "Another window has this terminal now.") }, cancellationToken);
                return;
            }

            var (count, end) = session.Next(viewer, buffer);
            if (count > 0)
            {
                await viewer.Socket.SendAsync(buffer.AsMemory(0, count), WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
            }
            else if (end is not null)
            {
                await SendAsync(viewer.Socket, new TerminalFrame { End = end }, cancellationToken);
                return;
            }
            else
            {
                await viewer.Changed.WaitAsync(cancellationToken);
            }
        }
    }

    private async Task ReceiveAsync(TerminalViewer viewer, CancellationToken cancellationToken)
    {
        var buffer = new byte[MostBinary];
        while (true)
        {
            var count = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await viewer.Socket.ReceiveAsync(buffer.AsMemory(count), cancellationToken);
                count += part.Count;
            }
            while (!part.EndOfMessage && count < buffer.Length);

            if (part.MessageType == WebSocketMessageType.Close || !part.EndOfMessage || part.MessageType == WebSocketMessageType.Text && count > MostText)
            {
                return;
            }

            if (part.MessageType == WebSocketMessageType.Binary)
            {
                session.Type(buffer[..count]);
            }
            else if (!await ObeyAsync(viewer, buffer.AsMemory(0, count), cancellationToken))
            {
                return;
            }
        }
    }

    /// <returns>False when it is no frame of ours: the connection ends then.</returns>
    private async Task<bool> ObeyAsync(TerminalViewer viewer, ReadOnlyMemory<byte> text, CancellationToken cancellationToken)
    {
        if (TerminalFrame.TryParse(text.Span) is not { } frame)
        {
            return false;
        }

        if (frame.Ack is { } drawn)
        {
            session.Acknowledge(viewer, drawn);
        }

        if (frame.Resize is { Cols: >= 1 and <= 1000, Rows: >= 1 and <= 1000 } size)
        {
            await session.ResizeAsync(size.Cols, size.Rows, cancellationToken);
        }

        if (frame.Token is { Length: > 0 } token)
        {
            await session.WatchAsync(guard, token, projectId);
        }

        return true;
    }

    private static Task SendAsync(WebSocket socket, TerminalFrame frame, CancellationToken cancellationToken) =>
        socket.SendAsync(frame.ToBytes().AsMemory(), WebSocketMessageType.Text, endOfMessage: true, cancellationToken).AsTask();
}
