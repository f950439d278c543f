using DriverHost.Logs;

namespace DriverHost.Tests.Logs;

public sealed class LogRingTests : IDisposable
{
    private static readonly byte[] Text = new byte[60 * 1024];
    private readonly LogRing _ring = new(chunkLimit: 2, waits: false);

    public void Dispose() => _ring.Dispose();

    [Fact]
    public void WhatIsLost_IsCountedInLinesAndNamesTheLastOfThem()
    {
        Add(1);
        Add(2);
        _ring.Take(new LogLine(new LogCursor(2, 0), LogKind.Mark, cut: false, "{}"u8));
        Add(3);
        Add(4);
        Add(5);
        long place = 1;

        Assert.True(_ring.TryRead(ref place, out var slice, out var lost));

        Assert.Equal((4L, new LostLines(2, new LogCursor(3, 0))), (slice[0].Cursor.Stamp, lost!.Value));
    }

    [Fact]
    public void AMarkThatIsLost_IsNoGap()
    {
        _ring.Take(new LogLine(default, LogKind.Mark, cut: false, Text));
        Add(1);
        Add(2);
        long place = 0;

        Assert.True(_ring.TryRead(ref place, out _, out var lost));

        Assert.Null(lost);
    }

    private void Add(long stamp) => _ring.Take(new LogLine(new LogCursor(stamp, 0), LogKind.Out, cut: false, Text));
}
