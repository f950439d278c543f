namespace DriverHost.Terminal;

/// <summary>The newest bytes that a terminal wrote, numbered from its beginning. Not safe for several threads at once.</summary>
internal sealed class TerminalRing(int capacity)
{
    private readonly byte[] _bytes = new byte[capacity];

    /// <summary>How many bytes were written in all: the number of the next one.</summary>
    public long Total { get; private set; }

    /// <summary>The number of the oldest byte that is kept.</summary>
    public long Oldest => Math.Max(0, Total - _bytes.Length);

    public void Append(ReadOnlySpan<byte> bytes)
    {
        Total += bytes.Length;
        bytes = bytes.Length > _bytes.Length ? bytes[^_bytes.Length..] : bytes;
        var place = (int)((Total - bytes.Length) % _bytes.Length);
        var head = Math.Min(bytes.Length, _bytes.Length - place);
        bytes[..head].CopyTo(_bytes.AsSpan(place));
        bytes[head..].CopyTo(_bytes);
    }

    /// <summary>Copies what was written from a number on; that byte must be kept still.</summary>
    /// <returns>How many bytes were copied.</returns>
    public int Copy(long from, Span<byte> into)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(from, Oldest);
        var count = (int)Math.Min(into.Length, Total - from);
        var place = (int)(from % _bytes.Length);
        var head = Math.Min(count, _bytes.Length - place);
        _bytes.AsSpan(place, head).CopyTo(into);
        _bytes.AsSpan(0, count - head).CopyTo(into[head..]);
        return count;
    }

    /// <summary>Where a replay of at most that many bytes begins: after a line's end, so that no letter and no control sequence is cut in two.</summary>
    public long ReplayFrom(int most)
    {
        var from = Math.Max(Oldest, Total - most);
        if (from == 0)
        {
            return 0;
        }

        Span<byte> start = stackalloc byte[4096];
        var line = start[..Copy(from, start)].IndexOf((byte)'\n');
        return line < 0 ? from : from + line + 1;
    }
}
