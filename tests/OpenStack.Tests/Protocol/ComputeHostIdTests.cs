using OpenStack.Nova;

namespace OpenStack.Tests.Protocol;

public sealed class ComputeHostIdTests
{
    // Made by Python's hashlib.sha224, as Nova does.
    [Theory]
    [InlineData("p1", "compute-1", "173383144a628d3b80a2c785f4418dcbace745f5cfb041b84d66a435")]
    [InlineData("", "abc", "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7")]
    public void Of_ProjectAndHost_IsNovasOwn(string project, string host, string id) => Assert.Equal(id, ComputeHostId.Of(project, host));
}
