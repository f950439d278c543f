using System.Buffers;
using System.IO.Pipelines;

namespace Benchmarks.Measuring;

/// <summary>Reads a stream line by line, as cheaply as it can: the reader must not be what is measured.</summary>
/// <param name="owner">Disposed with it.</param>
internal sealed class LineReader(Stream stream, IDisposable? owner = null) : IDisposable
{
    private readonly PipeReader _pipe = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 * 1024));

    /// <returns>False: enough.</returns>
    public delegate bool Take(ReadOnlySpan<byte> line);

    /// <summary>Gives lines without their end until the taker has enough. What it did not take comes next time.</summary>
    /// <exception cref="EndOfStreamException">The stream ended first.</exception>
    public async Task ReadAsync(Take take, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var result = await _pipe.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            var goesOn = Lines(ref buffer, take);
            _pipe.AdvanceTo(buffer.Start, goesOn ? buffer.End : buffer.Start);
            if (!goesOn)
            {
                return;
            }

            if (result.IsCompleted)
            {
                throw new EndOfStreamException("The stream ended.");
            }
        }
    }

    public void Dispose()
    {
        stream.Dispose();
        owner?.Dispose();
    }

    private static bool Lines(ref ReadOnlySequence<byte> buffer, Take take)
    {
        var reader = new SequenceReader<byte>(buffer);
        var goesOn = true;
        while (goesOn && reader.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n'))
        {
            goesOn = take(line.IsSingleSegment ? line.FirstSpan : line.ToArray());
        }

        buffer = buffer.Slice(reader.Position);
        return goesOn;
    }
}
