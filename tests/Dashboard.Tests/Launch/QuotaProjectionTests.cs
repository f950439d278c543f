using Dashboard.Launch;

namespace Dashboard.Tests.Launch;

public sealed class QuotaProjectionTests
{
    [Fact]
    public void Of_FlavorAndCount_AddsToWhatIsUsed()
    {
        var after = QuotaProjection.Of(LaunchSamples.Limits(), LaunchSamples.Medium, 2);

        Assert.Equal([(2d, 2d, 10d), (3d, 4d, 20d), (4096d, 8192d, 16384d)], after.Lines.Select(l => (l.Used, l.Added, l.Limit)));
        Assert.False(after.IsOver);
        Assert.Equal("4 GiB", after.Memory.Write(after.Memory.LeftAfter));
    }

    [Fact]
    public void Of_TooMuch_SaysByHowMuch()
    {
        var after = QuotaProjection.Of(LaunchSamples.Limits(), LaunchSamples.Large, 2);

        Assert.True(after.IsOver);
        Assert.Equal([0, 0, 4096], after.Lines.Select(l => l.Over));
    }

    [Fact]
    public void Of_NoLimit_IsNeverOver()
    {
        var free = LaunchSamples.Limits(mostInstances: -1, mostCores: -1, mostRam: -1);

        Assert.False(QuotaProjection.Of(free, LaunchSamples.Large, 1000).IsOver);
        Assert.Null(QuotaProjection.Most(free, LaunchSamples.Large));
    }

    [Theory]
    [InlineData(10, 20, 16384, 3)]
    [InlineData(4, 20, 16384, 2)]
    [InlineData(10, 5, 16384, 1)]
    [InlineData(2, 20, 16384, 0)]
    [InlineData(10, 20, 2048, 0)]
    public void Most_OfAFlavor_IsBoundByTheTightestQuota(int instances, int cores, int ram, int most) =>
        Assert.Equal(most, QuotaProjection.Most(LaunchSamples.Limits(mostInstances: instances, mostCores: cores, mostRam: ram), LaunchSamples.Medium));
}
