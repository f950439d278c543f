using Dashboard.Instances;
using Microsoft.Extensions.Time.Testing;

namespace Dashboard.Tests.Instances;

public sealed class ChangeBellTests
{
    [Fact]
    public void Ring_ManyTimes_RingsAtOnceThenOnceAfterTheFloor()
    {
        var time = new FakeTimeProvider();
        using var bell = new ChangeBell(time);
        var rung = 0;
        bell.Rung += () => rung++;

        for (var i = 0; i < 50; i++)
        {
            bell.Ring();
        }

        Assert.Equal(1, rung);
        time.Advance(ChangeBell.Floor);
        Assert.Equal(2, rung);
        time.Advance(ChangeBell.Floor);
        Assert.Equal(2, rung);
    }
}
