using DriverHost.Tests.Containers;
using TestKit;

namespace DriverHost.Tests.Auth;

/// <summary>A project with one instance and one private image, to be looked at by others.</summary>
public sealed class TenancyScene(DriverHostFixture fixture) : IAsyncLifetime
{
    private readonly Instances _instances = new(fixture.Host);

    public string Project { get; } = TestSpecs.NewProject();
    public string InstanceId { get; private set; } = "";
    public string ImageId { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        InstanceId = _instances.NewId();
        await fixture.Host.Operator.SpawnAsync(InstanceId, TestSpecs.Of(fixture.Busybox.Id, Project), CancellationToken.None);
        ImageId = fixture.Cloud.Glance.Add(TestImages.Running("echo hello"), owner: Project, visibility: "private").Id;
    }

    public ValueTask DisposeAsync() => _instances.DisposeAsync();
}
