using System.Net;
using System.Net.WebSockets;
using DriverHost.Client;

namespace Dashboard.Tests.Terminal;

/// <summary>The WebSocket between browser and dashboard: who gets one.</summary>
public sealed class TerminalRelayTests(DashboardFixture dashboard) : IClassFixture<DashboardFixture>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("null")]
    [InlineData("http://127.0.0.1:9")]
    public async Task Socket_NotOfItsOwnPage_IsRefused(string? origin)
    {
        using var visitor = await dashboard.SignedInAsync();

        Assert.Equal(HttpStatusCode.Forbidden, await RefusedAsync(visitor, origin));
    }

    [Fact]
    public async Task Socket_NobodySignedIn_IsRefused()
    {
        using var visitor = dashboard.Visit();

        Assert.Equal(HttpStatusCode.Unauthorized, await RefusedAsync(visitor, Own));
    }

    [Fact]
    public async Task Socket_OfATerminalThatIsNotThere_SaysItsEndInAFrame()
    {
        using var visitor = await dashboard.SignedInAsync();
        using var socket = Socket(visitor, Own);
        await socket.ConnectAsync(Address, Cancelled);

        var buffer = new byte[1024];
        var read = await socket.ReceiveAsync(buffer.AsMemory(), Cancelled);

        Assert.Equal(new TerminalEnd("gone", null, "This terminal has ended."), TerminalFrame.TryParse(buffer.AsSpan(0, read.Count))!.End);
        Assert.Equal(WebSocketMessageType.Close, (await socket.ReceiveAsync(buffer.AsMemory(), Cancelled)).MessageType);
    }

    private string Own => dashboard.Url.GetLeftPart(UriPartial.Authority);

    private Uri Address => new(new Uri(Own.Replace("http://", "ws://", StringComparison.Ordinal)), $"/terminals/{Guid.NewGuid()}/0123");

    private async Task<HttpStatusCode> RefusedAsync(Visitor visitor, string? origin)
    {
        using var socket = Socket(visitor, origin);
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(Address, Cancelled));
        return socket.HttpStatusCode;
    }

    private ClientWebSocket Socket(Visitor visitor, string? origin)
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.Cookies = new CookieContainer();
        socket.Options.Cookies.Add(dashboard.Url, visitor.Cookies);
        if (origin is not null)
        {
            socket.Options.SetRequestHeader("Origin", origin);
        }

        return socket;
    }
}
