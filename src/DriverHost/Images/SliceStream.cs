namespace DriverHost.Images;

/// <summary>A part of a file as a stream of its own.</summary>
internal sealed class SliceStream(Stream file, long offset, long length) : Stream
{
    private long _position;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => length;
    public override long Position { get => _position; set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = (int)Math.Min(buffer.Length, length - _position);
        if (count <= 0)
        {
            return 0;
        }

        file.Position = offset + _position;
        var read = await file.ReadAsync(buffer[..count], cancellationToken);
        _position += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset1, int count)
    {
        var wanted = (int)Math.Min(count, length - _position);
        if (wanted <= 0)
        {
            return 0;
        }

        file.Position = offset + _position;
        var read = file.Read(buffer, offset1, wanted);
        _position += read;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
