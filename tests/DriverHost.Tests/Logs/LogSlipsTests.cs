using System.Text;
using DriverHost.Logs;
using Microsoft.Extensions.Time.Testing;

namespace DriverHost.Tests.Logs;

public class LogSlipsTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddDays(1));
    private readonly LogSlips _slips;

    public LogSlipsTests() => _slips = new LogSlips(_time);

    [Fact]
    public void Stamps_ThatRunBackwards_AreARepetition()
    {
        Assert.True(Read(1, "a"));
        Assert.True(Read(2, "b"));

        Assert.False(Read(1, "a"));
        Assert.True(_slips.Happened);
        // What follows a slip is not to be trusted.
        Assert.False(Read(3, "c"));
    }

    [Fact]
    public void TheSameLineOnceMore_IsARepetition_AnotherOfItsStampIsNot()
    {
        Assert.True(Read(1, "a"));
        Assert.True(Read(1, "b"));

        Assert.False(Read(1, "b"));
    }

    [Fact]
    public void TheOtherStream_MayBeEarlier()
    {
        Assert.True(Read(2, "a"));

        Assert.True(Read(1, "b", LogKind.Err));
    }

    [Fact]
    public void AJump_OfAnEngineThatIsLateAndHasMoreAtHand_IsAHole()
    {
        Assert.True(Read(0, "a"));
        _time.Advance(TimeSpan.FromMilliseconds(800));
        Assert.True(Read(10, "b"));

        Assert.False(Read(700, "c"));
    }

    [Fact]
    public void AJump_OfAnEngineThatIsInTime_IsSilence()
    {
        Assert.True(Read(0, "a"));
        _time.Advance(TimeSpan.FromMilliseconds(800));

        Assert.True(Read(800, "b"));
    }

    [Fact]
    public void AJump_AfterWaiting_IsSilence()
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(Read(10, "a"));
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.True(Read(2900, "b"));
    }

    [Fact]
    public void Jumps_BeforeItWasAsked_AreSilence()
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(Read(-90_000, "a"));

        Assert.True(Read(-10_000, "b"));
    }

    /// <param name="at">Milliseconds after the log was asked for.</param>
    private bool Read(long at, string text, LogKind kind = LogKind.Out)
    {
        _slips.Receive();
        var stamp = LogCursor.StampOf(DateTimeOffset.UnixEpoch.AddDays(1)) + (at * 1_000_000);
        return _slips.Pass(new LogLine(new LogCursor(stamp, 0), kind, cut: false, Encoding.UTF8.GetBytes(text)));
    }
}
