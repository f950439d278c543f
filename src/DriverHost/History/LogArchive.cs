using System.Globalization;
using System.IO.Compression;
using DriverHost.Logs;

namespace DriverHost.History;

/// <summary>
/// What is kept of one container's log in a folder of its own: segments of a megabyte, packed, and an open one at the end. One writer
/// (<see cref="LogCatchUp"/>); many readers at the same time.
/// </summary>
internal sealed class LogArchive(string folder) : ILogSink
{
    private const int SegmentSize = 1024 * 1024;
    private const string OpenSuffix = ".open";
    private readonly Lock _gate = new();
    private readonly List<ArchiveSegment> _segments = [];
    private byte[] _open = [];
    private int _openUsed;
    private int _openOnDisk;
    private int _openLines;
    private int _openNumber;
    private long _openFirstLine = 1;
    private LogCursor? _last;
    private bool _loaded;

    public string Folder => folder;

    /// <summary>The last line that was kept; null when there is none.</summary>
    public LogCursor? Last
    {
        get
        {
            lock (_gate)
            {
                Load();
                return _last;
            }
        }
    }

    /// <summary>Numbers of the first and the last line that are kept, counted from 1 at the log's start. Equal to (n + 1, n) when none is.</summary>
    public (long First, long Last) Range
    {
        get
        {
            lock (_gate)
            {
                Load();
                return (_segments.Count > 0 ? _segments[0].FirstLine : _openFirstLine, _openFirstLine + _openLines - 1);
            }
        }
    }

    /// <summary>Adds a line. It is on the disk after the next <see cref="Flush"/>.</summary>
    public void Take(in LogLine line)
    {
        lock (_gate)
        {
            Load();
            _open = OpenBytes();
            var length = ArchiveBlock.LengthOf(line);
            if (_openUsed > 0 && _openUsed + length > SegmentSize)
            {
                Seal();
            }

            if (_open.Length < _openUsed + length)
            {
                // Readers keep the old block: it stays as it is.
                Array.Resize(ref _open, Math.Max(_openUsed + length, Math.Min(SegmentSize, Math.Max(16 * 1024, _open.Length * 4))));
            }

            ArchiveBlock.Write(line, _open.AsSpan(_openUsed, length));
            _openUsed += length;
            if (line.Kind is LogKind.Out or LogKind.Err)
            {
                _openLines++;
                _last = line.Cursor;
            }
        }
    }

    /// <summary>Writes what is not on the disk yet, and lets go of the memory.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            if (!_loaded)
            {
                return;
            }

            if (_openUsed > _openOnDisk)
            {
                CreateFolder();
                using var file = new FileStream(OpenFile(), FileMode.OpenOrCreate, FileAccess.Write);
                file.SetLength(_openOnDisk);
                file.Seek(0, SeekOrigin.End);
                file.Write(_open.AsSpan(_openOnDisk, _openUsed - _openOnDisk));
                _openOnDisk = _openUsed;
            }

            _open = [];
        }
    }

    /// <summary>The blocks that have any line from the one number to the other, in order or newest first.</summary>
    public IEnumerable<ArchiveBlock> Blocks(long first, long last, bool newestFirst)
    {
        ArchiveSegment[] segments;
        ArchiveBlock open;
        bool hasOpen;
        lock (_gate)
        {
            Load();
            segments = [.. _segments.Where(s => s.FirstLine <= last && s.FirstLine + s.Lines > first)];
            hasOpen = _openUsed > 0 && _openFirstLine <= last;
            open = hasOpen ? new ArchiveBlock(OpenBytes().AsMemory(0, _openUsed), _openFirstLine, _openLines) : default;
        }

        if (newestFirst && hasOpen)
        {
            yield return open;
        }

        foreach (var segment in newestFirst ? segments.Reverse() : segments)
        {
            // The project's budget may have taken it meanwhile.
            if (ReadSegment(segment) is { } block)
            {
                yield return block;
            }
        }

        if (!newestFirst && hasOpen)
        {
            yield return open;
        }
    }

    /// <summary>The number of the line with this cursor; if it is not kept, of the first line that is not older. One after the last when all are older.</summary>
    public long NumberOf(LogCursor cursor)
    {
        var (first, last) = Range;
        var at = last + 1;
        foreach (var block in Around(cursor.Stamp))
        {
            var reader = block.Read();
            while (reader.Next())
            {
                if (reader.Line.Kind is LogKind.Out or LogKind.Err)
                {
                    if (reader.Line.Cursor == cursor)
                    {
                        return reader.Number;
                    }

                    if (reader.Line.Cursor.Stamp >= cursor.Stamp && reader.Number < at)
                    {
                        at = reader.Number;
                    }
                }
            }
        }

        return Math.Max(first, at);
    }

    /// <summary>The time of a line; null when it is not kept.</summary>
    public DateTimeOffset? TimeOf(long number)
    {
        foreach (var block in Blocks(number, number, newestFirst: false))
        {
            var reader = block.Read();
            while (reader.Next())
            {
                if (reader.Number == number && reader.Line.Kind is LogKind.Out or LogKind.Err)
                {
                    return reader.Line.Cursor.Time;
                }
            }
        }

        return null;
    }

    /// <summary>Segments in the order in which a budget takes them.</summary>
    public IReadOnlyList<ArchiveSegment> Segments()
    {
        lock (_gate)
        {
            Load();
            return [.. _segments];
        }
    }

    /// <summary>Takes a segment away, the oldest only: what is kept has no hole.</summary>
    public void RemoveOldest()
    {
        lock (_gate)
        {
            File.Delete(Path.Combine(folder, _segments[0].FileName));
            _segments.RemoveAt(0);
        }
    }

    // Stamps run backwards by little only: the segments that reach over the stamp and the next one hold every line that could be meant.
    private IEnumerable<ArchiveBlock> Around(long stamp)
    {
        ArchiveSegment[] near;
        long openFirst;
        lock (_gate)
        {
            Load();
            near = [.. _segments.Where(s => s.MinStamp <= stamp && s.MaxStamp >= stamp)];
            if (_segments.Find(s => s.MinStamp > stamp) is { } next)
            {
                near = [.. near, next];
            }

            openFirst = _openFirstLine;
        }

        foreach (var segment in near)
        {
            if (ReadSegment(segment) is { } block)
            {
                yield return block;
            }
        }

        foreach (var block in Blocks(openFirst, long.MaxValue, newestFirst: false))
        {
            yield return block;
        }
    }

    private ArchiveBlock? ReadSegment(ArchiveSegment segment)
    {
        try
        {
            using var file = File.OpenRead(Path.Combine(folder, segment.FileName));
            using var unpacked = new GZipStream(file, CompressionMode.Decompress);
            var bytes = new byte[SegmentSize];
            var used = 0;
            for (int read; (read = unpacked.Read(bytes, used, bytes.Length - used)) > 0;)
            {
                used += read;
                if (used == bytes.Length)
                {
                    // A line may be as long as 64 KiB and its header: the segment may be a little longer.
                    Array.Resize(ref bytes, bytes.Length * 2);
                }
            }

            return new ArchiveBlock(bytes.AsMemory(0, used), segment.FirstLine, segment.Lines);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private void Load()
    {
        if (_loaded)
        {
            return;
        }

        _loaded = true;
        var directory = new DirectoryInfo(folder);
        if (!directory.Exists)
        {
            return;
        }

        foreach (var file in directory.EnumerateFiles("*.writing"))
        {
            file.Delete();
        }

        _segments.AddRange(directory.EnumerateFiles($"*{ArchiveSegment.Suffix}").Select(ArchiveSegment.TryParse).OfType<ArchiveSegment>().OrderBy(s => s.Number));
        if (_segments is [.., var newest])
        {
            _openNumber = newest.Number + 1;
            _openFirstLine = newest.FirstLine + newest.Lines;
            _last = newest.Last;
        }

        foreach (var file in directory.EnumerateFiles($"*{OpenSuffix}"))
        {
            // One of a smaller number was packed, and the process ended before it was removed.
            if (file.FullName != OpenFile())
            {
                file.Delete();
            }
        }

        LoadOpen();
    }

    private void LoadOpen()
    {
        if (!File.Exists(OpenFile()))
        {
            return;
        }

        var reader = new ArchiveBlock(File.ReadAllBytes(OpenFile()), _openFirstLine, 0).Read();
        while (reader.Next())
        {
            if (reader.Line.Kind is LogKind.Out or LogKind.Err)
            {
                _openLines++;
                _last = reader.Line.Cursor;
            }
        }

        _openUsed = _openOnDisk = reader.Used;
    }

    // While nothing is written to it, the open segment is on the disk only.
    private byte[] OpenBytes() => _open.Length >= _openUsed ? _open : File.ReadAllBytes(OpenFile());

    private void CreateFolder() => Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    private void Seal()
    {
        var (min, max, last) = (long.MaxValue, long.MinValue, _last ?? default);
        var reader = new ArchiveBlock(_open.AsMemory(0, _openUsed), _openFirstLine, _openLines).Read();
        while (reader.Next())
        {
            min = Math.Min(min, reader.Line.Cursor.Stamp);
            max = Math.Max(max, reader.Line.Cursor.Stamp);
        }

        CreateFolder();
        var writing = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{_openNumber:D8}.writing"));
        using (var file = File.Create(writing))
        {
            using var packed = new GZipStream(file, CompressionLevel.Fastest);
            packed.Write(_open.AsSpan(0, _openUsed));
        }

        var segment = new ArchiveSegment(_openNumber, _openFirstLine, _openLines, min, max, last, new FileInfo(writing).Length);
        File.Move(writing, Path.Combine(folder, segment.FileName));
        File.Delete(OpenFile());
        _segments.Add(segment);
        _openNumber++;
        _openFirstLine += _openLines;
        (_open, _openUsed, _openOnDisk, _openLines) = (new byte[SegmentSize], 0, 0, 0);
    }

    private string OpenFile() => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{_openNumber:D8}{OpenSuffix}"));
}
