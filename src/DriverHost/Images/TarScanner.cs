using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace DriverHost.Images;

/// <param name="Type">The header's type flag; 0 is a file of an old tar.</param>
/// <param name="Size">Bytes of content that follow.</param>
internal sealed record TarItem(string Path, char Type, string LinkTarget, int Mode, long Size)
{
    public bool IsFile => Type is '0' or '\0' or '7';
    public bool IsFolder => Type == '5';
}

/// <summary>
/// Reads tar headers one by one, forward only, and never believes a length before it is bounded. Knows ustar, GNU long names and Pax; refuses
/// the rest (sparse files, multi-volume) instead of guessing.
/// </summary>
internal sealed class TarScanner(Stream source, int mostEntries, int longestPath)
{
    private const int Block = 512;
    private const int MostExtraBytes = 1 << 20;
    private readonly byte[] _header = new byte[Block];
    private readonly byte[] _waste = new byte[64 * 1024];
    private long _left;
    private long _padding;
    private int _entries;

    /// <summary>How many bytes were read so far: in a seekable source, where the current item's content begins.</summary>
    public long Position { get; private set; }

    /// <returns>The next item, or null at the end. Content that was not read is skipped.</returns>
    public async ValueTask<TarItem?> NextAsync(CancellationToken cancellationToken)
    {
        string? longPath = null;
        string? longLink = null;
        long? paxSize = null;
        while (true)
        {
            await SkipAsync(_left + _padding, cancellationToken);
            _left = _padding = 0;
            if (!await FillAsync(_header, cancellationToken) || _header.AsSpan().IndexOfAnyExcept((byte)0) < 0)
            {
                return longPath is null && longLink is null && paxSize is null ? null : throw Bad("ends after an extension header");
            }

            CheckHeader();
            if (++_entries > mostEntries)
            {
                throw new ArchiveRefused($"It has more than {mostEntries} entries.", "image_too_large");
            }

            var type = (char)_header[156];
            var size = Number(_header.AsSpan(124, 12));
            switch (type)
            {
                case 'L':
                    longPath = Text(await ExtraAsync(size, cancellationToken));
                    continue;
                case 'K':
                    longLink = Text(await ExtraAsync(size, cancellationToken));
                    continue;
                case 'x':
                    ReadPax(await ExtraAsync(size, cancellationToken), ref longPath, ref longLink, ref paxSize);
                    continue;
                case 'g':
                    await ExtraAsync(size, cancellationToken);
                    continue;
                case '0' or '\0' or '7' or '1' or '2' or '3' or '4' or '5' or '6':
                    break;
                default:
                    throw Bad($"has an entry of type '{(char.IsAsciiLetterOrDigit(type) ? type : '?')}', which is not taken");
            }

            // Links, devices and folders carry no content whatever their header says; some writers put a link's length there.
            size = type is '0' or '\0' or '7' ? paxSize ?? size : 0;
            var path = longPath ?? HeaderPath();
            var link = longLink ?? Text(_header.AsSpan(157, 100));
            if (path.Length > longestPath || link.Length > longestPath)
            {
                throw new ArchiveRefused($"A path in it is longer than {longestPath} characters.");
            }

            _left = size;
            _padding = Padding(size);
            return new TarItem(path, type, link, (int)Number(_header.AsSpan(100, 8)), size);
        }
    }

    /// <summary>The current item's content, whole. The caller has looked at its size.</summary>
    public async ValueTask<byte[]> ContentAsync(CancellationToken cancellationToken)
    {
        var content = new byte[_left];
        if (content.Length > 0 && !await FillAsync(content, cancellationToken))
        {
            throw Bad("is cut off");
        }

        _left = 0;
        return content;
    }

    private async ValueTask<byte[]> ExtraAsync(long size, CancellationToken cancellationToken)
    {
        if (size is < 0 or > MostExtraBytes)
        {
            throw Bad("has an extension header of more than 1 MiB");
        }

        var extra = new byte[size];
        if (!await FillAsync(extra, cancellationToken))
        {
            throw Bad("is cut off");
        }

        await SkipAsync(Padding(size), cancellationToken);
        return extra;
    }

    private static void ReadPax(ReadOnlySpan<byte> records, ref string? path, ref string? link, ref long? size)
    {
        while (!records.IsEmpty)
        {
            var space = records.IndexOf((byte)' ');
            if (space <= 0 || !int.TryParse(records[..space], NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length <= space + 1 || length > records.Length)
            {
                throw Bad("has a broken Pax header");
            }

            var record = records[(space + 1)..(length - 1)];
            var equals = record.IndexOf((byte)'=');
            if (equals <= 0)
            {
                throw Bad("has a broken Pax header");
            }

            var value = record[(equals + 1)..];
            switch (Encoding.UTF8.GetString(record[..equals]))
            {
                case "path":
                    path = Encoding.UTF8.GetString(value);
                    break;
                case "linkpath":
                    link = Encoding.UTF8.GetString(value);
                    break;
                case "size":
                    size = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw Bad("has a broken size in a Pax header");
                    break;
                case "GNU.sparse.major" or "GNU.sparse.size" or "GNU.sparse.map":
                    throw Bad("has a sparse file, which is not taken");
                default:
                    break;
            }

            records = records[length..];
        }
    }

    private string HeaderPath()
    {
        var name = Text(_header.AsSpan(0, 100));
        var ustar = _header.AsSpan(257, 6).SequenceEqual("ustar\0"u8);
        var prefix = ustar ? Text(_header.AsSpan(345, 155)) : "";
        return prefix.Length > 0 ? $"{prefix}/{name}" : name;
    }

    private void CheckHeader()
    {
        long sum = 8 * ' ';
        for (var i = 0; i < Block; i++)
        {
            sum += i is >= 148 and < 156 ? 0 : _header[i];
        }

        if (Octal(_header.AsSpan(148, 8)) != sum)
        {
            throw new ArchiveRefused("This is not a tar file, or it is damaged: a header's checksum is wrong.");
        }
    }

    // Octal digits, or base 256 when the first bit is set.
    private static long Number(ReadOnlySpan<byte> field)
    {
        if ((field[0] & 0x80) != 0)
        {
            if (field.Length < 9 || field[0] != 0x80 || field[1..^8].IndexOfAnyExcept((byte)0) >= 0)
            {
                throw Bad("has a number that is too large");
            }

            var big = BinaryPrimitives.ReadInt64BigEndian(field[^8..]);
            return big >= 0 ? big : throw Bad("has a negative number");
        }

        return Octal(field) ?? throw Bad("has a number that is none");
    }

    private static long? Octal(ReadOnlySpan<byte> field)
    {
        long number = 0;
        foreach (var digit in field.Trim(" \0"u8))
        {
            if (digit is < (byte)'0' or > (byte)'7')
            {
                return null;
            }

            number = (number << 3) + digit - '0';
        }

        return number;
    }

    private static string Text(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }

    private static long Padding(long size) => (Block - (size % Block)) % Block;

    private async ValueTask SkipAsync(long count, CancellationToken cancellationToken)
    {
        if (count > 0 && source.CanSeek)
        {
            if (count > source.Length - source.Position)
            {
                throw Bad("is cut off");
            }

            source.Seek(count, SeekOrigin.Current);
            Position += count;
            return;
        }

        while (count > 0)
        {
            var read = await source.ReadAsync(_waste.AsMemory(0, (int)Math.Min(count, _waste.Length)), cancellationToken);
            count -= read > 0 ? read : throw Bad("is cut off");
            Position += read;
        }
    }

    // False at a clean end of the source.
    private async ValueTask<bool> FillAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var read = await source.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        Position += read;
        return read == buffer.Length || (read == 0 ? false : throw Bad("is cut off"));
    }

    private static ArchiveRefused Bad(string what) => new($"The tar {what}.");
}
