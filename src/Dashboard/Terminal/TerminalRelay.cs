using System.Net;
using System.Net.WebSockets;
using Dashboard.Hosting;
using Dashboard.SignIn;
using Dashboard.Telemetry;
using DriverHost.Client;

namespace Dashboard.Terminal;

/// <summary>
/// Passes a terminal on between the browser and the driver host, as a WebSocket: binary frames are the terminal's bytes, text frames a <see cref="TerminalFrame"/>.
/// The driver host decides by the user's own token, which stays here; the connection ends when the sign-in does.
/// </summary>
internal sealed class TerminalRelay(DashboardSession session, DashboardMetrics metrics, IHostApplicationLifetime lifetime) : IDisposable
{
    private const int MostMessage = 64 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    // A WebSocket takes one message at a time: the viewer's, or a renewed token.
    private readonly SemaphoreSlim _sending = new(1);

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/terminals/{instanceId}/{terminalId}", (HttpContext context, string instanceId, string terminalId, TerminalRelay relay) => relay.RunAsync(context, instanceId, terminalId));

    public void Dispose() => _sending.Dispose();

    /// <summary>Takes the driver host's <c>offset</c>: how many bytes the viewer has already.</summary>
    private async Task RunAsync(HttpContext context, string instanceId, string terminalId)
    {
        if (!Guid.TryParse(instanceId, out _))
        {
            await Relay.RefuseAsync(context, HttpStatusCode.NotFound, "There is no such instance.");
            return;
        }

        if (!context.WebSockets.IsWebSocketRequest)
        {
            // Says no more than it says of a foreign instance.
            await Relay.RefuseAsync(context, HttpStatusCode.NotFound, "A terminal is opened as a WebSocket, by the page of its instance.");
            return;
        }

        // A browser always says whose page opens a WebSocket; what says nothing is none. Other origins are refused for every address, in SecurityHeaders.
        if (context.Request.Headers.Origin is not [{ Length: > 0 } origin] || !Uri.TryCreate(origin, UriKind.Absolute, out var from) || from.Authority != context.Request.Host.Value)
        {
            await Relay.RefuseAsync(context, HttpStatusCode.Forbidden, "A terminal is opened by the dashboard's own page.");
            return;
        }

        _ = long.TryParse(context.Request.Query["offset"], out var offset);
        using var browser = await context.WebSockets.AcceptWebSocketAsync();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, session.Ended, lifetime.ApplicationStopping);
        try
        {
            var host = await session.Hosts.OfAsync(instanceId, ending.Token);
            using var terminal = await host.AttachTerminalAsync(instanceId, terminalId, Math.Max(0, offset), ending.Token);
            metrics.RelayBegins("terminal");
            try
            {
                await PassAsync(browser, terminal, host, ending.Token);
            }
            finally
            {
                metrics.RelayEnds("terminal");
            }
        }
        catch (DriverHostException refused) when (refused.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden)
        {
            // A browser learns no status of a WebSocket that is refused: it is told in a frame.
            await SayEndAsync(browser, refused.StatusCode == HttpStatusCode.NotFound
                ? new TerminalEnd("gone", null, "This terminal has ended.")
                : new TerminalEnd("right_lost", null, "You may not use terminals of this instance any more."));
        }
        catch (Exception broken) when (broken is DriverHostException or WebSocketException or OperationCanceledException or IOException)
        {
            // The viewer left, or the driver host went: a viewer that is still there comes again with its offset.
        }

        if (session.HasEnded)
        {
            await SayEndAsync(browser, new TerminalEnd("token_ended", null, "The sign-in ended, so the terminal was closed."));
        }

        await CloseAsync(browser);
        await DrainAsync(browser);
    }

    private async Task PassAsync(WebSocket browser, WebSocket terminal, DriverHostClient host, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        void Renew() => _ = RenewAsync(terminal, host, over.Token);
        session.SessionRenewed += Renew;
        var down = DownAsync(terminal, browser, over.Token);
        var up = UpAsync(browser, terminal, over.Token);
        try
        {
            await await Task.WhenAny(down, up);
        }
        finally
        {
            session.SessionRenewed -= Renew;
            // A cancelled receive aborts its socket, and an aborted socket takes the last frames with it. So when the terminal ended, the browser's goes down in
            // order: it is told, and waited for.
            if (down.IsCompleted)
            {
                await CloseAsync(browser);
                await up.WaitAsync(Patience, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            await over.CancelAsync();
            await Task.WhenAll(down, up).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>From the terminal to the browser.</summary>
    private static async Task DownAsync(WebSocket terminal, WebSocket browser, CancellationToken cancellationToken)
    {
        var buffer = new byte[MostMessage];
        while (true)
        {
            var part = await terminal.ReceiveAsync(buffer.AsMemory(), cancellationToken);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return;
            }

            await browser.SendAsync(buffer.AsMemory(0, part.Count), part.MessageType, part.EndOfMessage, cancellationToken);
        }
    }

    /// <summary>From the browser to the terminal: what is typed, the size and what is drawn. Nothing else goes through.</summary>
    private async Task UpAsync(WebSocket browser, WebSocket terminal, CancellationToken cancellationToken)
    {
        var buffer = new byte[MostMessage];
        while (true)
        {
            var count = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await browser.ReceiveAsync(buffer.AsMemory(count), cancellationToken);
                count += part.Count;
            }
            while (!part.EndOfMessage && count < buffer.Length);

            if (part.MessageType == WebSocketMessageType.Close || !part.EndOfMessage)
            {
                return;
            }

            if (part.MessageType == WebSocketMessageType.Binary)
            {
                await SendAsync(terminal, buffer.AsMemory(0, count), WebSocketMessageType.Binary, cancellationToken);
            }
            else if (TerminalFrame.TryParse(buffer.AsSpan(0, count)) is { } frame)
            {
                await SendAsync(terminal, new TerminalFrame { Ack = frame.Ack, Resize = frame.Resize }.ToBytes(), WebSocketMessageType.Text, cancellationToken);
            }
            else
            {
                return;
            }
        }
    }

    private async Task SendAsync(WebSocket terminal, ReadOnlyMemory<byte> bytes, WebSocketMessageType type, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken);
        try
        {
            await terminal.SendAsync(bytes, type, endOfMessage: true, cancellationToken);
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task RenewAsync(WebSocket terminal, DriverHostClient host, CancellationToken cancellationToken)
    {
        try
        {
            await _sending.WaitAsync(cancellationToken);
            try
            {
                await host.RenewTerminalAsync(terminal, cancellationToken);
            }
            finally
            {
                _sending.Release();
            }
        }
        catch (Exception over) when (over is OperationCanceledException or WebSocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The connection has just ended; the next one bears the new token.
        }
    }

    private static async Task SayEndAsync(WebSocket browser, TerminalEnd end)
    {
        using var patience = new CancellationTokenSource(Patience);
        if (browser.State == WebSocketState.Open)
        {
            await browser.SendAsync(new ArraySegment<byte>(new TerminalFrame { End = end }.ToBytes()), WebSocketMessageType.Text, endOfMessage: true, patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task CloseAsync(WebSocket browser)
    {
        using var patience = new CancellationTokenSource(Patience);
        if (browser.State is WebSocketState.Open or WebSocketState.CloseReceived)
        {
            await browser.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Until the browser has closed too: what it sent meanwhile and nobody read would cut the connection before it has read the end.
    private static async Task DrainAsync(WebSocket browser)
    {
        using var patience = new CancellationTokenSource(Patience);
        var buffer = new byte[1024];
        try
        {
            while (browser.State == WebSocketState.CloseSent && (await browser.ReceiveAsync(buffer.AsMemory(), patience.Token)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or IOException)
        {
            // It left without a word.
        }
    }
}
