using DriverHost.History;

namespace DriverHost.Tests.History;

public sealed class EventMarksTests
{
    [Fact]
    public void Placed_SignalThatTheEngineTimedAfterTheEnd_StandsBeforeTheEnd()
    {
        var placed = EventMarks.Placed([Mark(1_000, "exit"), Mark(1_005, "stop"), Mark(9_000_000_000, "start")]);

        Assert.Equal([(1_000, "stop"), (1_000, "exit"), (7_000_000_000, "start")], placed.Select(m => (m.Stamp, m.Type)));
    }

    [Fact]
    public void Placed_StartWithinTheAllowance_StandsRightAfterTheEnd()
    {
        var placed = EventMarks.Placed([Mark(1_000, "stop"), Mark(1_005, "oom"), Mark(1_500, "start")]);

        Assert.Equal([(1_000, "stop"), (1_005, "oom"), (1_005, "start")], placed.Select(m => (m.Stamp, m.Type)));
    }

    private static EventMark Mark(long stamp, string type) => new(stamp, type, []);
}
