namespace DriverHost.Auth;

/// <summary>Looks again and again whether a caller's token is still good, for answers that outlast a request.</summary>
internal sealed class TokenWatch : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private readonly CancellationTokenSource _ended = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;

    public TokenWatch(TokenGuard guard, string token, TimeProvider time) => _watching = WatchAsync(guard, token, time);

    /// <summary>Is cancelled when the token has expired or was revoked: five seconds late, ten at most.</summary>
    public CancellationToken Ended => _ended.Token;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
        _ended.Dispose();
    }

    private async Task WatchAsync(TokenGuard guard, string token, TimeProvider time)
    {
        try
        {
            do
            {
                await Task.Delay(Every, time, _stop.Token);
            }
            while (await guard.FindAsync(token, _stop.Token) is not null);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return;
        }
        catch (Exception)
        {
            // Nobody can say whose token it is: deny first. The caller comes again and gets the reason.
        }

        await _ended.CancelAsync();
    }
}
