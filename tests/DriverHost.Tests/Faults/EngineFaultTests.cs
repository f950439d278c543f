using System.Diagnostics.Metrics;
using DriverHost.Client;
using DriverHost.Docker;
using DriverHost.Tests.StandIns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using TestKit;
using Engine = TestKit.Engine;

namespace DriverHost.Tests.Faults;

/// <summary>
/// Each engine call of each operation fails, in one way or another. Then: the caller hears words, no container but a deleted one is lost, nothing leaks, and what the
/// driver host says is what the engine holds.
/// </summary>
[Trait("needs", "docker")]
public sealed class EngineFaultTests(DriverHostFixture fixture) : IAsyncLifetime
{
    private static readonly EngineFault[] Kinds = [EngineFault.Refuses, EngineFault.CutAfter, EngineFault.Gone, EngineFault.CutBefore];

    private readonly string _data = Directory.CreateTempSubdirectory("faults-").FullName;
    // Of its own: what this host made is removed at the end, and an image's tag is the same for every host.
    private readonly ImageStandIn _image = fixture.Cloud.Glance.Add(TestImages.Running($"echo {TestSpecs.NewId()}; {TestSpecs.Sleep}"));
    private EngineProxy _proxy = null!;
    private RunningDriverHost _host = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _proxy = await EngineProxy.StartAsync();
        _host = await RunningDriverHost.StartAsync(
            _data, fixture.Cloud, builder => builder.Services.AddSingleton(EnginePatience.Default with { Pulse = TimeSpan.FromSeconds(2) }), _proxy.Socket);
        await Patience.UntilAsync(() => _host.Get<DriverHost.Containers.InstanceBook>().EngineAnswers);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _proxy.DisposeAsync();
        await RunningDriverHost.RemoveAllAsync(_data);
        Directory.Delete(_data, recursive: true);
    }

    [Theory]
    [InlineData("spawn", 0)]
    [InlineData("start", 0)]
    [InlineData("stop", 1)]
    [InlineData("reboot", 2)]
    [InlineData("pause", 3)]
    [InlineData("unpause", 2)]
    [InlineData("snapshot", 0)]
    [InlineData("delete", 2)]
    public async Task EngineCall_ThatFails_LosesAndLeaksNothing(string operation, int first)
    {
        var calls = await CallsOfAsync(operation);
        for (var i = 0; i < calls.Length; i++)
        {
            var fault = Kinds[(first + i) % Kinds.Length];
            var scene = await SceneAsync(operation);
            _proxy.Plan(calls[i], fault);
            var failure = await RunAsync(operation, scene);
            _proxy.Heal();

            var about = $"{operation}, {calls[i]} {fault}: {failure?.Message}";
            Assert.True(failure is null or DriverHostException { Message.Length: > 0 }, $"{about}: {failure}");
            await AssertTrueAsync(operation, scene, failure, about);
            await AssertNothingLeftAsync(scene);
        }
    }

    [Fact]
    public async Task Engine_ThatComesBack_IsSpokenOfTruly()
    {
        var (stays, ends) = (await SceneAsync("stop"), await SceneAsync("stop"));
        _proxy.Plan("GET /_ping", EngineFault.Gone);
        await Patience.UntilAsync(async () => (await _host.Operator.GetAsync(stays.Id, Cancelled)).State == InstanceState.Unknown);
        await Engine.DockerAsync("kill", ends.ContainerId);

        _proxy.Heal();

        await _host.WaitAsync(ends.Id, i => i.State == InstanceState.Exited);
        await _host.WaitAsync(stays.Id, i => i.State == InstanceState.Running);
    }

    [Fact]
    public async Task Engine_ThatHangs_CountsAsGoneThoughItsStreamsStayOpen()
    {
        var scene = await SceneAsync("stop");
        _proxy.Plan("GET /_ping", EngineFault.Silent);

        await _host.WaitAsync(scene.Id, i => i.State == InstanceState.Unknown);
    }

    [Fact]
    public async Task Image_RemovedOnTheHostWhileItsContainerIsMade_IsFetchedAnew()
    {
        await AssertNothingLeftAsync(await SceneAsync("stop"));
        var removals = 0;
        _proxy.Before = call => call == "POST /containers/create" && Interlocked.Increment(ref removals) == 1
            ? Engine.DockerAsync("rmi", $"glance/{_image.Id}:{_image.Sha512![..16]}")
            : Task.CompletedTask;
        var scene = await SceneAsync("stop");

        Assert.Equal(InstanceState.Running, (await _host.Operator.GetAsync(scene.Id, Cancelled)).State);
        Assert.Equal((2, 2), (removals, _image.Downloads));
    }

    [Fact]
    public async Task Delete_WhileLeftoversAreRemoved_TakesOverAndTheHostGoesOn()
    {
        var scene = await SceneAsync("spawn");
        _proxy.Plan("POST /containers/{id}/start", EngineFault.Gone);
        Assert.NotNull(await RunAsync("spawn", scene));
        _proxy.Heal();
        _proxy.Plan("DELETE /containers/{id}", EngineFault.Silent);
        await Patience.UntilAsync(() => _proxy.Struck);
        using var looking = new MetricCollector<int>(_host.Get<IMeterFactory>(), DriverHostHosting.TelemetryName, "driver_host.leftovers.looking");
        looking.RecordObservableInstruments();
        Assert.Equal(1, looking.LastMeasurement?.Value);

        // The clean-up hangs in the engine, and is given up for the delete.
        await AssertNothingLeftAsync(scene);

        await _host.Operator.DeleteAsync((await SceneAsync("stop")).Id, Cancelled);
        Assert.False(_host.Get<Microsoft.Extensions.Hosting.IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested);
        _proxy.Heal();
        await Patience.UntilAsync(() =>
        {
            looking.RecordObservableInstruments();
            return looking.LastMeasurement?.Value == 0;
        });
    }

    // What an operation asks of the engine when nothing fails; streams of the driver host's own are cut by Gone.
    private async Task<string[]> CallsOfAsync(string operation)
    {
        var scene = await SceneAsync(operation);
        _proxy.TakeSeen();
        Assert.Null(await RunAsync(operation, scene));
        var calls = _proxy.TakeSeen();
        await _host.Operator.DeleteAsync(scene.Id, Cancelled);
        return [.. calls.Order(StringComparer.Ordinal).Where(c => c is not ("GET /events" or "GET /_ping" or "GET /info" or "GET /version") && !c.EndsWith("/stats", StringComparison.Ordinal))];
    }

    private async Task<Scene> SceneAsync(string operation)
    {
        var spec = TestSpecs.Of(_image.Id, network: "auto");
        if (operation == "spawn")
        {
            return new Scene(TestSpecs.NewId(), spec with { PublicKey = "ssh-ed25519 AAAA dana" });
        }

        var scene = new Scene(TestSpecs.NewId(), spec);

        scene.ContainerId = (await _host.Operator.SpawnAsync(scene.Id, scene.Spec, Cancelled)).ContainerId!;
        switch (operation)
        {
            case "start":
                await _host.Operator.StopAsync(scene.Id, TimeSpan.FromSeconds(5), Cancelled);
                break;
            case "unpause":
                await _host.Operator.PauseAsync(scene.Id, Cancelled);
                break;
            case "snapshot":
                scene.Snapshot = fixture.Cloud.Glance.AddQueued(scene.Spec.ProjectId);
                break;
        }

        return scene;
    }

    private async Task<Exception?> RunAsync(string operation, Scene scene) => await Record.ExceptionAsync(() => (operation switch
    {
        "spawn" => (Task)_host.Operator.SpawnAsync(scene.Id, scene.Spec, Cancelled),
        "start" => _host.Operator.StartAsync(scene.Id, Cancelled),
        "stop" => _host.Operator.StopAsync(scene.Id, TimeSpan.FromSeconds(5), Cancelled),
        "reboot" => _host.Operator.RebootAsync(scene.Id, hard: true, Cancelled),
        "pause" => _host.Operator.PauseAsync(scene.Id, Cancelled),
        "unpause" => _host.Operator.UnpauseAsync(scene.Id, Cancelled),
        "snapshot" => _host.Operator.SnapshotAsync(scene.Id, new SnapshotRequest { ImageId = scene.Snapshot!.Id, Name = "snapshot" }, Cancelled),
        _ => _host.Operator.DeleteAsync(scene.Id, Cancelled),
    }).WaitAsync(RunningDriverHost.Patience, Cancelled));

    private async Task AssertTrueAsync(string operation, Scene scene, Exception? failure, string about)
    {
        if (operation == "delete" && failure is null)
        {
            return;
        }

        await Patience.UntilAsync(() => _host.Get<DriverHost.Containers.InstanceBook>().EngineAnswers);
        var status = (await Command.RunAsync("docker", "inspect", "-f", "{{.State.Status}}", $"os-{scene.Id}")).Output.Trim();
        if (operation == "spawn" && failure is not null)
        {
            // Undone, at once or as soon as the engine can be spoken to.
            await Patience.UntilAsync(async () => (await Engine.DockerAsync("ps", "-a", "-q", "--filter", $"label=openstack.instance={scene.Id}")).Length == 0);
            await Patience.UntilAsync(async () => (await Engine.DockerAsync("network", "ls", "-q", "--filter", $"name=os-{scene.Spec.ProjectId}")).Length == 0);
            Assert.Equal(InstanceState.Error, (await _host.Operator.GetAsync(scene.Id, Cancelled)).State);
            return;
        }

        if (operation == "delete" && status.Length == 0)
        {
            // Removed, though the answer was lost: the next delete finds that.
            return;
        }

        if (operation is not ("spawn" or "delete"))
        {
            // No path but delete removes a container.
            Assert.True(status.Length > 0, $"{about}: the container is gone.");
        }

        if (operation == "snapshot")
        {
            await Patience.UntilAsync(async () => (await Engine.DockerAsync("images", "-q", "--filter", $"reference=os-snapshot/*:{scene.Id}")).Length == 0);
        }

        await Patience.UntilAsync(async () => StateOf(await _host.Operator.GetAsync(scene.Id, Cancelled)) == (await Command.RunAsync("docker", "inspect", "-f", "{{.State.Status}}", $"os-{scene.Id}")).Output.Trim());
    }

    private async Task AssertNothingLeftAsync(Scene scene)
    {
        await _host.Operator.DeleteAsync(scene.Id, Cancelled);
        Assert.Equal("", await Engine.DockerAsync("ps", "-a", "-q", "--filter", $"label=openstack.instance={scene.Id}"));
        Assert.Equal("", await Engine.DockerAsync("network", "ls", "-q", "--filter", $"name=os-{scene.Spec.ProjectId}"));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_data, "staging")));
    }

    private static string StateOf(HostInstance instance) => instance.State switch
    {
        InstanceState.Running => "running",
        InstanceState.Paused => "paused",
        InstanceState.Exited => "exited",
        _ => "",
    };

    private sealed class Scene(string id, InstanceSpec spec)
    {
        public string Id { get; } = id;
        public InstanceSpec Spec { get; } = spec;
        public string ContainerId { get; set; } = "";
        public ImageStandIn? Snapshot { get; set; }
    }
}
