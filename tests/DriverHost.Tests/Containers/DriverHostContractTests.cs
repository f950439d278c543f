using DriverHost.Client;

namespace DriverHost.Tests.Containers;

/// <summary>The contract on the real Docker engine.</summary>
[Trait("needs", "docker")]
public sealed class DriverHostContractTests(DriverHostFixture fixture) : DriverContract
{
    protected override DriverHostClient Driver => fixture.Host.Operator;

    protected override string ImageId => fixture.Busybox.Id;

    protected override Task<HostInstance> WaitAsync(string id, Func<HostInstance, bool> holds) => fixture.Host.WaitAsync(id, holds);

    protected override string NewQueuedImage(string projectId) => fixture.Cloud.Glance.AddQueued(projectId).Id;
}
