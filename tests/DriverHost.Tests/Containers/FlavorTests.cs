using DriverHost.Client;
using DriverHost.Host;
using TestKit;

namespace DriverHost.Tests.Containers;

/// <summary>A flavor becomes limits that hold.</summary>
[Trait("needs", "docker")]
public sealed class FlavorTests(DriverHostFixture fixture) : IAsyncDisposable
{
    private readonly Instances _instances = new(fixture.Host);

    public ValueTask DisposeAsync() => _instances.DisposeAsync();

    [Fact]
    public async Task Flavor_MemoryAndProcessor_AreTheContainersLimits()
    {
        var inspected = await Instances.InspectAsync(await _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id, memoryMb: 48, vcpus: 1)));

        var limits = inspected.GetProperty("HostConfig");
        Assert.Equal(48L << 20, limits.GetProperty("Memory").GetInt64());
        Assert.Equal(48L << 20, limits.GetProperty("MemorySwap").GetInt64());
        Assert.Equal(1_000_000_000L, limits.GetProperty("NanoCpus").GetInt64());
        Assert.Equal(1024L, limits.GetProperty("CpuShares").GetInt64());
        Assert.Equal(512L, limits.GetProperty("PidsLimit").GetInt64());
        Assert.Equal(24L << 20, limits.GetProperty("ShmSize").GetInt64());
    }

    [Fact]
    public async Task Flavor_WithMoreProcessorsThanTheHost_GetsAllThatThereAre()
    {
        var inspected = await Instances.InspectAsync(await _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id, vcpus: 512)));

        var host = await fixture.Host.Operator.GetHostAsync(TestContext.Current.CancellationToken);
        Assert.Equal(host.Cpus * 1_000_000_000L, inspected.GetProperty("HostConfig").GetProperty("NanoCpus").GetInt64());
        Assert.Equal(262_144L, inspected.GetProperty("HostConfig").GetProperty("CpuShares").GetInt64());
    }

    [Fact]
    public async Task Flavor_Disk_IsLimitedExactlyWhereThatIsProven()
    {
        var spec = TestSpecs.Of(fixture.Busybox.Id);
        var inspected = await Instances.InspectAsync(await _instances.SpawnAsync(spec with { Flavor = spec.Flavor with { DiskGb = 1 } }));

        var host = await fixture.Host.Operator.GetHostAsync(TestContext.Current.CancellationToken);
        var limited = inspected.GetProperty("HostConfig").TryGetProperty("StorageOpt", out var options) && options.ValueKind == System.Text.Json.JsonValueKind.Object && options.TryGetProperty("size", out _);
        Assert.Equal(host.Features.Single(f => f.Name == "disk-quota").Holds, limited);
    }

    [Fact]
    public async Task Flavor_OpenFiles_AreWhatTheContainerHas()
    {
        var spawned = await _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id));

        var files = long.Parse(await Instances.RunAsync(spawned, "ulimit -Hn"), System.Globalization.CultureInfo.InvariantCulture);

        Assert.Equal(Math.Min(65_536, EngineLimits.OpenFiles() ?? 65_536), files);
    }

    [Fact]
    public async Task Process_ThatForksWithoutEnd_IsHeldAndTheNeighbourGoesOn()
    {
        var neighbour = await _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id));
        var bomb = await _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id, script: "while true; do sleep 1000 & done", memoryMb: 512));

        var held = await fixture.Host.WaitAsync(bomb.Id, i => i.State == InstanceState.Exited);

        Assert.Contains("can't fork", (await Command.RunAsync("docker", "logs", bomb.ContainerId!)).Error, StringComparison.Ordinal);
        Assert.NotEqual(0, held.Exit!.Code);
        Assert.Equal("well", await Instances.RunAsync(neighbour, "echo well"));
    }

    [Fact]
    public async Task Flavor_LessMemoryThanTheEngineTakes_IsRefusedBeforeAnythingIsDone()
    {
        var refused = await Assert.ThrowsAsync<DriverHostException>(() => _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id, memoryMb: 5)));

        Assert.Equal("The flavor must have at least 6 MiB of memory: the Docker engine's least.", refused.Message);
    }

    [Theory]
    [InlineData("Max open files            20000                20000                files     ", 20_000L)]
    [InlineData("Max open files            1024                 524288               files     ", 524_288L)]
    [InlineData("Max open files            unlimited            unlimited            files     ", null)]
    [InlineData("Max processes             unlimited            unlimited            processes ", null)]
    public void EngineLimits_Line_IsReadAsTheHardLimit(string line, long? hard) => Assert.Equal(hard, EngineLimits.OpenFiles([line]));
}
