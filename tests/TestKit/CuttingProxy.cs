using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace TestKit;

/// <summary>A network cable between a viewer and the product that a test can pull out and put back.</summary>
public sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, Socket> _open = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly EndPoint _product;
    private readonly Task _accepting;
    private volatile bool _out;

    public CuttingProxy(Uri product)
        : this(new DnsEndPoint(product.Host, product.Port))
    {
    }

    /// <param name="product">Where it listens: an address, or a unix socket.</param>
    public CuttingProxy(EndPoint product)
    {
        _product = product;
        _listener.Start();
        Url = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _accepting = AcceptAsync();
    }

    public Uri Url { get; }

    /// <summary>Every connection breaks, and new ones break at once.</summary>
    public void PullOut()
    {
        _out = true;
        foreach (var (browser, product) in _open)
        {
            browser.Close();
            product.Close();
        }
    }

    public void PutBack() => _out = false;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        PullOut();
        await _accepting;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var carrying = new List<Task>();
        try
        {
            while (true)
            {
                var browser = await _listener.AcceptTcpClientAsync(_stop.Token);
                if (_out)
                {
                    browser.Close();
                    continue;
                }

                carrying.Add(CarryAsync(browser));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(carrying);
        }
    }

    private async Task CarryAsync(TcpClient browser)
    {
        using (browser)
        using (var product = _product is UnixDomainSocketEndPoint ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(SocketType.Stream, ProtocolType.Tcp))
        {
            try
            {
                await product.ConnectAsync(_product, _stop.Token);
                _open[browser] = product;
                await using var inside = new NetworkStream(product);
                await Task.WhenAny(browser.GetStream().CopyToAsync(inside, _stop.Token), inside.CopyToAsync(browser.GetStream(), _stop.Token));
            }
            catch (Exception broken) when (broken is IOException or SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
            {
                // One side went: the other goes, too.
            }
            finally
            {
                _open.TryRemove(browser, out _);
            }
        }
    }
}
