using System.Threading.Channels;

namespace DriverHost.Terminal;

/// <summary>Wakes one that waits. Pulses that nobody waited for count once.</summary>
internal sealed class Pulse
{
    private readonly Channel<bool> _set = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Set() => _set.Writer.TryWrite(true);

    public async ValueTask WaitAsync(CancellationToken cancellationToken) => await _set.Reader.ReadAsync(cancellationToken);
}
