using System.Buffers.Binary;
using DriverHost.Logs;

namespace DriverHost.History;

/// <summary>Some lines of an archive in memory: a header of 17 bytes, then the text, again and again.</summary>
/// <param name="firstLine">The number of its first line, counted from 1 at the log's start.</param>
internal readonly struct ArchiveBlock(ReadOnlyMemory<byte> bytes, long firstLine, int lines)
{
    private const int HeaderLength = 17;
    private const byte CutFlag = 0x80;

    public long FirstLine => firstLine;

    /// <summary>Lines of the container; marks are in between and do not count.</summary>
    public int Lines => lines;

    public static int LengthOf(in LogLine line) => HeaderLength + line.Text.Length;

    public static void Write(in LogLine line, Span<byte> target)
    {
        BinaryPrimitives.WriteInt64LittleEndian(target, line.Cursor.Stamp);
        BinaryPrimitives.WriteInt32LittleEndian(target[8..], line.Cursor.Ordinal);
        target[12] = (byte)((byte)line.Kind | (line.Cut ? CutFlag : 0));
        BinaryPrimitives.WriteInt32LittleEndian(target[13..], line.Text.Length);
        line.Text.CopyTo(target[HeaderLength..]);
    }

    public Reader Read() => new(bytes.Span, firstLine);

    /// <summary>Goes through the lines in order. What a crash cut off at the end is not a line.</summary>
    public ref struct Reader(ReadOnlySpan<byte> bytes, long firstLine)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;
        private int _next;
        private long _nextLine = firstLine;

        public LogLine Line { get; private set; }

        /// <summary>The number of <see cref="Line"/>; of a mark: of the line after it.</summary>
        public long Number { get; private set; }

        /// <summary>How many bytes are whole lines so far.</summary>
        public readonly int Used => _next;

        public bool Next()
        {
            if (_bytes.Length - _next < HeaderLength)
            {
                return false;
            }

            var header = _bytes[_next..];
            var length = BinaryPrimitives.ReadInt32LittleEndian(header[13..]);
            if (length < 0 || length > header.Length - HeaderLength)
            {
                return false;
            }

            var kind = (LogKind)(header[12] & ~CutFlag);
            Line = new LogLine(
                new LogCursor(BinaryPrimitives.ReadInt64LittleEndian(header), BinaryPrimitives.ReadInt32LittleEndian(header[8..])),
                kind,
                (header[12] & CutFlag) != 0,
                header.Slice(HeaderLength, length));
            Number = _nextLine;
            _nextLine += kind is LogKind.Out or LogKind.Err ? 1 : 0;
            _next += HeaderLength + length;
            return true;
        }
    }
}
