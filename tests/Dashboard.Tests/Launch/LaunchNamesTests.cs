using Dashboard.Launch;

namespace Dashboard.Tests.Launch;

public sealed class LaunchNamesTests
{
    [Theory]
    [InlineData("busybox", "busybox")]
    [InlineData("registry.lab:5000/tools/Align_Worker:2.3", "align-worker")]
    [InlineData(":::", "instance")]
    [InlineData("日本", "instance")]
    public void For_ImageName_IsPlainAndShort(string image, string name) => Assert.Equal(name, LaunchNames.For(image, new HashSet<string>()));

    [Fact]
    public void For_TakenName_TakesTheNextNumber() =>
        Assert.Equal("busybox-3", LaunchNames.For("busybox", new HashSet<string> { "busybox", "busybox-2", "busybox-4" }));

    [Theory]
    [InlineData("web-1", "web-2")]
    [InlineData("web", "web-2")]
    public void After_Name_IsTheNextOfItsRow(string name, string next) => Assert.Equal(next, LaunchNames.After(name, new HashSet<string> { "web", "web-1" }));

    [Theory]
    [InlineData("web-1", true)]
    [InlineData("Web 1", false)]
    [InlineData("-web", false)]
    public void IsHostName_Name_KnowsRfc1123(string name, bool is1123) => Assert.Equal(is1123, LaunchNames.IsHostName(name));
}
