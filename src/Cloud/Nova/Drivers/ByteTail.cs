namespace Cloud.Nova.Drivers;

/// <summary>Keeps the last bytes of a stream, whatever its length.</summary>
internal sealed class ByteTail(int most)
{
    private readonly byte[] _ring = new byte[most];
    private long _written;

    public async Task ReadAsync(Stream source, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await source.ReadAsync(buffer, cancellationToken)) > 0)
        {
            for (var i = 0; i < read; i++)
            {
                _ring[_written++ % most] = buffer[i];
            }
        }
    }

    public byte[] ToArray()
    {
        var length = (int)Math.Min(_written, most);
        var tail = new byte[length];
        for (var i = 0; i < length; i++)
        {
            tail[i] = _ring[(_written - length + i) % most];
        }

        return tail;
    }
}
