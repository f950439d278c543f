using DriverHost.Host;
using DriverHost.Images;
using DriverHost.Tests.StandIns;
using Microsoft.Extensions.DependencyInjection;
using TestKit;
using Engine = TestKit.Engine;

namespace DriverHost.Tests.Images;

/// <summary>A disk that runs full loses the images that were used longest ago, and none that is used.</summary>
[Trait("needs", "docker")]
public sealed class ImageSweeperTests(DriverHostFixture fixture) : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory("sweep-").FullName;
    private RunningDriverHost _host = null!;
    private readonly List<ImageStandIn> _images = [];
    private int _percent;
    private int _leaves = int.MaxValue;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        _host = await RunningDriverHost.StartAsync(_data, fixture.Cloud, builder => builder.Services.AddSingleton<DiskGauge>(_ => Gauge()));

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await RunningDriverHost.RemoveAllAsync(_data);
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task Sweep_OfAFullDisk_TakesTheUnusedOldestFirstUntilItIsBelowTheLowMark()
    {
        for (var i = 0; i < 4; i++)
        {
            _images.Add(NewImage());
            var id = TestSpecs.NewId();
            await _host.Operator.SpawnAsync(id, TestSpecs.Of(_images[i].Id), Cancelled);
            if (i != 0)
            {
                await _host.Operator.DeleteAsync(id, Cancelled);
            }
            else
            {
                // In use, though it does not run.
                await _host.Operator.StopAsync(id, TimeSpan.FromSeconds(5), Cancelled);
            }
        }

        await SweepAsync(percent: 85, leaves: 0);
        Assert.Equal([true, true, true, true], await LoadedAsync(_images));

        await SweepAsync(percent: 86, leaves: 2);
        Assert.Equal([true, false, false, true], await LoadedAsync(_images));

        await SweepAsync(percent: 99, leaves: 0);
        Assert.Equal([true, false, false, false], await LoadedAsync(_images));

        var again = await _host.Operator.SpawnAsync(TestSpecs.NewId(), TestSpecs.Of(_images[1].Id), Cancelled);
        Assert.Equal((Client.InstanceState.Running, 2), (again.State, _images[1].Downloads));
    }

    [Fact]
    public async Task Sweep_WhileAnImageIsOnItsWayIntoAContainer_LeavesIt()
    {
        _images.Add(NewImage());
        var id = TestSpecs.NewId();
        await _host.Operator.SpawnAsync(id, TestSpecs.Of(_images[0].Id), Cancelled);
        await _host.Operator.DeleteAsync(id, Cancelled);

        using (await _host.Get<ImageStore>().EnsureAsync(_images[0].Id, TestSpecs.NewProject(), (_, _, _) => { }, Cancelled))
        {
            await SweepAsync(percent: 99, leaves: 0);
            Assert.Equal([true], await LoadedAsync(_images));
        }

        await SweepAsync(percent: 99, leaves: 0);
        Assert.Equal([false], await LoadedAsync(_images));
    }

    private ImageStandIn NewImage() => fixture.Cloud.Glance.Add(TestImages.Running($"echo {TestSpecs.NewId()}; {TestSpecs.Sleep}"));

    private async Task SweepAsync(int percent, int leaves)
    {
        (_percent, _leaves) = (percent, leaves);
        await _host.Get<ImageSweeper>().SweepAsync(Cancelled);
        _leaves = int.MaxValue;
    }

    // Full until no more of this test's images than asked for are left.
    private DiskUse Gauge() => new(100, 100 - (LoadedAsync(_images).GetAwaiter().GetResult().Count(l => l) > _leaves ? _percent : 10));

    private static async Task<IEnumerable<bool>> LoadedAsync(IEnumerable<ImageStandIn> images)
    {
        var tags = await Engine.DockerAsync("images", "--format", "{{.Repository}}");
        return images.Select(i => tags.Contains(i.Id, StringComparison.Ordinal)).ToList();
    }
}
