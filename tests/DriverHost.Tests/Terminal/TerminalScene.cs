using DriverHost.Client;
using DriverHost.Tests.Containers;

namespace DriverHost.Tests.Terminal;

/// <summary>One instance that runs, for all tests that only look into it.</summary>
public sealed class TerminalScene(DriverHostFixture fixture) : IAsyncLifetime
{
    private readonly Instances _instances = new(fixture.Host);

    internal string Project { get; } = TestSpecs.NewProject();
    internal HostInstance Instance { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Instance = await _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id, Project, $"echo up; {TestSpecs.Sleep}"));

    public ValueTask DisposeAsync() => _instances.DisposeAsync();
}
