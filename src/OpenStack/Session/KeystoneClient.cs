using OpenStack.Errors;
using OpenStack.Keystone;
using Refit;

namespace OpenStack.Session;

/// <summary>Signs in at a Keystone.</summary>
public sealed class KeystoneClient
{
    private readonly HttpMessageHandler _handler;

    /// <param name="authUrl">With or without <c>/v3</c>.</param>
    public KeystoneClient(HttpMessageHandler handler, Uri authUrl)
    {
        _handler = handler;
        AuthUrl = EndpointAddress.Of("identity", authUrl.ToString());
        Api = Generated<IKeystoneApi>(new HttpClient(new FaultHandler("identity", handler), disposeHandler: false)
        {
            BaseAddress = AuthUrl,
            Timeout = TimeSpan.FromSeconds(60),
        });
    }

    /// <summary>Keystone's address with its version.</summary>
    public Uri AuthUrl { get; }

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
