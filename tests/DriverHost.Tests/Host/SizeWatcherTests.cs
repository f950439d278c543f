using DriverHost.Client;
using DriverHost.Host;
using DriverHost.Tests.Containers;

namespace DriverHost.Tests.Host;

/// <summary>Where the engine limits no disk, the watcher does.</summary>
[Trait("needs", "docker")]
public sealed class SizeWatcherTests(DriverHostFixture fixture) : IAsyncDisposable
{
    private readonly Instances _instances = new(fixture.Host);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _instances.DisposeAsync();

    [Fact]
    public async Task Instance_ThatWroteMoreThanItsFlavorHas_IsStoppedInWordsAndMayCleanUp()
    {
        var watcher = fixture.Host.Get<SizeWatcher>();
        var spec = TestSpecs.Of(fixture.Busybox.Id);
        var modest = await _instances.SpawnAsync(spec with { Flavor = spec.Flavor with { DiskGb = 1 } });
        var greedy = await _instances.SpawnAsync(spec with { Flavor = spec.Flavor with { DiskGb = 1 } });
        await Instances.RunAsync(greedy, "truncate -s 1200M /big");

        await watcher.LookAtAllAsync(Cancelled);

        var stopped = await fixture.Host.WaitAsync(greedy.Id, i => i.Fault is not null);
        Assert.Equal((InstanceState.Exited, false, SizeWatcher.FaultCode), (stopped.State, stopped.WantedRunning, stopped.Fault!.Code));
        Assert.Equal("It was stopped: it wrote 1.2 GiB, and its flavor has 1 GiB of disk. Start it and remove files; it is stopped again when it grows further.", stopped.Fault.Message);
        Assert.Equal(InstanceState.Running, (await fixture.Host.Operator.GetAsync(modest.Id, Cancelled)).State);
        var entry = Assert.Single(await fixture.Host.Operator.ListAuditAsync(greedy.Id, null, null, Cancelled), e => e.Kind == "disk.stop");
        Assert.Equal(stopped.Fault.Message, entry.Detail);

        // Started again it may clean up …
        await fixture.Host.Operator.StartAsync(greedy.Id, Cancelled);
        await watcher.LookAtAllAsync(Cancelled);
        var again = await fixture.Host.Operator.GetAsync(greedy.Id, Cancelled);
        Assert.Equal((InstanceState.Running, null), (again.State, again.Fault));

        // … but not write on.
        await Instances.RunAsync(greedy, "truncate -s 1300M /big");
        await watcher.LookAtAllAsync(Cancelled);
        Assert.Equal(InstanceState.Exited, (await fixture.Host.Operator.GetAsync(greedy.Id, Cancelled)).State);
    }

    [Fact]
    public async Task Instance_ThatMadeMoreFilesThanItsFlavorIsGoodFor_IsStoppedInWords()
    {
        var watcher = fixture.Host.Get<SizeWatcher>();
        var spec = TestSpecs.Of(fixture.Busybox.Id);
        var spawned = await _instances.SpawnAsync(spec with { Flavor = spec.Flavor with { DiskGb = 1 } });
        await Instances.RunAsync(spawned, "mkdir /many; cd /many; ln -s / up; seq 66000 | xargs -n 2000 touch");

        await watcher.LookAtAllAsync(Cancelled);

        var stopped = await fixture.Host.WaitAsync(spawned.Id, i => i.Fault is not null);
        Assert.Matches(@"^It was stopped: it made 66,00\d files, and the 1 GiB of disk of its flavor are good for 65,536\. Start it", stopped.Fault!.Message);

        // Started again it may clean up.
        await fixture.Host.Operator.StartAsync(spawned.Id, Cancelled);
        await watcher.LookAtAllAsync(Cancelled);
        Assert.Equal(InstanceState.Running, (await fixture.Host.Operator.GetAsync(spawned.Id, Cancelled)).State);
    }

    [Fact]
    public void Gauge_CountsFiles()
    {
        var folder = Directory.CreateTempSubdirectory("gauge").FullName;

        Assert.InRange(DiskUse.Look(folder)!.Value.UsedFiles, 1, long.MaxValue);
        Directory.Delete(folder);
    }

    [Fact]
    public async Task Instance_ThatFillsAFileWhichTheEngineLent_IsStoppedToo()
    {
        var spec = TestSpecs.Of(fixture.Busybox.Id, network: "auto");
        var spawned = await _instances.SpawnAsync(spec with { Flavor = spec.Flavor with { DiskGb = 1 } });
        await Instances.RunAsync(spawned, "truncate -s 1200M /etc/hosts");

        await fixture.Host.Get<SizeWatcher>().LookAtAllAsync(Cancelled);

        Assert.Equal(SizeWatcher.FaultCode, (await fixture.Host.WaitAsync(spawned.Id, i => i.Fault is not null)).Fault!.Code);
    }
}
