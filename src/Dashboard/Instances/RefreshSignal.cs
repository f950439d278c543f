using System.Threading.Channels;

namespace Dashboard.Instances;

/// <summary>Wakes a loop before its period is over. Many wishes while it works are one.</summary>
internal sealed class RefreshSignal(TimeProvider time)
{
    private readonly Channel<bool> _wishes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Set() => _wishes.Writer.TryWrite(true);

    /// <summary>Returns when it is set, when the period is over, or at cancellation.</summary>
    public async Task WaitAsync(TimeSpan period, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource(period, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        try
        {
            await _wishes.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // The period is over, or the loop is to end.
        }
    }
}
