using OpenStack.Errors;

namespace OpenStack.Session;

/// <summary>Turns every refusal and every missing answer into the one exception of this library.</summary>
internal sealed class FaultHandler(string service, HttpMessageHandler shared) : HttpMessageHandler
{
    private const int Attempts = 3;
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
            response = await SendOrRepeatAsync(request, cancellationToken);
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

    /// <summary>
    /// A server may close an idle connection in the moment in which it is used again. What reads is then repeated by .NET itself, a POST is not; to ask for a
    /// token twice does no harm.
    /// </summary>
    private async Task<HttpResponseMessage> SendOrRepeatAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (var left = Attempts - 1; ; left--)
        {
            try
            {
                return await _shared.SendAsync(request, cancellationToken);
            }
            catch (HttpRequestException closed) when (left > 0 && closed.HttpRequestError == HttpRequestError.ResponseEnded && AsksForAToken(request))
            {
                // Once more, over another connection.
            }
        }
    }

    private static bool AsksForAToken(HttpRequestMessage request) =>
        request.Method == HttpMethod.Post && request.RequestUri!.AbsolutePath.EndsWith("/auth/tokens", StringComparison.Ordinal);

    protected override void Dispose(bool disposing)
    {
        _shared.Dispose();
        base.Dispose(disposing);
    }

    private string Name => service switch { "identity" => "Keystone", "image" => "Glance", "compute" => "Nova", "placement" => "Placement", _ => service };
}

/// <summary>Answers for a service that the catalog lacks: in words, at its first call.</summary>
internal sealed class NotInCatalog(string service, string? region) : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        throw new OpenStackException(
            service, request.Method, request.RequestUri, System.Net.HttpStatusCode.NotImplemented, $"This cloud has no service of the type {service}{(region is null ? "" : $" in the region {region}")}.");
}
