using System.Net;
using DriverHost.Client;
using DriverHost.Tests.Containers;
using TestKit;

namespace DriverHost.Tests.Host;

public sealed class HostTests(DriverHostFixture fixture) : IAsyncDisposable
{
    private readonly Instances _instances = new(fixture.Host);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _instances.DisposeAsync();

    [Fact]
    public async Task Host_Record_IsTheEnginesTruth()
    {
        var host = await fixture.Host.Operator.GetHostAsync(Cancelled);

        Assert.True(host.EngineAnswers);
        Assert.Equal(await Engine.DockerAsync("version", "-f", "{{.Server.Version}} {{.Server.APIVersion}} {{.Server.KernelVersion}}"), $"{host.EngineVersion} {host.EngineApiVersion} {host.KernelVersion}");
        Assert.Equal(await Engine.DockerAsync("info", "-f", "{{.Driver}} {{.NCPU}}"), $"{host.StorageDriver} {host.Cpus}");
        Assert.InRange(host.MemoryMb, 256, 1 << 24);
        Assert.InRange(host.DiskFreeGb, 0, host.DiskGb);
    }

    [Fact]
    public async Task Host_Record_CountsWhatItsInstancesMayUse()
    {
        var before = await fixture.Host.Operator.GetHostAsync(Cancelled);
        await _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id, memoryMb: 100, vcpus: 2));
        await _instances.FailAsync(TestSpecs.Of("no-such-image", memoryMb: 1000));

        var instances = await fixture.Host.Operator.ListAsync(Cancelled);
        var host = await fixture.Host.Operator.GetHostAsync(Cancelled);

        // Other tests make and remove instances meanwhile: this one's failed spawn must be in no sum, its instance in all.
        Assert.InRange(host.Instances, 1, instances.Length + 100);
        Assert.InRange(host.MemoryMbUsed, 100, before.MemoryMbUsed + 999);
        Assert.InRange(host.VcpusUsed, 2, 4096);
        Assert.InRange(host.RunningInstances, 1, host.Instances);
    }

    [Theory]
    [InlineData("seccomp")]
    [InlineData("memory-limit")]
    [InlineData("cpu-quota")]
    [InlineData("pids-limit")]
    [InlineData("no-new-privileges")]
    [InlineData("host-ports-closed")]
    public async Task Host_Feature_HoldsAndSaysSoInWords(string name)
    {
        var host = await fixture.Host.Operator.GetHostAsync(Cancelled);

        var feature = Assert.Single(host.Features, f => f.Name == name);
        Assert.True(feature.Holds, feature.Words);
        Assert.NotEqual("", feature.Words);
    }

    [Fact]
    public async Task Host_TrialOfTheDiskQuota_LeavesNothing()
    {
        await fixture.Host.Operator.GetHostAsync(Cancelled);

        var id = (await File.ReadAllTextAsync(Path.Combine(fixture.Host.DataPath, "host-id"), Cancelled)).Trim();
        Assert.Equal("", await Engine.DockerAsync("ps", "-a", "-q", "--filter", $"label=openstack.owner={id}", "--filter", "label=openstack.purpose"));
        Assert.Equal("", await Engine.DockerAsync("images", "-q", $"os-probe/{id}"));
    }

    [Theory]
    [InlineData("/healthz/live", "alive\n")]
    [InlineData("/healthz/ready", "ready\n")]
    public async Task Health_OfARunningHost_IsGoodWithoutAToken(string path, string words)
    {
        using var answer = await fixture.Host.Http.GetAsync(path, Cancelled);

        Assert.Equal((HttpStatusCode.OK, words), (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancelled)));
    }

    [Fact]
    public void Socket_OfTheHost_IsForItsOwnerAndGroup()
    {
        const UnixFileMode OwnerAndGroup = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

        Assert.Equal(OwnerAndGroup, File.GetUnixFileMode(Path.Combine(fixture.Host.DataPath, "driver-host.sock")));
    }

    [Fact]
    public async Task Engine_ThatIsNotThere_MakesTheHostNotReadyAndSaysSo()
    {
        var folder = Directory.CreateTempSubdirectory("no-engine-").FullName;
        await using (var host = await RunningDriverHost.StartAsync(folder, fixture.Cloud, engine: "/nowhere/docker.sock"))
        {
            using var live = await host.Http.GetAsync("/healthz/live", Cancelled);
            using var ready = await host.Http.GetAsync("/healthz/ready", Cancelled);
            var refused = await Assert.ThrowsAsync<DriverHostException>(() => host.Operator.SpawnAsync(TestSpecs.NewId(), TestSpecs.Of(fixture.Busybox.Id), Cancelled));

            Assert.Equal((HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable), (live.StatusCode, ready.StatusCode));
            Assert.Equal("engine_unreachable", refused.Code);
            Assert.Empty(await host.Operator.ListAsync(Cancelled));
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Keystone_ThatIsDown_LetsNobodyIn()
    {
        var folder = Directory.CreateTempSubdirectory("no-keystone-").FullName;
        await using var cloud = await StandIns.CloudStandIn.StartAsync(Path.Combine(folder, "images"));
        await using (var host = await RunningDriverHost.StartAsync(Path.Combine(folder, "data"), cloud))
        {
            cloud.IsDown = true;

            var refused = await Assert.ThrowsAsync<DriverHostException>(() => host.Operator.ListAsync(Cancelled));

            Assert.Equal((HttpStatusCode.ServiceUnavailable, "keystone_refused"), (refused.StatusCode!.Value, refused.Code));
        }

        Directory.Delete(folder, recursive: true);
    }
}
