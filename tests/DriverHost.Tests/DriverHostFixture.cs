using DriverHost.Tests;
using DriverHost.Tests.StandIns;
using TestKit;

[assembly: AssemblyFixture(typeof(DriverHostFixture))]

namespace DriverHost.Tests;

/// <summary>One driver host for all tests that need no one of their own: real engine, real socket, and a cloud that stands in.</summary>
public sealed class DriverHostFixture : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("driver-host-").FullName;
    private CloudStandIn? _cloud;
    private RunningDriverHost? _host;

    internal CloudStandIn Cloud => _cloud!;
    internal RunningDriverHost Host => _host!;

    /// <summary>An approved image of everybody's: busybox, which sleeps until it is told to end.</summary>
    internal ImageStandIn Busybox { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _cloud = await CloudStandIn.StartAsync(Path.Combine(_folder, "images"));
        Busybox = _cloud.Glance.Add(TestImages.Running(TestSpecs.Sleep));
        _host = await RunningDriverHost.StartAsync(Path.Combine(_folder, "data"), _cloud);
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
            await RunningDriverHost.RemoveAllAsync(_host.DataPath);
        }

        if (_cloud is not null)
        {
            await _cloud.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
