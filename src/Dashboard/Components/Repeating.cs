namespace Dashboard.Components;

/// <summary>Does something again and again, one at a time, until it is disposed. Disposing waits for the last round.</summary>
internal sealed class Repeating : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly Task _running;

    private Repeating(Func<CancellationToken, Task> loop) => _running = loop(_end.Token);

    /// <param name="act">May throw only what <paramref name="fail"/> is to hear of, once; then it ends.</param>
    public static Repeating Every(TimeSpan period, TimeProvider time, Func<Task> act, Func<Exception, Task> fail) => new(async cancellationToken =>
    {
        using var timer = new PeriodicTimer(period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                await act();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Disposed.
        }
        catch (Exception unforeseen)
        {
            await fail(unforeseen);
        }
    });

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _running;
        _end.Dispose();
    }
}
