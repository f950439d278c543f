namespace Cloud.Tests;

public sealed class ExportedTypesTests
{
    [Fact]
    public void Cloud_ExportsItsHostingAndOptionsAlone_SoThatThereIsNoWayInButHttp()
    {
        Assert.Equal(["CloudHosting", "CloudOptions"], typeof(CloudHosting).Assembly.GetExportedTypes().Select(t => t.Name).Order());
    }
}
