using System.Text;
using DriverHost.History;
using DriverHost.Logs;

namespace DriverHost.Tests.History;

/// <summary>The files of an archive, without an engine.</summary>
public sealed class LogArchiveTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("archive-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Lines_OfManySegments_ComeBackInOrderAndNewestFirst()
    {
        var archive = Filled(50_000);

        Assert.True(archive.Segments().Count > 2);
        Assert.Equal(Enumerable.Range(1, 50_000), Numbers(archive.Blocks(1, 50_000, newestFirst: false)));
        Assert.Equal(Enumerable.Range(1, 50_000).Reverse(), archive.Blocks(1, 50_000, newestFirst: true).SelectMany(b => Enumerable.Reverse(Numbers([b]))));
        Assert.Equal((1, 50_000), archive.Range);
    }

    [Fact]
    public void Archive_OpenedAgain_GoesOnWhereItEnded()
    {
        Filled(30_000);
        var again = new LogArchive(_folder);

        Assert.Equal(At(30_000), again.Last);
        Fill(again, 30_001, 40_000);

        Assert.Equal(Enumerable.Range(1, 40_000), Numbers(new LogArchive(_folder).Blocks(1, long.MaxValue, newestFirst: false)));
    }

    [Fact]
    public void LineThatACrashCutOff_IsNoLine_AndTheNextIsWhole()
    {
        Filled(10);
        var open = Directory.EnumerateFiles(_folder, "*.open").Single();
        using (var file = File.OpenWrite(open))
        {
            file.SetLength(file.Length - 3);
        }

        var again = new LogArchive(_folder);
        Assert.Equal(At(9), again.Last);
        Fill(again, 10, 12);

        Assert.Equal(Enumerable.Range(1, 12), Numbers(new LogArchive(_folder).Blocks(1, long.MaxValue, newestFirst: false)));
    }

    [Fact]
    public void SegmentThatWasPackedBeforeACrash_IsNotReadTwice()
    {
        Filled(30_000);
        var packed = Directory.EnumerateFiles(_folder, "*.gz").Order().First();
        File.WriteAllBytes(Path.Combine(_folder, $"{Path.GetFileName(packed)[..8]}.open"), [1, 2, 3]);
        File.WriteAllText(Path.Combine(_folder, "00000009.writing"), "half");

        var again = new LogArchive(_folder);

        Assert.Equal(Enumerable.Range(1, 30_000), Numbers(again.Blocks(1, long.MaxValue, newestFirst: false)));
        Assert.Single(Directory.EnumerateFiles(_folder, "*.open"));
        Assert.Empty(Directory.EnumerateFiles(_folder, "*.writing"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(12_345)]
    [InlineData(29_999)]
    public void Number_OfACursor_IsFoundInAnySegment(int line) => Assert.Equal(line, Filled(30_000).NumberOf(At(line)));

    [Fact]
    public void Number_OfATime_IsTheFirstLineNotBefore()
    {
        var archive = Filled(30_000);

        Assert.Equal(103, archive.NumberOf(new LogCursor(At(100).Stamp + 1, 0)));
        Assert.Equal(1, archive.NumberOf(new LogCursor(0, 0)));
        Assert.Equal(30_001, archive.NumberOf(new LogCursor(At(30_000).Stamp + 1, 0)));
    }

    [Fact]
    public void OldestSegmentTakenAway_KeepsTheNumbersOfTheRest()
    {
        var archive = Filled(50_000);
        var gone = archive.Segments()[0].Lines;
        archive.RemoveOldest();

        Assert.Equal((gone + 1, 50_000), archive.Range);
        Assert.Equal((gone + 1, 50_000), new LogArchive(_folder).Range);
        Assert.Equal(Enumerable.Range(gone + 1, 50_000 - gone), Numbers(archive.Blocks(1, long.MaxValue, newestFirst: false)));
        Assert.Equal(gone + 1, archive.NumberOf(At(1)));
    }

    [Fact]
    public void Marks_AreKeptBetweenTheLines_AndHaveNoNumber()
    {
        var archive = new LogArchive(_folder);
        Fill(archive, 1, 2);
        archive.Take(new LogLine(At(2), LogKind.Mark, cut: false, "{}"u8));
        Fill(archive, 3, 3);

        var reader = new LogArchive(_folder).Blocks(1, 3, newestFirst: false).Single().Read();
        var seen = new List<(LogKind, long)>();
        while (reader.Next())
        {
            seen.Add((reader.Line.Kind, reader.Number));
        }

        Assert.Equal([(LogKind.Out, 1), (LogKind.Out, 2), (LogKind.Mark, 3), (LogKind.Out, 3)], seen);
    }

    [Fact]
    public void Files_AreForTheirOwnerOnly()
    {
        var folder = Path.Combine(_folder, "project", "instance");
        Fill(new LogArchive(folder), 1, 1);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
    }

    private LogArchive Filled(int lines)
    {
        var archive = new LogArchive(_folder);
        Fill(archive, 1, lines);
        return archive;
    }

    private static void Fill(LogArchive archive, int first, int last)
    {
        for (var i = first; i <= last; i++)
        {
            archive.Take(new LogLine(At(i), LogKind.Out, cut: false, Encoding.UTF8.GetBytes($"line {i} {new string('.', 60)}")));
        }

        archive.Flush();
    }

    // Three lines of each stamp.
    private static LogCursor At(int line) => new(1_000_000 + ((line + 2) / 3 * 1000), (line + 2) % 3);

    private static List<int> Numbers(IEnumerable<ArchiveBlock> blocks)
    {
        var numbers = new List<int>();
        foreach (var block in blocks)
        {
            var reader = block.Read();
            while (reader.Next())
            {
                numbers.Add(int.Parse(Encoding.UTF8.GetString(reader.Line.Text).Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture));
                Assert.Equal(numbers[^1], reader.Number);
            }
        }

        return numbers;
    }
}
