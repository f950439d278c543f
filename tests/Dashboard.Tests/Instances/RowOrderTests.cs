using Dashboard.Instances;

namespace Dashboard.Tests.Instances;

public sealed class RowOrderTests
{
    private readonly RowOrder _order = new();

    [Fact]
    public void Arrange_StateChanges_KeepsRowsWhereTheyAre()
    {
        Arrange(Views.Of("a"), Views.Of("b"));

        Assert.Equal(["a", "b"], Arrange(Views.Of("a"), Views.Of("b", TestInstances.Exited("b", 3))));
    }

    [Fact]
    public void Arrange_NewRow_WaitsUntilItIsLetIn()
    {
        Arrange(Views.Of("a"));

        Assert.Equal(["a"], Arrange(Views.Of("a"), Views.Of("b")));
        Assert.Equal(1, _order.Waiting);
        _order.LetIn();
        Assert.Equal(["b", "a"], Arrange(Views.Of("a"), Views.Of("b")));
        Assert.Equal(0, _order.Waiting);
    }

    [Fact]
    public void Arrange_GoneRow_IsLeftOut()
    {
        Arrange(Views.Of("a"), Views.Of("b"));

        Assert.Equal(["b"], Arrange(Views.Of("b")));
    }

    [Fact]
    public void Arrange_AnotherSort_OrdersAnew()
    {
        Arrange(Views.Of("a"), Views.Of("b"));

        Assert.Equal(["b", "a"], _order.Arrange([Views.Of("a"), Views.Of("b")], InstanceFilter.All with { Sort = "-name" }).Select(v => v.Name));
    }

    private IEnumerable<string> Arrange(params InstanceView[] views) => _order.Arrange(views, InstanceFilter.All).Select(v => v.Name);
}
