using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using DriverHost.Http;
using OpenStack.Errors;

namespace DriverHost.Auth;

/// <summary>
/// Asks Keystone who bears a token. An answer is believed for five seconds, so a revoked token is out within five.
/// Tokens are remembered by their hash only.
/// </summary>
internal sealed class TokenGuard(ServiceUser serviceUser, TimeProvider time)
{
    private static readonly TimeSpan Believed = TimeSpan.FromSeconds(5);
    private const int MostEntries = 4096;
    private readonly ConcurrentDictionary<string, Entry> _known = new();

    /// <returns>Null when the token is not valid.</returns>
    public async ValueTask<DriverCaller?> FindAsync(string token, CancellationToken cancellationToken)
    {
        var key = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        var now = time.GetUtcNow();
        if (_known.TryGetValue(key, out var entry) && now < entry.Until)
        {
            return entry.Caller is { } known && known.ExpiresAt > now ? known : null;
        }

        var caller = await AskAsync(token, cancellationToken);
        Trim(now);
        _known[key] = new Entry(caller, now + Believed);
        return caller is not null && caller.ExpiresAt > now ? caller : null;
    }

    public static DriverFailure Unauthorized() =>
        new(401, "unauthorized", "Send a valid Keystone token in the header X-Auth-Token.");

    private Task<DriverCaller?> AskAsync(string token, CancellationToken cancellationToken) => serviceUser.WithSessionAsync(
        async session =>
        {
            try
            {
                using var answer = await serviceUser.Keystone.ValidateTokenAsync(session.Token, token, cancellationToken);
                if (answer.IsSuccessStatusCode && answer.Content is { } content)
                {
                    var body = content.Token;
                    return new DriverCaller
                    {
                        UserId = body.User.Id,
                        UserName = body.User.Name,
                        ProjectId = body.Project?.Id,
                        Roles = body.Roles.Select(r => r.Name).ToHashSet(StringComparer.Ordinal),
                        ExpiresAt = body.ExpiresAt,
                    };
                }

                throw answer.Error?.InnerException ?? (Exception?)answer.Error ?? new DriverFailure(503, "keystone_refused", "Keystone did not say whose token this is.");
            }
            catch (OpenStackException refused) when (refused.StatusCode == System.Net.HttpStatusCode.NotFound)
            {
                return (DriverCaller?)null;
            }
            catch (OpenStackException refused) when (refused.StatusCode != System.Net.HttpStatusCode.Unauthorized)
            {
                throw refused.Unreachable
                    ? new DriverFailure(503, "keystone_unreachable", "Keystone does not answer, so nobody can be let in. Try again when it does.", refused)
                    : new DriverFailure(503, "keystone_refused", $"Keystone did not say whose token this is: {refused.Message}", refused);
            }
        },
        cancellationToken);

    private void Trim(DateTimeOffset now)
    {
        if (_known.Count < MostEntries)
        {
            return;
        }

        foreach (var (key, entry) in _known)
        {
            if (entry.Until <= now)
            {
                _known.TryRemove(key, out _);
            }
        }

        if (_known.Count >= MostEntries)
        {
            _known.Clear();
        }
    }

    private sealed record Entry(DriverCaller? Caller, DateTimeOffset Until);
}
