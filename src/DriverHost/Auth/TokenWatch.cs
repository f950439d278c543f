namespace DriverHost.Auth;

/// <summary>Looks again and again whether a caller's token is still good, for answers that outlast a request.</summary>
internal sealed class TokenWatch : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private readonly CancellationTokenSource _ended = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;

    /// <param name="still">Whether the caller, with the roles of now, may go on; asked each time. Null when a good token is enough.</param>
    public TokenWatch(TokenGuard guard, string token, TimeProvider time, Func<DriverCaller, bool>? still = null) => _watching = WatchAsync(guard, token, time, still ?? (_ => true));

    /// <summary>Is cancelled when the token has expired or was revoked, or the right is gone: five seconds late, ten at most.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Once ended: the token is good, but the caller may not go on.</summary>
    public bool RightLost { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
        _ended.Dispose();
    }

    private async Task WatchAsync(TokenGuard guard, string token, TimeProvider time, Func<DriverCaller, bool> still)
    {
        try
        {
            DriverCaller? caller;
            do
            {
                await Task.Delay(Every, time, _stop.Token);
                caller = await guard.FindAsync(token, _stop.Token);
            }
            while (caller is not null && still(caller));
            RightLost = caller is not null;
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
