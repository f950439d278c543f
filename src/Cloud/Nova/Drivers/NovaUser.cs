using DriverHost.Client;
using OpenStack.Errors;
using OpenStack.Keystone;
using OpenStack.Session;

namespace Cloud.Nova.Drivers;

/// <summary>Nova's own user: signs in at our Keystone over HTTP, as any client would, when first needed and again before its token ends.</summary>
internal sealed class NovaUser(CloudOptions options, TimeProvider time) : IDisposable
{
    private readonly SocketsHttpHandler _handler = new() { ConnectTimeout = TimeSpan.FromSeconds(10) };
    private readonly SemaphoreSlim _signingIn = new(1, 1);
    private OpenStackSession? _session;

    /// <summary>A token that is good for two more minutes at least.</summary>
    public async ValueTask<string> TokenAsync(CancellationToken cancellationToken)
    {
        if (Current() is { } current)
        {
            return current.Token;
        }

        await _signingIn.WaitAsync(cancellationToken);
        try
        {
            return (Current() ?? (_session = await SignInAsync(cancellationToken))).Token;
        }
        finally
        {
            _signingIn.Release();
        }
    }

    public void Forget() => _session = null;

    private OpenStackSession? Current() => _session is { } s && s.Body.ExpiresAt - time.GetUtcNow() > TimeSpan.FromMinutes(2) ? s : null;

    private async Task<OpenStackSession> SignInAsync(CancellationToken cancellationToken)
    {
        try
        {
            var password = (await File.ReadAllTextAsync(Path.Combine(options.DataPath, "secrets", "nova.password"), cancellationToken)).Trim();
            return await new KeystoneClient(_handler, new Uri($"{options.Url.ToString().TrimEnd('/')}/identity/v3"))
                .SignInAsync(AuthRequest.Password("nova", password, "Default", "service"), null, cancellationToken);
        }
        catch (Exception refused) when (refused is OpenStackException or IOException or UnauthorizedAccessException)
        {
            throw new DriverHostException(null, "no_token", $"Nova's own user could not sign in, so the driver host cannot be asked: {refused.Message}", refused);
        }
    }

    public void Dispose()
    {
        _handler.Dispose();
        _signingIn.Dispose();
    }
}
