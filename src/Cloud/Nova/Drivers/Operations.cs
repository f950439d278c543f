using Microsoft.Extensions.Hosting;

namespace Cloud.Nova.Drivers;

/// <summary>
/// What runs in the background for instances. It ends with the cloud; what was not done then is taken up at the next start from the task_state in the books.
/// </summary>
internal sealed class Operations : IHostedService, IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Instance, string Name), Task> _running = [];
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Begins it, unless the same one runs already.</summary>
    public void Begin(string instanceId, string name, Func<CancellationToken, Task> work)
    {
        lock (_lock)
        {
            var key = (instanceId, name);
            if (!_stopping.IsCancellationRequested && !_running.ContainsKey(key))
            {
                _running[key] = Task.Run(() => RunAsync(key, work), CancellationToken.None);
            }
        }
    }

    /// <summary>The operations on that instance other than the named one; null when there are none.</summary>
    public Task? Others(string instanceId, string name)
    {
        lock (_lock)
        {
            Task[] others = [.. _running.Where(r => r.Key.Instance == instanceId && r.Key.Name != name).Select(r => r.Value)];
            return others.Length == 0 ? null : Task.WhenAll(others);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Task[] left;
        lock (_lock)
        {
            _stopping.Cancel();
            left = [.. _running.Values];
        }

        await Task.WhenAll(left).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _stopping.Dispose();

    private async Task RunAsync((string Instance, string Name) key, Func<CancellationToken, Task> work)
    {
        try
        {
            await work(_stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The cloud stops: the books say what is left to do.
        }
        finally
        {
            lock (_lock)
            {
                _running.Remove(key);
            }
        }
    }
}
