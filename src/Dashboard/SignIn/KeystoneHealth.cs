namespace Dashboard.SignIn;

/// <param name="Answers">False: it refused the connection, failed or stayed silent.</param>
internal sealed record KeystoneAnswer(bool Answers, TimeSpan After);

/// <summary>Whether Keystone answers, for people who are about to type their password. Asked at most once in a few seconds, however many pages are drawn.</summary>
internal sealed class KeystoneHealth(CloudConnections connections, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);
    private readonly Lock _lock = new();
    private Task<KeystoneAnswer>? _last;
    private long _askedAt;

    /// <returns>Null when it is not known within <paramref name="patience"/>.</returns>
    public async Task<KeystoneAnswer?> AskAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            return await Current().WaitAsync(patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private Task<KeystoneAnswer> Current()
    {
        lock (_lock)
        {
            if (_last is null || (_last.IsCompleted && time.GetElapsedTime(_askedAt) >= Fresh))
            {
                _askedAt = time.GetTimestamp();
                _last = AskAsync();
            }

            return _last;
        }
    }

    private async Task<KeystoneAnswer> AskAsync()
    {
        var started = time.GetTimestamp();
        using var limit = new CancellationTokenSource(Limit, time);
        try
        {
            await connections.PingKeystoneAsync(limit.Token);
            return new(true, time.GetElapsedTime(started));
        }
        catch (Exception silent) when (silent is HttpRequestException or OperationCanceledException)
        {
            return new(false, time.GetElapsedTime(started));
        }
    }
}
