using DriverHost.Http;
using OpenStack.Errors;
using OpenStack.Keystone;
using OpenStack.Session;

namespace DriverHost.Auth;

/// <summary>The driver host's own user at Keystone. Signs in when first needed and again before its token ends.</summary>
internal sealed class ServiceUser(DriverHostOptions options, TimeProvider time) : IDisposable
{
    private readonly SocketsHttpHandler _handler = new() { PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1), ConnectTimeout = TimeSpan.FromSeconds(10) };
    private readonly SemaphoreSlim _signingIn = new(1, 1);
    private OpenStackSession? _session;

    public IKeystoneApi Keystone => field ??= new KeystoneClient(_handler, options.KeystoneUrl).Api;

    /// <summary>A session whose token is good for at least two more minutes.</summary>
    public async ValueTask<OpenStackSession> SessionAsync(CancellationToken cancellationToken)
    {
        if (Current() is { } current)
        {
            return current;
        }

        await _signingIn.WaitAsync(cancellationToken);
        try
        {
            return Current() ?? (_session = await SignInAsync(cancellationToken));
        }
        finally
        {
            _signingIn.Release();
        }
    }

    /// <summary>A session with a caller's own token: what the caller may not see, it does not see.</summary>
    public async ValueTask<OpenStackSession> ForAsync(string callersToken, CancellationToken cancellationToken) =>
        new(_handler, callersToken, (await SessionAsync(cancellationToken)).Body, options.Region);

    /// <summary>Keystone no longer takes this session's token: the next call signs in anew.</summary>
    public void Forget(OpenStackSession session) => Interlocked.CompareExchange(ref _session, null, session);

    /// <summary>Does the work, once more with a fresh token when Keystone, Glance or the like answers 401.</summary>
    public async Task<T> WithSessionAsync<T>(Func<OpenStackSession, Task<T>> work, CancellationToken cancellationToken)
    {
        var session = await SessionAsync(cancellationToken);
        try
        {
            return await work(session);
        }
        catch (OpenStackException expired) when (expired.StatusCode == System.Net.HttpStatusCode.Unauthorized)
        {
            Forget(session);
            return await work(await SessionAsync(cancellationToken));
        }
    }

    private OpenStackSession? Current() => _session is { } s && s.Body.ExpiresAt - time.GetUtcNow() > TimeSpan.FromMinutes(2) ? s : null;

    private async Task<OpenStackSession> SignInAsync(CancellationToken cancellationToken)
    {
        string password;
        try
        {
            password = (await File.ReadAllTextAsync(options.PasswordFile, cancellationToken)).TrimEnd('\n', '\r');
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new DriverFailure(503, "no_service_password", $"The driver host cannot read its password file {options.PasswordFile}. It needs it to ask Keystone who calls.", unreadable);
        }

        try
        {
            return await new KeystoneClient(_handler, options.KeystoneUrl)
                .SignInAsync(AuthRequest.Password(options.UserName, password, options.DomainName, options.ProjectName), options.Region, cancellationToken);
        }
        catch (OpenStackException refused)
        {
            throw refused.Unreachable
                ? new DriverFailure(503, "keystone_unreachable", $"Keystone at {options.KeystoneUrl} does not answer, so nobody can be let in.", refused)
                : new DriverFailure(503, "keystone_refused", $"Keystone refused the driver host's user {options.UserName}: {refused.Message}", refused);
        }
    }

    public void Dispose()
    {
        _handler.Dispose();
        _signingIn.Dispose();
    }
}
