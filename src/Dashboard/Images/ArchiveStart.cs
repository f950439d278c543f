namespace Dashboard.Images;

/// <summary>
/// Looks at a file's first bytes: is it a tar at all? The driver host reads archives for real; this only spares people an upload of
/// gigabytes that can never boot. js/upload.js does the same before it sends anything.
/// </summary>
internal static class ArchiveStart
{
    /// <summary>A tar's header.</summary>
    public const int Length = 512;

    /// <returns>Null for a tar, else what it is instead and what to do.</returns>
    public static string? WhyNotTar(ReadOnlySpan<byte> start) => start switch
    {
        _ when IsHeader(start) => null,
        [0x1f, 0x8b, ..] => "It is packed with gzip. Unpack it first: gunzip FILE, then upload what comes out.",
        [0x28, 0xb5, 0x2f, 0xfd, ..] => "It is packed with zstd. Unpack it first: unzstd FILE, then upload what comes out.",
        [(byte)'B', (byte)'Z', (byte)'h', ..] or [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', ..] => "It is packed. Unpack it first, then upload the tar that comes out.",
        [(byte)'Q', (byte)'F', (byte)'I', 0xfb, ..] => "It is a disk of a virtual machine (qcow2). Containers start from an archive that docker save writes.",
        _ => "It is not a tar. Upload the file that docker save writes: docker save NAME -o NAME.tar.",
    };

    // Every kind of tar has the sum of its header's bytes, in octal, at 148; the sum counts its own eight bytes as spaces.
    private static bool IsHeader(ReadOnlySpan<byte> start)
    {
        if (start.Length < Length)
        {
            return false;
        }

        var sum = 8 * ' ';
        for (var i = 0; i < Length; i++)
        {
            sum += i is >= 148 and < 156 ? 0 : start[i];
        }

        var written = 0;
        foreach (var digit in start.Slice(148, 8).Trim([(byte)' ', (byte)0]))
        {
            if (digit is < (byte)'0' or > (byte)'7')
            {
                return false;
            }

            written = (written * 8) + digit - '0';
        }

        return written == sum;
    }
}
