using System.Diagnostics;
using DriverHost.Client;
using DriverHost.Http;
using DriverHost.Telemetry;
using Microsoft.Extensions.Hosting;

namespace DriverHost.Containers;

/// <summary>
/// One running operation per instance. An operation is detached from the request that asked for it: a client that goes away does not stop it.
/// </summary>
internal sealed class Operations(InstanceBook book, DriverHostMetrics metrics, TimeProvider time) : IHostedService, IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, RunningOperation> _running = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>The names of those that run.</summary>
    public string[] Running
    {
        get
        {
            lock (_lock)
            {
                return [.. _running.Values.Select(r => r.Name)];
            }
        }
    }

    /// <summary>Begins an operation, or refuses with 409 and the name of the one that runs.</summary>
    public Task Begin(string id, string name, Func<OperationSteps, CancellationToken, Task> work)
    {
        lock (_lock)
        {
            if (_running.TryGetValue(id, out var other))
            {
                throw Busy(id, other);
            }

            return Start(id, name, work);
        }
    }

    /// <summary>Begins an operation, or gives back the one of that name that runs.</summary>
    public Task BeginOrJoin(string id, string name, Func<OperationSteps, CancellationToken, Task> work)
    {
        lock (_lock)
        {
            return _running.TryGetValue(id, out var running) && running.Name == name ? running.Task : Begin(id, name, work);
        }
    }

    /// <summary>Cancels whatever runs, waits for its end, and begins this instead. Only delete may do that. A second delete joins the first.</summary>
    public async Task BeginInsteadAsync(string id, string name, Func<OperationSteps, CancellationToken, Task> work)
    {
        while (true)
        {
            RunningOperation other;
            Task mine;
            lock (_lock)
            {
                if (!_running.TryGetValue(id, out var found))
                {
                    mine = Start(id, name, work);
                    other = null!;
                }
                else
                {
                    other = found;
                    mine = found.Name == name ? found.Task : Task.CompletedTask;
                }
            }

            if (other is null || other.Name == name)
            {
                await mine;
                return;
            }

            await other.Cancellation.CancelAsync();
            await other.Task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        Task[] left;
        lock (_lock)
        {
            left = [.. _running.Values.Select(r => r.Task)];
        }

        await Task.WhenAll(left).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _stopping.Dispose();

    // Called under the lock: the entry stands before the work begins.
    private Task Start(string id, string name, Func<OperationSteps, CancellationToken, Task> work)
    {
        var cancellation = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        var steps = new OperationSteps(book, id, name, time.GetUtcNow());
        var running = new RunningOperation(name, steps, cancellation);
        _running[id] = running;
        running.Task = Task.Run(
            async () =>
            {
                var began = time.GetTimestamp();
                var outcome = "ok";
                using var span = Traces.Start($"instance {name}", "instance.id", id);
                try
                {
                    steps.Now("starting");
                    await work(steps, cancellation.Token);
                }
                catch (Exception failed)
                {
                    outcome = cancellation.IsCancellationRequested ? "cancelled" : "failed";
                    Traces.Fail(span, failed);
                    throw;
                }
                finally
                {
                    metrics.OperationEnded(name, time.GetElapsedTime(began), outcome);
                    lock (_lock)
                    {
                        _running.Remove(id);
                    }

                    book.SetOperation(id, null);
                    cancellation.Dispose();
                }
            },
            CancellationToken.None);
        return running.Task;
    }

    private static DriverFailure Busy(string id, RunningOperation other) =>
        DriverFailure.Conflict("busy", $"Instance {id} is busy: {other.Name} runs ({other.Steps.Current}). Try again when it has ended.");

    private sealed class RunningOperation(string name, OperationSteps steps, CancellationTokenSource cancellation)
    {
        public string Name { get; } = name;
        public OperationSteps Steps { get; } = steps;
        public CancellationTokenSource Cancellation { get; } = cancellation;
        public Task Task { get; set; } = Task.CompletedTask;
    }
}

/// <summary>Says what an operation does now, for people who watch.</summary>
internal sealed class OperationSteps(InstanceBook book, string id, string name, DateTimeOffset startedAt)
{
    public string Current { get; private set; } = "starting";

    public void Now(string step, long? bytesDone = null, long? bytesTotal = null)
    {
        Current = step;
        Activity.Current?.AddEvent(new ActivityEvent(step));
        book.SetOperation(id, new InstanceOperation(name, step, startedAt, bytesDone, bytesTotal));
    }
}
