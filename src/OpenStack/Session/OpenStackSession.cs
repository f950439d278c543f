using OpenStack.Errors;
using OpenStack.Glance;
using OpenStack.Keystone;
using OpenStack.Nova;
using Refit;

namespace OpenStack.Session;

/// <summary>
/// A scoped token with its catalog, and the three clients that speak with it. Cheap to make: connections are pooled by the handler that it is given.
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
    }

    /// <summary>The token itself. It goes into request headers and nowhere else.</summary>
    public string Token { get; }
    public TokenBody Body { get; }
    public string? Region { get; }
    public INovaApi Nova { get; }
    public IGlanceApi Glance { get; }

    public bool Has(string serviceType) => Endpoint(serviceType) is not null;

    /// <summary>The public address of a service in this session's region; null when the catalog has none.</summary>
    public Uri? Endpoint(string serviceType)
    {
        var endpoint = Body.Catalog.Where(s => s.Type == serviceType).SelectMany(s => s.Endpoints)
            .FirstOrDefault(e => e.Interface == "public" && (Region is null || e.RegionId == Region || e.Region == Region));
        return endpoint is null ? null : new Uri(endpoint.Url);
    }

    private T Client<T>(string serviceType)
    {
        var http = new HttpClient(new FaultHandler(serviceType, _handler), disposeHandler: false)
        {
            // A service that the catalog lacks fails at its first call, in words.
            BaseAddress = new Uri((Endpoint(serviceType) ?? new Uri($"http://{serviceType}.not-in-catalog.invalid")).ToString().TrimEnd('/')),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        http.DefaultRequestHeaders.Add("X-Auth-Token", Token);
        return KeystoneClient.Generated<T>(http);
    }
}

/// <summary>Signs in at a Keystone.</summary>
public sealed class KeystoneClient
{
    private readonly HttpMessageHandler _handler;

    /// <param name="authUrl">With or without <c>/v3</c>.</param>
    public KeystoneClient(HttpMessageHandler handler, Uri authUrl)
    {
        _handler = handler;
        var address = authUrl.ToString().TrimEnd('/');
        Api = Generated<IKeystoneApi>(new HttpClient(new FaultHandler("identity", handler), disposeHandler: false)
        {
            BaseAddress = new Uri(address.EndsWith("/v3", StringComparison.Ordinal) ? address : address + "/v3"),
            Timeout = TimeSpan.FromSeconds(60),
        });
    }

    public IKeystoneApi Api { get; }

    /// <exception cref="OpenStackException">401: the credentials are wrong; unreachable: Keystone does not answer.</exception>
    public async Task<OpenStackSession> SignInAsync(AuthRequest request, string? region, CancellationToken cancellationToken)
    {
        using var answer = await Api.AuthenticateAsync(request, cancellationToken);
        if (!answer.IsSuccessStatusCode || answer.Content is null)
        {
            throw answer.Error?.InnerException ?? (Exception?)answer.Error ?? new OpenStackException("identity", HttpMethod.Post, null, answer.StatusCode, "Keystone refused to sign in.");
        }

        return new OpenStackSession(_handler, answer.Headers.GetValues("X-Subject-Token").First(), answer.Content.Token, region);
    }

    internal static T Generated<T>(HttpClient http)
    {
        var settings = RefitSettings.ForJsonContext(OpenStackJson.Default);
        // Refit would wrap what FaultHandler throws, and nobody would catch it.
        settings.TransportExceptionFactory = (_, error, _) => error;
        return RestService.ForGenerated<T>(http, settings);
    }
}

/// <summary>Turns every refusal and every missing answer into the one exception of this library.</summary>
internal sealed class FaultHandler(string service, HttpMessageHandler shared) : HttpMessageHandler
{
    private readonly HttpMessageInvoker _shared = new(shared, disposeHandler: false);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is { } body and not StreamContent)
        {
            // So that its length is told: Keystone and others behind WSGI servers read nothing of a chunked body.
            await body.LoadIntoBufferAsync(cancellationToken);
        }

        HttpResponseMessage response;
        try
        {
            response = await _shared.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException unreachable)
        {
            throw new OpenStackException(service, request.Method, request.RequestUri, null, $"{Name} does not answer.", inner: unreachable);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            var words = await response.Content.ReadAsStringAsync(cancellationToken);
            var requestId = response.Headers.TryGetValues("x-openstack-request-id", out var ids) ? ids.FirstOrDefault() : null;
            throw new OpenStackException(service, request.Method, request.RequestUri, response.StatusCode, Fault.Message(words, response.StatusCode), requestId);
        }
    }

    protected override void Dispose(bool disposing)
    {
        _shared.Dispose();
        base.Dispose(disposing);
    }

    private string Name => service switch { "identity" => "Keystone", "image" => "Glance", "compute" => "Nova", _ => service };
}
