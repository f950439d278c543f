namespace DriverHost.Alerts;

/// <summary>Wakes whoever waits. What rings between a look and a wait is not lost: take <see cref="Next"/> before the look.</summary>
internal sealed class AlertBell
{
    private TaskCompletionSource _next = New();

    public Task Next => Volatile.Read(ref _next).Task;

    public void Ring() => Interlocked.Exchange(ref _next, New()).SetResult();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
