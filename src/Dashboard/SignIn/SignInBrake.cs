using System.Collections.Concurrent;

namespace Dashboard.SignIn;

/// <summary>Slows down guessing: so many wrong passwords per address and user, and per address, then a wait. A right password clears its count.</summary>
internal sealed class SignInBrake(TimeProvider time)
{
    public const int PerUser = 5;
    public const int PerAddress = 50;
    private const int Remembered = 10_000;
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, Count> _counts = [];

    /// <returns>How long to wait; null when the attempt may go on. It counts as wrong until <see cref="Succeeded"/>.</returns>
    public TimeSpan? TryEnter(string address, string user)
    {
        var now = time.GetUtcNow();
        Forget(now);
        return Wait(UserKey(address, user), PerUser, now) ?? Wait(address, PerAddress, now);
    }

    public void Succeeded(string address, string user)
    {
        _counts.TryRemove(UserKey(address, user), out _);
        _counts.AddOrUpdate(address, _ => new Count(0, time.GetUtcNow()), (_, c) => c with { Attempts = Math.Max(0, c.Attempts - 1) });
    }

    private TimeSpan? Wait(string key, int limit, DateTimeOffset now)
    {
        var count = _counts.AddOrUpdate(key, _ => new Count(1, now), (_, c) => now - c.Since >= Window ? new Count(1, now) : c with { Attempts = c.Attempts + 1 });
        return count.Attempts > limit ? count.Since + Window - now : null;
    }

    private void Forget(DateTimeOffset now)
    {
        if (_counts.Count < Remembered)
        {
            return;
        }

        foreach (var old in _counts.Where(c => now - c.Value.Since >= Window))
        {
            _counts.TryRemove(old);
        }
    }

    private static string UserKey(string address, string user) => $"{address}\n{user.ToUpperInvariant()}";

    private sealed record Count(int Attempts, DateTimeOffset Since);
}
