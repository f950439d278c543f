using OpenStack.Session;

namespace Dashboard.SignIn;

/// <summary>The pooled connections to the cloud that all sessions share.</summary>
internal sealed class CloudConnections : IDisposable
{
    private readonly HttpMessageHandler _handler;

    public CloudConnections(IConfiguration configuration)
        : this(
            new SocketsHttpHandler { PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1), PooledConnectionLifetime = TimeSpan.FromMinutes(5), UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(10) },
            new Uri(configuration["Keystone:AuthUrl"]!),
            configuration["Keystone:Region"])
    {
    }

    /// <param name="handler">Where every call to Keystone, Nova and Glance goes through; tests bring their own.</param>
    public CloudConnections(HttpMessageHandler handler, Uri authUrl, string? region)
    {
        _handler = handler;
        Region = string.IsNullOrEmpty(region) ? null : region;
        Keystone = new KeystoneClient(handler, authUrl);
    }

    /// <summary>With its version.</summary>
    public Uri AuthUrl => Keystone.AuthUrl;

    /// <summary>The one that an operator chose for everybody; null: each person chooses among those of the cloud.</summary>
    public string? Region { get; }
    public KeystoneClient Keystone { get; }

    public OpenStackSession OpenStack(SessionUse use) => new(new SessionHandler(_handler, use), use.Session.Token, use.Session.Body, RegionOf(use.Session));

    private string? RegionOf(SignedInSession session)
    {
        var regions = CatalogRegions.Of(session.Body);
        return Region ?? (session.Region is { } chosen && regions.Contains(chosen) ? chosen : regions is [var first, ..] ? first : null);
    }

    /// <summary>Asks Keystone for its version, which needs no token. Throws what an HTTP call throws.</summary>
    public async Task PingKeystoneAsync(CancellationToken cancellationToken)
    {
        using var invoker = new HttpMessageInvoker(_handler, disposeHandler: false);
        using var request = new HttpRequestMessage(HttpMethod.Get, AuthUrl);
        using var answer = await invoker.SendAsync(request, cancellationToken);
        if ((int)answer.StatusCode >= 500)
        {
            throw new HttpRequestException($"Keystone answered {(int)answer.StatusCode}.");
        }
    }

    public void Dispose() => _handler.Dispose();
}

/// <summary>Bears the session's present token on each call, for a renewed sign-in has a new one, and notices the 401 that casts doubt on it.</summary>
internal sealed class SessionHandler(HttpMessageHandler shared, SessionUse use) : HttpMessageHandler
{
    private const string AuthToken = "X-Auth-Token";
    private readonly HttpMessageInvoker _shared = new(shared, disposeHandler: false);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Remove(AuthToken);
        request.Headers.Add(AuthToken, use.Session.Token);
        var response = await _shared.SendAsync(request, cancellationToken);
        if (response.StatusCode == System.Net.HttpStatusCode.Unauthorized)
        {
            use.Doubt();
        }

        return response;
    }

    protected override void Dispose(bool disposing)
    {
        _shared.Dispose();
        base.Dispose(disposing);
    }
}
