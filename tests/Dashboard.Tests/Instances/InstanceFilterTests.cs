using Dashboard.Instances;

namespace Dashboard.Tests.Instances;

public sealed class InstanceFilterTests
{
    [Theory]
    [InlineData(null, null, null, "/instances")]
    [InlineData(" web 1 ", null, null, "/instances?q=web%201")]
    [InlineData("a&b=c", "look", "-age", "/instances?q=a%26b%3Dc&state=look&sort=-age")]
    [InlineData(null, "nonsense", "drop table", "/instances")]
    [InlineData(null, "7", null, "/instances")]
    public void Address_OfWhatStoodInTheAddress_IsTheSameOrClean(string? text, string? group, string? sort, string address) => Assert.Equal(address, InstanceFilter.Of(text, group, sort).Address);

    [Theory]
    [InlineData("WEB")]
    [InlineData("172.20.0")]
    [InlineData("ingest")]
    [InlineData("m1.ti")]
    [InlineData("killed")]
    [InlineData("out of memory")]
    public void Shows_PartOfAnything_Matches(string text) =>
        Assert.True((InstanceFilter.All with { Text = text }).Shows(Views.Of("web-1", TestInstances.Exited("web-1", 137, outOfMemory: true) with { Addresses = TestInstances.Host("x").Addresses })));

    [Fact]
    public void Shows_OtherText_Hides() => Assert.False((InstanceFilter.All with { Text = "nginx" }).Shows(Views.Of("web-1")));

    [Fact]
    public void Shows_Group_HidesTheOthers()
    {
        var filter = InstanceFilter.All with { Group = StateGroup.Stopped };

        Assert.True(filter.Shows(Views.Of("a", TestInstances.Exited("a", 0))));
        Assert.False(filter.Shows(Views.Of("b")));
        Assert.False(filter.Shows(Views.Of("c", TestInstances.Exited("c", 3))));
    }

    [Fact]
    public void Order_Usual_PutsTheTroubledFirstThenTheNewest()
    {
        InstanceView[] views =
        [
            Views.Of("stopped", TestInstances.Exited("stopped", 0)),
            Views.Of("old"),
            Views.Of("new", change: s => s with { Created = TestInstances.Now }),
            Views.Of("failed", TestInstances.Exited("failed", 3)),
            Views.Of("starting", TestInstances.Doing("starting", "start", "x")),
        ];

        Assert.Equal(["failed", "starting", "new", "old", "stopped"], InstanceFilter.All.Order(views).Select(v => v.Name));
    }

    [Fact]
    public void Order_ByAddress_CountsNumbers()
    {
        InstanceView[] views = [At("10.0.0.10"), At("10.0.0.9")];

        Assert.Equal(["10.0.0.9", "10.0.0.10"], (InstanceFilter.All with { Sort = "address" }).Order(views).Select(v => v.Name));
        Assert.Equal(["10.0.0.10", "10.0.0.9"], (InstanceFilter.All with { Sort = "-address" }).Order(views).Select(v => v.Name));
    }

    [Fact]
    public void SortedBy_ThreeClicks_GoUpDownAndBack()
    {
        var up = InstanceFilter.All.SortedBy("name");
        var down = up.SortedBy("name");

        Assert.Equal(("ascending", "descending", (string?)null), (up.SortOf("name"), down.SortOf("name"), down.SortedBy("name").SortOf("name")));
    }

    private static InstanceView At(string address) => Views.Of(address, TestInstances.Host(address) with { Addresses = [new("n", address, "")] });
}
