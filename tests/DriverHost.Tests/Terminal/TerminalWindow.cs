using System.Net.WebSockets;
using System.Text;
using DriverHost.Client;

namespace DriverHost.Tests.Terminal;

/// <summary>A viewer of a terminal: what a browser is to it.</summary>
internal sealed class TerminalWindow : IAsyncDisposable
{
    private readonly WebSocket _socket;
    private readonly StringBuilder _text = new();

    private TerminalWindow(WebSocket socket) => _socket = socket;

    /// <summary>How many bytes came, and where they began.</summary>
    public long Offset { get; private set; }
    public TerminalAttached Attached { get; private set; } = null!;
    public TerminalEnd? End { get; private set; }
    public List<TerminalNotice> Notices { get; } = [];
    public bool Acknowledges { get; set; } = true;
    public string Text => _text.ToString();

    public static async Task<TerminalWindow> OpenAsync(DriverHostClient client, string instance, string terminal, long offset = 0)
    {
        var window = new TerminalWindow(await client.AttachTerminalAsync(instance, terminal, offset, TestContext.Current.CancellationToken));
        await window.UntilAsync(() => window.Attached is not null);
        return window;
    }

    public Task TypeAsync(string text) => _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Binary, true, TestContext.Current.CancellationToken);

    public Task SayAsync(TerminalFrame frame) => _socket.SendAsync(frame.ToBytes(), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);

    /// <summary>Reads until the text is there.</summary>
    public Task WaitForAsync(string text) => UntilAsync(() => Text.Contains(text, StringComparison.Ordinal));

    public async Task<TerminalEnd> WaitForEndAsync()
    {
        await UntilAsync(() => End is not null);
        return End!;
    }

    public async Task UntilAsync(Func<bool> holds)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(RunningDriverHost.Patience);
        try
        {
            while (!holds())
            {
                if (!await ReadAsync(patience.Token))
                {
                    throw new InvalidOperationException($"The connection ended; until then came: {Text}");
                }
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"It did not come; this came: {Text}");
        }
    }

    /// <returns>False when the other side closed.</returns>
    public async Task<bool> ReadAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        var read = await _socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
        if (read.MessageType == WebSocketMessageType.Close)
        {
            return false;
        }

        Assert.True(read.EndOfMessage);
        if (read.MessageType == WebSocketMessageType.Binary)
        {
            _text.Append(Encoding.Latin1.GetString(buffer, 0, read.Count));
            Offset += read.Count;
            if (Acknowledges)
            {
                await SayAsync(new TerminalFrame { Ack = Offset });
            }

            return true;
        }

        var frame = TerminalFrame.TryParse(buffer.AsSpan(0, read.Count))!;
        if (frame.Attached is { } attached)
        {
            (Attached, Offset) = (attached, attached.From);
        }

        if (frame.Notice is { } notice)
        {
            Notices.Add(notice);
        }

        End = frame.End ?? End;
        return true;
    }

    /// <summary>Goes without a word, as a browser does whose cable is pulled.</summary>
    public void Cut() => _socket.Abort();

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        _socket.Dispose();
        await ValueTask.CompletedTask;
    }
}
