using Dashboard.Instances;

namespace Dashboard.Tests.Instances;

public sealed class SnapshotNameTests
{
    [Fact]
    public void Default_AnyInstance_IsAGoodName()
    {
        Assert.Equal("web-1 2026-11-23 10:00", SnapshotName.Default("web-1", TestInstances.Now));
        Assert.Null(SnapshotName.WhyNot(SnapshotName.Default(new string('x', 255), TestInstances.Now)));
    }

    [Fact]
    public void WhyNot_EmptyOrTooLong_IsSaid()
    {
        Assert.NotNull(SnapshotName.WhyNot("  "));
        Assert.NotNull(SnapshotName.WhyNot(new string('x', 256)));
    }
}
