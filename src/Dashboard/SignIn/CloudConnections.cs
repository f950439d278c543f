using DriverHost.Client;
using OpenStack.Session;

namespace Dashboard.SignIn;

/// <summary>The pooled connections to the cloud and to the driver host that all sessions share.</summary>
internal sealed class CloudConnections : IDisposable
{
    private readonly HttpMessageHandler _handler;
    private readonly HttpClient _driverHost;

    public CloudConnections(IConfiguration configuration)
        : this(
            new SocketsHttpHandler { PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1), PooledConnectionLifetime = TimeSpan.FromMinutes(5), UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(10) },
            DriverHostClient.CreateHttp(new Uri(configuration["DriverHost:Url"]!)),
            new Uri(configuration["Keystone:AuthUrl"]!),
            configuration["Cloud:Region"])
    {
    }

    /// <param name="handler">Where every call to Keystone, Nova and Glance goes through; tests bring their own.</param>
    public CloudConnections(HttpMessageHandler handler, HttpClient driverHost, Uri authUrl, string? region)
    {
        _handler = handler;
        _driverHost = driverHost;
        AuthUrl = authUrl;
        Region = string.IsNullOrEmpty(region) ? null : region;
        Keystone = new KeystoneClient(handler, authUrl);
    }

    public Uri AuthUrl { get; }
    public string? Region { get; }
    public KeystoneClient Keystone { get; }

    /// <param name="unauthorized">Called when a service no longer takes the token.</param>
    public OpenStackSession OpenStack(SignedInSession session, Action unauthorized) =>
        new(new UnauthorizedHandler(_handler, unauthorized), session.Token, session.Body, Region);

    public DriverHostClient DriverHost(SignedInSession session) => new(_driverHost, _ => ValueTask.FromResult(session.Token));

    public void Dispose()
    {
        _driverHost.Dispose();
        _handler.Dispose();
    }
}

/// <summary>Notices the 401 that says a token was revoked or has run out.</summary>
internal sealed class UnauthorizedHandler(HttpMessageHandler shared, Action unauthorized) : HttpMessageHandler
{
    private readonly HttpMessageInvoker _shared = new(shared, disposeHandler: false);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await _shared.SendAsync(request, cancellationToken);
        if (response.StatusCode == System.Net.HttpStatusCode.Unauthorized)
        {
            unauthorized();
        }

        return response;
    }

    protected override void Dispose(bool disposing)
    {
        _shared.Dispose();
        base.Dispose(disposing);
    }
}
