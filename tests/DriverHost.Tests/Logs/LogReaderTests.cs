using System.Buffers.Binary;
using System.Text;
using DriverHost.Logs;

namespace DriverHost.Tests.Logs;

public class LogReaderTests
{
    private const string Stamp = "2026-01-02T03:04:05.123456789Z ";
    private readonly Lines _lines = new();

    [Fact]
    public void Line_InOneFrame_KeepsStreamStampAndText()
    {
        var reader = new LogReader(_lines, tty: false);

        reader.Push(Frame(2, Stamp + "hällo\n"));

        var line = Assert.Single(_lines);
        Assert.Equal((LogKind.Err, "hällo", 1767323045123456789L), (line.Kind, line.Text, line.Cursor.Stamp));
    }

    [Fact]
    public void EqualStamps_CountOrdinals()
    {
        var reader = new LogReader(_lines, tty: false);

        reader.Push([.. Frame(1, Stamp + "a\n"), .. Frame(1, Stamp + "b\n"), .. Frame(1, Later(1) + "c\n")]);

        Assert.Equal([0, 1, 0], _lines.Select(line => line.Cursor.Ordinal));
    }

    [Fact]
    public void LongLines_OfBothStreams_AreJoinedPerStream()
    {
        var reader = new LogReader(_lines, tty: false);
        string head = new('a', 16384), other = new('b', 16384);

        reader.Push([.. Frame(1, Stamp + head), .. Frame(2, Later(1) + other), .. Frame(1, Stamp + "A\n"), .. Frame(2, Later(1) + "B\n")]);

        Assert.Equal([head + "A", other + "B"], _lines.Select(line => line.Text));
    }

    [Fact]
    public void LineAcrossFrames_CutInsideACharacter_IsDecodedWhole()
    {
        var reader = new LogReader(_lines, tty: false);
        var text = Encoding.UTF8.GetBytes(new string('x', 16383) + "é!\n");

        reader.Push(Frame(1, [.. Encoding.ASCII.GetBytes(Stamp), .. text[..16384]]));
        reader.Push(Frame(1, [.. Encoding.ASCII.GetBytes(Stamp), .. text[16384..]]));

        Assert.EndsWith("xé!", Assert.Single(_lines).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void LastLine_WithoutNewline_IsALine()
    {
        var reader = new LogReader(_lines, tty: false);

        reader.Push(Frame(1, Stamp + "no newline"));
        Assert.Empty(_lines);
        reader.End(ended: true);

        Assert.Equal("no newline", Assert.Single(_lines).Text);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public void LongLine_ThatIsBeingWritten_IsALineOnlyWhenNothingComesAfterIt(bool ended, int lines)
    {
        var reader = new LogReader(_lines, tty: false);

        reader.Push(Frame(1, Stamp + new string('x', LogReader.PieceLength)));
        reader.End(ended);

        Assert.Equal(lines, _lines.Count);
    }

    [Fact]
    public void OpenLine_OfARunThatEnded_IsNotJoinedWithTheNextRun()
    {
        var reader = new LogReader(_lines, tty: false);

        reader.Push([.. Frame(1, Stamp + "first run"), .. Frame(1, Later(7) + "second run\n")]);

        Assert.Equal(["first run", "second run"], _lines.Select(line => line.Text));
    }

    [Fact]
    public void ErrorOfTheEngine_IsNotTakenForOutput()
    {
        var reader = new LogReader(_lines, tty: false);

        reader.Push(Frame(3, "error from daemon in stream: boom\n"));

        Assert.Equal((LogKind.EngineError, "error from daemon in stream: boom"), (_lines[0].Kind, _lines[0].Text));
    }

    [Fact]
    public void LineAboveTheLimit_IsCutAndMarked_AndTheNextIsWhole()
    {
        var reader = new LogReader(_lines, tty: false);
        for (var i = 0; i < 6; i++)
        {
            reader.Push(Frame(1, Stamp + new string('x', 16384)));
        }

        reader.Push([.. Frame(1, Stamp + "end\n"), .. Frame(1, Later(1) + "next\n")]);

        Assert.Equal([(LogReader.LineLimit, true), (4, false)], _lines.Select(line => (line.Text.Length, line.Cut)));
    }

    [Fact]
    public void Terminal_RawBytes_AreLinesWithoutCarriageReturn()
    {
        var reader = new LogReader(_lines, tty: true);
        var head = new string('t', 16384);

        reader.Push(Encoding.UTF8.GetBytes(Stamp + "one\r\n" + Later(1) + head + Later(1) + "tail\r\n"));

        Assert.Equal(["one", head + "tail"], _lines.Select(line => line.Text));
    }

    [Fact]
    public void FrameWithoutStamp_TakesTheLastOne()
    {
        var reader = new LogReader(_lines, tty: false);

        reader.Push([.. Frame(1, Stamp + "a\n"), .. Frame(1, "no stamp\n"), .. Frame(1, "\n")]);

        Assert.Equal([("a", 0), ("no stamp", 1), ("", 2)], _lines.Select(line => (line.Text, line.Cursor.Ordinal)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AnyCuts_GiveTheSameLines(bool tty)
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var lines = new Lines();
            var reader = new LogReader(lines, tty);
            var expected = new List<(LogKind, string)>();
            var stream = Messages(random, tty, expected);

            for (var at = 0; at < stream.Length;)
            {
                var part = Math.Min(stream.Length - at, random.Next(1, random.Next(2, 40_000)));
                reader.Push(stream.AsSpan(at, part));
                at += part;
            }

            reader.End(ended: true);
            Assert.Equal(expected, lines.Select(line => (line.Kind, line.Text)));
        }
    }

    /// <summary>Messages as the engine makes them: at most 16 KiB each, both streams mixed.</summary>
    private static byte[] Messages(Random random, bool tty, List<(LogKind, string)> expected)
    {
        var stream = new List<byte>();
        for (var i = 0; i < 12; i++)
        {
            var text = new string((char)('a' + (i % 26)), random.Next(4) == 0 ? random.Next(60_000) : random.Next(100)).Replace("aaa", "aäa", StringComparison.Ordinal);
            var bytes = Encoding.UTF8.GetBytes(text + (tty ? "\r\n" : "\n"));
            var kind = tty || random.Next(2) == 0 ? LogKind.Out : LogKind.Err;
            if (bytes.Length > LogReader.LineLimit)
            {
                continue;
            }

            expected.Add((kind, text));
            for (var at = 0; at < bytes.Length; at += 16384)
            {
                byte[] message = [.. Encoding.ASCII.GetBytes(Later(i)), .. bytes[at..Math.Min(bytes.Length, at + 16384)]];
                stream.AddRange(tty ? message : Frame((byte)kind, message));
            }
        }

        return [.. stream];
    }

    private static string Later(int nanos) => $"2026-01-02T03:04:05.{123456789 + nanos}Z ";

    private static byte[] Frame(byte type, string text) => Frame(type, Encoding.UTF8.GetBytes(text));

    private static byte[] Frame(byte type, byte[] payload)
    {
        var frame = new byte[8 + payload.Length];
        frame[0] = type;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), payload.Length);
        payload.CopyTo(frame, 8);
        return frame;
    }
}
