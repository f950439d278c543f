namespace DriverHost.Files;

/// <summary>The content of a tar entry as it comes, with the length that its header gave: a writer of tars asks for that and moves nothing.</summary>
internal sealed class EntryStream(Stream inner, long length) : Stream
{
    private long _position;

    public override bool CanRead => true;
    public override bool CanSeek => true;
    public override bool CanWrite => false;
    public override long Length => length;
    public override long Position { get => _position; set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position == length)
        {
            // The engine's stream takes a read of no bytes for its end.
            return 0;
        }

        var read = await inner.ReadAsync(buffer, cancellationToken);
        _position += read;
        return read > 0 || buffer.IsEmpty ? read : throw new EndOfStreamException("The file ended before its end.");
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read it asynchronously.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }
}
