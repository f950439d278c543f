using System.Threading.Channels;
using DriverHost.Client;

namespace DriverHost.Containers;

/// <summary>One listener's view of the changes. A listener that does not keep up is cut off; it connects again and gets everything anew.</summary>
internal sealed class InstanceFeed : IDisposable
{
    private const int MostWaiting = 4096;
    private readonly Channel<HostEvent> _events = Channel.CreateBounded<HostEvent>(
        new BoundedChannelOptions(MostWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
    private readonly Action<InstanceFeed> _closed;

    public InstanceFeed(IReadOnlyList<HostInstance> now, Action<InstanceFeed> closed)
    {
        Now = now;
        _closed = closed;
    }

    /// <summary>Every instance as it was when this feed began; the changes follow without a gap.</summary>
    public IReadOnlyList<HostInstance> Now { get; }

    public ChannelReader<HostEvent> Changes => _events.Reader;

    public void Offer(HostEvent change)
    {
        if (!_events.Writer.TryWrite(change))
        {
            _events.Writer.TryComplete();
        }
    }

    public void Dispose()
    {
        _events.Writer.TryComplete();
        _closed(this);
    }
}
