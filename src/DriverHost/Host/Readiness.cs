using DriverHost.Http;

namespace DriverHost.Host;

/// <summary>Whether what the last end left behind is in order. Nothing new begins before: it could be taken for a left-over.</summary>
internal sealed class Readiness(TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly TaskCompletionSource _inOrder = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsInOrder => _inOrder.Task.IsCompleted;

    public void SetInOrder() => _inOrder.TrySetResult();

    /// <exception cref="DriverFailure">503: the engine has not answered since the driver host started.</exception>
    public async Task RequireAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _inOrder.Task.WaitAsync(Patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new DriverFailure(503, "engine_unreachable", "The Docker engine of this host has not answered since the driver host started. Check that it runs: systemctl status docker.");
        }
    }
}
