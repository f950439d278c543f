using DriverHost.Docker;

namespace DriverHost.Tests.Telemetry;

public sealed class EngineCallTests
{
    [Theory]
    [InlineData("/v1.41/containers/3f2a/start", "containers/start")]
    [InlineData("/v1.41/containers/json", "containers/json")]
    [InlineData("/v1.41/containers/3f2a", "containers")]
    [InlineData("/v1.41/images/glance/0b51:1234/json", "images/json")]
    [InlineData("/v1.41/images/somebodys-secret-name", "images")]
    [InlineData("/v1.41/networks/os-abc/connect", "networks/connect")]
    [InlineData("/version", "version")]
    [InlineData("/_ping", "_ping")]
    [InlineData("/v1.41/somebodys/words", "other")]
    [InlineData("/", "other")]
    public void Call_IsNamedWithoutNames(string path, string name) => Assert.Equal(name, EngineCall.Of(path));
}
