using DriverHost.Client;
using OpenStack.Errors;

namespace Dashboard.Components;

/// <summary>
/// What a page shows of the cloud: asked once, then again on a clock. When a later question fails, the older facts stay and are marked.
/// Used on the renderer's thread only; disposing cancels the question that is under way and waits for its end.
/// </summary>
/// <param name="changed">Draws the page again.</param>
/// <param name="unexpected">Takes what is no refusal of a service: the page's error boundary.</param>
internal sealed class Watched<T>(TimeProvider time, Func<CancellationToken, Task<T>> ask, Action changed, Func<Exception, Task> unexpected) : IAsyncDisposable
    where T : class
{
    private readonly CancellationTokenSource _stop = new();
    private Task _work = Task.CompletedTask;

    /// <summary>Null until the first answer.</summary>
    public T? Value { get; private set; }

    /// <summary>When <see cref="Value"/> was answered.</summary>
    public DateTimeOffset AsOf { get; private set; }

    /// <summary>Why the last question failed; null when it was answered.</summary>
    public Exception? Failure { get; private set; }

    public bool Asking { get; private set; }

    /// <summary>There are facts, but the last question for newer ones failed.</summary>
    public bool Stale => Failure is not null && Value is not null;

    /// <summary>Cancelled when the page goes.</summary>
    public CancellationToken Stopped => _stop.Token;

    /// <param name="every">Null asks once only.</param>
    public void Start(TimeSpan? every) => _work = RunAsync(every);

    /// <summary>Asks now: to retry, or before a decision.</summary>
    public async Task AskAsync()
    {
        Asking = true;
        changed();
        try
        {
            Value = await ask(_stop.Token);
            AsOf = time.GetUtcNow();
            Failure = null;
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return;
        }
        catch (Exception failed) when (failed is OpenStackException or DriverHostException or OperationCanceledException)
        {
            Failure = failed;
        }
        finally
        {
            Asking = false;
        }

        changed();
    }

    private async Task RunAsync(TimeSpan? every)
    {
        try
        {
            await AskAsync();
            if (every is not { } period)
            {
                return;
            }

            using var clock = new PeriodicTimer(period, time);
            while (await clock.WaitForNextTickAsync(_stop.Token))
            {
                await AskAsync();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The page is gone.
        }
        catch (Exception failed)
        {
            await unexpected(failed);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work;
        _stop.Dispose();
    }
}
