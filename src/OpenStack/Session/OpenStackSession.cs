using OpenStack.Glance;
using OpenStack.Keystone;
using OpenStack.Nova;
using OpenStack.Placement;

namespace OpenStack.Session;

/// <summary>
/// A scoped token with its catalog, and the clients that speak with it. Cheap to make: connections are pooled by the handler that it is given.
/// </summary>
public sealed class OpenStackSession
{
    private readonly HttpMessageHandler _handler;

    /// <param name="handler">The pooled handler that all sessions share; never disposed by the session.</param>
    /// <param name="region">Endpoints of other regions are not used; null takes the first.</param>
    public OpenStackSession(HttpMessageHandler handler, string token, TokenBody body, string? region = null)
    {
        _handler = handler;
        Token = token;
        Body = body;
        Region = region;
        Nova = Client<INovaApi>("compute");
        Glance = Client<IGlanceApi>("image");
        Placement = Client<IPlacementApi>("placement");
    }

    /// <summary>The token itself. It goes into request headers and nowhere else.</summary>
    public string Token { get; }
    public TokenBody Body { get; }
    public string? Region { get; }
    public INovaApi Nova { get; }
    public IGlanceApi Glance { get; }
    public IPlacementApi Placement { get; }

    public bool Has(string serviceType) => Endpoint(serviceType) is not null;

    /// <summary>The public address of a service in this session's region, as our clients take it; null when the catalog has none.</summary>
    public Uri? Endpoint(string serviceType)
    {
        var endpoint = Body.Catalog.Where(s => s.Type == serviceType).SelectMany(s => s.Endpoints)
            .FirstOrDefault(e => e.Interface == "public" && (Region is null || e.RegionId == Region || e.Region == Region));
        return endpoint is null ? null : EndpointAddress.Of(serviceType, endpoint.Url);
    }

    private T Client<T>(string serviceType)
    {
        var endpoint = Endpoint(serviceType);
        HttpMessageHandler calls = endpoint is null ? new NotInCatalog(serviceType, Region) : new FaultHandler(serviceType, serviceType == "compute" ? new MicroversionHandler(_handler, endpoint) : _handler);
        var http = new HttpClient(calls, disposeHandler: false)
        {
            BaseAddress = endpoint ?? new Uri($"http://{serviceType}.not-in-catalog.invalid"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        http.DefaultRequestHeaders.Add("X-Auth-Token", Token);
        return KeystoneClient.Generated<T>(http);
    }
}
