namespace Dashboard.Images;

/// <summary>
/// A request's body that says how long it is, so that the call to Glance carries a Content-Length and needs no buffer.
/// It can be read once, from the start.
/// </summary>
/// <param name="head">What was read of <paramref name="inner"/> already; it comes first.</param>
internal sealed class KnownLengthStream(ReadOnlyMemory<byte> head, Stream inner, long length) : Stream
{
    private long _position;

    public override bool CanRead => true;
    // HttpClient asks the length only of streams that can seek; it never moves one that it reads once.
    public override bool CanSeek => true;
    public override bool CanWrite => false;
    public override long Length => length;

    public override long Position
    {
        get => _position;
        set => Seek(value, SeekOrigin.Begin);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read;
        if (_position < head.Length)
        {
            var rest = head[(int)_position..];
            read = Math.Min(rest.Length, buffer.Length);
            rest[..read].CopyTo(buffer);
        }
        else
        {
            read = await inner.ReadAsync(buffer, cancellationToken);
        }

        _position += read;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read it asynchronously.");

    public override long Seek(long offset, SeekOrigin origin) =>
        origin == SeekOrigin.Begin && offset == _position ? _position : throw new NotSupportedException("A request's body can be read only once.");

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }
}
