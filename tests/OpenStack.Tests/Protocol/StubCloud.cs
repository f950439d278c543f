using OpenStack.Keystone;
using OpenStack.Session;
using TestKit;

namespace OpenStack.Tests.Protocol;

/// <summary>A cloud that knows one exchange: it keeps what the client sends, and answers as the sample says.</summary>
internal sealed class StubCloud : HttpMessageHandler
{
    private const string Root = "http://cloud.test";
    private static readonly Dictionary<string, string> Services = new() { ["identity"] = $"{Root}/identity/v3", ["image"] = $"{Root}/image", ["compute"] = $"{Root}/compute/v2.1" };

    private readonly Sample _sample;
    private readonly string _service;
    private HttpRequestMessage? _request;
    private string? _body;

    /// <param name="service">The service type that the sample is about.</param>
    public StubCloud(string service, Sample sample)
    {
        _service = Services[service];
        _sample = sample;
        Session = new OpenStackSession(this, "the-token", new TokenBody
        {
            User = new TokenUser("u", "person", new NamedRef("default", "Default")),
            ExpiresAt = DateTimeOffset.MaxValue,
            Catalog = [.. Services.Select(s => new CatalogEntry(s.Key, s.Key, [new CatalogEndpoint("public", s.Value)]))],
        });
        Keystone = new KeystoneClient(this, new Uri(Services["identity"]));
    }

    public OpenStackSession Session { get; }
    public KeystoneClient Keystone { get; }

    /// <summary>The token that the client sent; null when it sent none.</summary>
    public string? Token => _request!.Headers.TryGetValues("X-Auth-Token", out var values) ? values.Single() : null;

    /// <summary>Fails unless the client sent exactly the sample's request.</summary>
    public void AssertRequest() => _sample.AssertRequest(_request ?? throw new InvalidOperationException("Nothing was sent."), _service, _body);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        _request = request;
        _body = request.Content is { } content ? await content.ReadAsStringAsync(cancellationToken) : null;
        var reply = _sample.Reply();
        reply.RequestMessage = request;
        return reply;
    }
}
