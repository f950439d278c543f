using System.Threading.Channels;
using DriverHost.Auth;
using DriverHost.Client;
using DriverHost.Telemetry;

namespace DriverHost.Containers;

/// <summary>One listener's view of the changes: those that it may read. A listener that does not keep up is cut off; it connects again and gets everything anew.</summary>
internal sealed class InstanceFeed : IDisposable
{
    private const int MostWaiting = 4096;
    private readonly Channel<HostEvent> _events = Channel.CreateBounded<HostEvent>(
        new BoundedChannelOptions(MostWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
    private readonly DriverCaller _listener;
    private readonly Action<InstanceFeed> _closed;
    private readonly DriverHostMetrics _metrics;

    public InstanceFeed(DriverCaller listener, IReadOnlyList<HostInstance> now, Action<InstanceFeed> closed, DriverHostMetrics metrics)
    {
        _metrics = metrics;
        _listener = listener;
        Now = now;
        _closed = closed;
    }

    /// <summary>Every instance as it was when this feed began; the changes follow without a gap.</summary>
    public IReadOnlyList<HostInstance> Now { get; }

    public ChannelReader<HostEvent> Changes => _events.Reader;

    public void Offer(HostEvent change)
    {
        if (change.State is { } state && _listener.MayRead(state.ProjectId) && !_events.Writer.TryWrite(change) && _events.Writer.TryComplete())
        {
            _metrics.ListenerCutOff();
        }
    }

    public void Dispose()
    {
        _events.Writer.TryComplete();
        _closed(this);
    }
}
