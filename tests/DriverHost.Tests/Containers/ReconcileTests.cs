using DriverHost.Client;
using DriverHost.Snapshots;
using DriverHost.Store;
using DriverHost.Tests.StandIns;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using OpenStack.Glance;
using TestKit;

namespace DriverHost.Tests.Containers;

/// <summary>A driver host that comes up after a bad end: what was half done is finished or undone, what is others' is left alone.</summary>
[Trait("needs", "docker")]
public sealed class ReconcileTests(DriverHostFixture fixture) : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory("reconcile-").FullName;
    private readonly string _project = TestSpecs.NewProject();
    // Of its own: what this host made is removed at the end, and an image's tag is the same for every host.
    private readonly string _image = fixture.Cloud.Glance.Add(TestImages.Running($"echo {TestSpecs.NewId()}; {TestSpecs.Sleep}")).Id;
    private RunningDriverHost _host = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await RunningDriverHost.StartAsync(_data, fixture.Cloud);

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await RunningDriverHost.RemoveAllAsync(_data);
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task Start_Again_FindsEverythingAsItWas()
    {
        var running = await SpawnAsync(network: "auto");
        var paused = await SpawnAsync();
        await _host.Operator.PauseAsync(paused.Id, Cancelled);
        var stopped = await SpawnAsync();
        await _host.Operator.StopAsync(stopped.Id, null, Cancelled);

        await RestartAsync();

        Assert.Equal((InstanceState.Running, running.ContainerId, running.StartedAt), await StateAsync(running.Id));
        Assert.Equal((InstanceState.Paused, paused.ContainerId, paused.StartedAt), await StateAsync(paused.Id));
        Assert.Equal((InstanceState.Exited, stopped.ContainerId, stopped.StartedAt), await StateAsync(stopped.Id));
        Assert.False((await _host.Operator.GetAsync(stopped.Id, Cancelled)).WantedRunning);
    }

    [Fact]
    public async Task Spawn_InterruptedBeforeTheProcessStarted_IsUndone()
    {
        var instance = await SpawnAsync(network: "auto");
        await Engine.DockerAsync("rm", "-f", instance.ContainerId!);

        await RestartAsync(async db =>
        {
            await CreateAsync(instance.Id, await HostIdAsync());
            await HalfDoneAsync(db, instance.Id, InstancePhase.Spawning, "spawn");
        });

        var failed = await _host.Operator.GetAsync(instance.Id, Cancelled);
        Assert.Equal((InstanceState.Error, "interrupted", "The driver host ended while it made this instance. Delete it and launch it again."), (failed.State, failed.Fault!.Code, failed.Fault.Message));
        Assert.Equal("", await ContainersOfAsync(instance.Id));
        Assert.Equal("", await Engine.DockerAsync("network", "ls", "-q", "--filter", $"name=os-{_project}"));
    }

    [Fact]
    public async Task Spawn_InterruptedBeforeItHadAContainer_IsUndone()
    {
        var instance = await SpawnAsync();
        await Engine.DockerAsync("rm", "-f", instance.ContainerId!);

        await RestartAsync(db => HalfDoneAsync(db, instance.Id, InstancePhase.Spawning, "spawn"));

        Assert.Equal(InstanceState.Error, (await _host.Operator.GetAsync(instance.Id, Cancelled)).State);
    }

    [Fact]
    public async Task Spawn_InterruptedAfterTheProcessStarted_IsFinished()
    {
        var instance = await SpawnAsync();

        await RestartAsync(db => HalfDoneAsync(db, instance.Id, InstancePhase.Spawning, "spawn"));

        Assert.Equal((InstanceState.Running, instance.ContainerId, instance.StartedAt), await StateAsync(instance.Id));
        Assert.Equal(InstanceState.Paused, (await _host.Operator.PauseAsync(instance.Id, Cancelled)).State);
    }

    [Fact]
    public async Task Delete_Interrupted_IsFinished()
    {
        var instance = await SpawnAsync(network: "auto");

        await RestartAsync(db => HalfDoneAsync(db, instance.Id, InstancePhase.Deleting, "delete"));

        await Assert.ThrowsAsync<DriverHostException>(() => _host.Operator.GetAsync(instance.Id, Cancelled));
        Assert.Equal("", await ContainersOfAsync(instance.Id));
        Assert.Equal("", await Engine.DockerAsync("network", "ls", "-q", "--filter", $"name=os-{_project}"));
    }

    [Fact]
    public async Task Books_Lost_LoseNoContainer()
    {
        var instance = await SpawnAsync(network: "auto");
        var orphan = TestSpecs.NewId();

        await RestartAsync(async db =>
        {
            await db.Instances.ExecuteDeleteAsync(Cancelled);
            await CreateAsync(orphan, await HostIdAsync());
        });

        var adopted = await _host.Operator.GetAsync(instance.Id, Cancelled);
        Assert.Equal((InstanceState.Running, instance.ContainerId, _project), (adopted.State, adopted.ContainerId, adopted.ProjectId));
        Assert.Equal((instance.Name, instance.ImageId, instance.Flavor.MemoryMb), (adopted.Name, adopted.ImageId, adopted.Flavor.MemoryMb));
        Assert.Equal("", await ContainersOfAsync(orphan));
    }

    [Fact]
    public async Task Containers_OfAnotherHost_AreLeftAlone()
    {
        var foreign = TestSpecs.NewId();
        await SpawnAsync();
        var container = await CreateAsync(foreign, "another-host");
        try
        {
            await RestartAsync();

            Assert.Equal(container, await ContainersOfAsync(foreign));
            await Assert.ThrowsAsync<DriverHostException>(() => _host.Operator.GetAsync(foreign, Cancelled));
            await _host.Operator.DeleteAsync(foreign, Cancelled);
            Assert.Equal(container, await ContainersOfAsync(foreign));
        }
        finally
        {
            await Engine.DockerAsync("rm", "-f", container);
        }
    }

    [Fact]
    public async Task Leftovers_OfTrialsAndSnapshots_AreRemoved()
    {
        var instance = await SpawnAsync();
        var host = await HostIdAsync();
        var image = (await Instances.InspectAsync(instance)).GetProperty("Image").GetString()!;
        var trial = "";

        await RestartAsync(async _ =>
        {
            await Engine.DockerAsync("tag", image, $"os-snapshot/{host}:{instance.Id}");
            trial = await Engine.DockerAsync("create", "--label", $"openstack.owner={host}", "--label", "openstack.purpose=probe", image, "true");
        });

        Assert.Equal("", await Engine.DockerAsync("images", "-q", $"os-snapshot/{host}"));
        Assert.Equal("", await Engine.DockerAsync("ps", "-a", "-q", "--no-trunc", "--filter", $"id={trial}"));
        Assert.Equal(InstanceState.Running, (await _host.Operator.GetAsync(instance.Id, Cancelled)).State);
    }

    [Fact]
    public async Task Staging_WithFilesOfTheLastEnd_IsEmptied()
    {
        await RestartAsync(_ => File.WriteAllTextAsync(Path.Combine(_data, "staging", "left"), "x", Cancelled));

        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_data, "staging")));
    }

    [Fact]
    public async Task Snapshot_Interrupted_IsSettledWhenGlanceAnswersAgain()
    {
        var cloud = await CloudStandIn.StartAsync(Path.Combine(_data, "images"));
        await using var closing = cloud;
        var image = cloud.Glance.AddQueued(_project);
        image.Properties[Approval.State] = Approval.Managed;
        await _host.DisposeAsync();
        await using (var db = LedgerReader.Open(Path.Combine(_data, "driver-host.db")))
        {
            db.Snapshots.Add(new SnapshotRow { ImageId = image.Id, ParentImageId = "parent", ProjectId = _project, InstanceId = "gone", TakenAt = DateTimeOffset.UnixEpoch });
            await db.SaveChangesAsync(Cancelled);
        }

        cloud.IsDown = true;
        _host = await RunningDriverHost.StartAsync(_data, cloud);
        var settling = _host.Get<IEnumerable<IHostedService>>().OfType<SnapshotSettling>().Single().ExecuteTask!;
        Assert.False(settling.IsCompleted);
        cloud.IsDown = false;

        await settling.WaitAsync(RunningDriverHost.Patience, Cancelled);
        Assert.Equal(Approval.Pending, image.Approval);
        Assert.Null(await _host.Get<Ledger>().SnapshotAsync(image.Id, Cancelled));
    }

    private Task<HostInstance> SpawnAsync(string network = "none") =>
        _host.Operator.SpawnAsync(TestSpecs.NewId(), TestSpecs.Of(_image, _project, network: network), Cancelled);

    /// <summary>Ends the driver host, changes its books as a crash would have left them, and starts it again.</summary>
    private async Task RestartAsync(Func<LedgerDb, Task>? between = null)
    {
        await _host.DisposeAsync();
        if (between is not null)
        {
            await using var db = LedgerReader.Open(Path.Combine(_data, "driver-host.db"));
            await between(db);
        }

        _host = await RunningDriverHost.StartAsync(_data, fixture.Cloud);

        // Operators wait until all is in order; so does this call.
        await _host.Operator.DeleteAsync("nothing", Cancelled);
    }

    private static Task<int> HalfDoneAsync(LedgerDb db, string id, InstancePhase phase, string operation) =>
        db.Instances.Where(i => i.Id == id).ExecuteUpdateAsync(i => i.SetProperty(r => r.Phase, phase).SetProperty(r => r.Operation, operation).SetProperty(r => r.ContainerId, (string?)null), Cancelled);

    private async Task<(InstanceState, string?, DateTimeOffset?)> StateAsync(string id)
    {
        var instance = await _host.Operator.GetAsync(id, Cancelled);
        return (instance.State, instance.ContainerId, instance.StartedAt);
    }

    private async Task<string> CreateAsync(string id, string owner) => await Engine.DockerAsync(
        "create", "--name", $"os-{id}", "--network", "none", "--label", $"openstack.owner={owner}", "--label", $"openstack.instance={id}", "--label", $"openstack.project={_project}", await ImageAsync(), "true");

    private async Task<string> ImageAsync() => (await LedgerReader.LoadedReferencesAsync(Path.Combine(_data, "driver-host.db"))).First();

    private async Task<string> HostIdAsync() => (await File.ReadAllTextAsync(Path.Combine(_data, "host-id"), Cancelled)).Trim();

    private static Task<string> ContainersOfAsync(string id) => Engine.DockerAsync("ps", "-a", "-q", "--no-trunc", "--filter", $"label=openstack.instance={id}");
}
