using DriverHost.Client;

namespace DriverHost.Tests.Containers;

[Trait("needs", "docker")]
public sealed class EventsTests(DriverHostFixture fixture) : IAsyncDisposable
{
    private readonly Instances _instances = new(fixture.Host);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _instances.DisposeAsync();

    [Fact]
    public async Task Events_OfAWholeLife_ComeInOrder()
    {
        var project = TestSpecs.NewProject();
        var id = _instances.NewId();
        var seen = new List<string>();
        var synced = new TaskCompletionSource();
        var watching = WatchAsync(fixture.Host.As(project, "reader"), seen, synced, until: HostEvent.Deleted);
        await synced.Task.WaitAsync(RunningDriverHost.Patience, Cancelled);

        await fixture.Host.Operator.SpawnAsync(id, TestSpecs.Of(fixture.Busybox.Id, project), Cancelled);
        await fixture.Host.Operator.PauseAsync(id, Cancelled);
        await fixture.Host.Operator.StopAsync(id, null, Cancelled);
        await fixture.Host.Operator.DeleteAsync(id, Cancelled);

        await watching.WaitAsync(RunningDriverHost.Patience, Cancelled);
        Assert.Equal(["synced", "instance creating", "instance running", "instance paused"], seen.Distinct().Take(4));
        Assert.Equal("deleted exited", seen[^1]);
    }

    [Fact]
    public async Task Events_OnConnect_TellEveryInstanceOnceBeforeSynced()
    {
        var project = TestSpecs.NewProject();
        var made = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id, project))));
        var seen = new List<HostEvent>();

        await foreach (var happened in fixture.Host.As(project, "reader").WatchAsync(Cancelled).InTimeAsync())
        {
            seen.Add(happened);
            if (happened.Type == HostEvent.Synced)
            {
                break;
            }
        }

        Assert.Equal(made.Select(m => m.Id).Order(), seen.SkipLast(1).Select(e => e.State!.Id).Order());
    }

    [Fact]
    public async Task Events_InSilence_Ping()
    {
        var seen = new List<string>();

        await WatchAsync(fixture.Host.As(TestSpecs.NewProject(), "reader"), seen, new TaskCompletionSource(), until: HostEvent.Ping).WaitAsync(RunningDriverHost.Patience, Cancelled);

        Assert.Equal(["synced", "ping"], seen);
    }

    [Fact]
    public async Task Spawn_OnItsWay_TellsItsSteps()
    {
        var id = _instances.NewId();
        var image = fixture.Cloud.Glance.Add(TestKit.TestImages.Running($"echo {id}; {TestSpecs.Sleep}"));
        var project = TestSpecs.NewProject();
        var steps = new List<string>();
        var synced = new TaskCompletionSource();
        var watching = Task.Run(
            async () =>
            {
                await foreach (var happened in fixture.Host.As(project, "reader").WatchAsync(Cancelled).InTimeAsync())
                {
                    if (happened.Type == HostEvent.Synced)
                    {
                        synced.SetResult();
                    }

                    if (happened.State?.Operation is { Name: "spawn" } spawn && !steps.Contains(spawn.Step))
                    {
                        steps.Add(spawn.Step);
                    }

                    if (happened.State is { State: InstanceState.Running, Operation: null })
                    {
                        return;
                    }
                }
            },
            Cancelled);
        await synced.Task.WaitAsync(RunningDriverHost.Patience, Cancelled);

        await fixture.Host.Operator.SpawnAsync(id, TestSpecs.Of(image.Id, project, network: "auto"), Cancelled);

        await watching.WaitAsync(RunningDriverHost.Patience, Cancelled);
        Assert.Equal(
            [
                "checking the host",
                "checking the image's approval",
                "waiting for a free place to load the image",
                "fetching the image",
                "checking the image's layers",
                "loading the image into the engine",
                "making the network",
                "making the container",
                "starting the process",
            ],
            steps.Where(s => s != "starting"));
    }

    private static async Task WatchAsync(DriverHostClient client, List<string> seen, TaskCompletionSource synced, string until)
    {
        await foreach (var happened in client.WatchAsync(Cancelled).InTimeAsync())
        {
            seen.Add(happened.State is { } state ? $"{happened.Type} {state.State.ToString().ToLowerInvariant()}" : happened.Type);
            if (happened.Type == HostEvent.Synced)
            {
                synced.SetResult();
            }

            if (happened.Type == until)
            {
                return;
            }
        }
    }
}
