using Cloud.Nova.Drivers;
using DriverHost.Client;

namespace Cloud.Nova.Hosts;

/// <summary>What the compute host is and holds, asked now; while it does not answer, as it last was.</summary>
internal sealed class HostFigures(IComputeDriver driver, TimeProvider time)
{
    // The host answers from memory; one that takes longer is as good as down, and a list must not wait for it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private volatile HostRecord? _last;

    /// <returns>Null when it has not answered since this process started.</returns>
    public async Task<HostRecord?> ReadAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            _last = await driver.GetHostAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return _last;
        }
        catch (DriverHostException)
        {
            return _last;
        }

        return _last;
    }
}
