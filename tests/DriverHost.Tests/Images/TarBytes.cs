using System.Globalization;
using System.Text;

namespace DriverHost.Tests.Images;

/// <summary>Writes a tar file header by header, also one that no honest program would write.</summary>
internal sealed class TarBytes
{
    private const int Block = 512;
    private readonly List<byte> _bytes = [];

    public TarBytes File(string path, string content) => File(path, Encoding.UTF8.GetBytes(content));

    public TarBytes File(string path, byte[] content, string mode = "0000644") => Entry(path, '0', content, mode: mode);

    public TarBytes Folder(string path) => Entry(path, '5', []);

    /// <param name="size">What the header says when that is not the truth; 12 bytes at most.</param>
    public TarBytes Entry(string path, char type, byte[] content, string link = "", string mode = "0000644", string? size = null)
    {
        if (path.Length > 100)
        {
            var name = Encoding.UTF8.GetBytes(path + "\0");
            Entry("././@LongLink", 'L', name);
            path = path[..100];
        }

        var header = new byte[Block];
        Put(header, 0, path);
        Put(header, 100, mode);
        Put(header, 108, "0000000");
        Put(header, 116, "0000000");
        Put(header, 124, size ?? Convert.ToString(content.Length, 8).PadLeft(11, '0'));
        Put(header, 136, "00000000000");
        header[156] = (byte)type;
        Put(header, 157, link);
        Put(header, 257, "ustar\0" + "00");
        header.AsSpan(148, 8).Fill((byte)' ');
        Put(header, 148, string.Create(CultureInfo.InvariantCulture, $"{Convert.ToString(header.Sum(b => (int)b), 8).PadLeft(6, '0')}\0"));
        _bytes.AddRange(header);
        _bytes.AddRange(content);
        _bytes.AddRange(new byte[(Block - (content.Length % Block)) % Block]);
        return this;
    }

    public byte[] End()
    {
        _bytes.AddRange(new byte[2 * Block]);
        return [.. _bytes];
    }

    private static void Put(byte[] header, int offset, string text) => Encoding.Latin1.GetBytes(text, header.AsSpan(offset));
}
