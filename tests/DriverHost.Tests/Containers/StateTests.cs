using DriverHost.Client;
using TestKit;

namespace DriverHost.Tests.Containers;

/// <summary>What the engine knows, the driver host knows within a second.</summary>
[Trait("needs", "docker")]
public sealed class StateTests(DriverHostFixture fixture) : IAsyncDisposable
{
    private readonly Instances _instances = new(fixture.Host);

    public ValueTask DisposeAsync() => _instances.DisposeAsync();

    [Fact]
    public async Task Process_ThatEnds_ShowsWithinASecond()
    {
        // A busy machine is late now and then, a driver host that looks now and then nearly always: the best of five counts.
        var late = TimeSpan.MaxValue;
        for (var i = 0; i < 5 && late > TimeSpan.FromSeconds(1); i++)
        {
            var spawned = await _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id, script: "while [ ! -e /go ]; do sleep 0.05; done; sleep 0.5; exit 5"));
            var exiting = fixture.Host.WaitAsync(spawned.Id, i => i.State == InstanceState.Exited);
            await Instances.RunAsync(spawned, "touch /go");

            var exited = await exiting;

            late = TimeProvider.System.GetUtcNow() - exited.Exit!.At;
            Assert.Equal(5, exited.Exit.Code);
        }

        Assert.InRange(late, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Process_OverItsMemory_IsKilledAndSaysSo()
    {
        var spawned = await _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id, script: "tail /dev/zero", memoryMb: 16) with { Command = ["tail", "/dev/zero"] });

        var killed = await fixture.Host.WaitAsync(spawned.Id, i => i.Exit is { OutOfMemory: true });

        Assert.Equal((InstanceState.Exited, 137), (killed.State, killed.Exit!.Code));
        Assert.StartsWith("killed: out of memory at 16 MiB after ", killed.Exit.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Container_RemovedBehindOurBack_IsMissingAndCanOnlyBeDeleted()
    {
        var spawned = await _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id));

        await Engine.DockerAsync("rm", "-f", spawned.ContainerId!);

        await fixture.Host.WaitAsync(spawned.Id, i => i.State == InstanceState.Missing);
        var refused = await Assert.ThrowsAsync<DriverHostException>(() => fixture.Host.Operator.StartAsync(spawned.Id, TestContext.Current.CancellationToken));
        Assert.Equal("missing", refused.Code);
        await fixture.Host.Operator.DeleteAsync(spawned.Id, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Container_PausedByHand_ShowsAsPaused()
    {
        var spawned = await _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id));

        await Engine.DockerAsync("pause", spawned.ContainerId!);

        await fixture.Host.WaitAsync(spawned.Id, i => i.State == InstanceState.Paused);
    }

    [Fact]
    public async Task Spawn_BodyWithWhatIsRequiredOnly_HasTheDefaultsOfTheRest()
    {
        var id = _instances.NewId();
        var project = TestSpecs.NewProject();
        using var request = new HttpRequestMessage(HttpMethod.Put, $"v1/instances/{id}");
        request.Headers.Add("X-Auth-Token", fixture.Cloud.Keystone.Issue("service-project", ["service"]));
        request.Content = new StringContent(
            $$"""{"project_id":"{{project}}","user_id":"u","name":"n","image_id":"{{fixture.Busybox.Id}}","flavor":{"name":"f","vcpus":1,"memory_mb":64,"disk_gb":0} }""",
            System.Text.Encoding.UTF8,
            "application/json");

        using var answer = await fixture.Host.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(System.Net.HttpStatusCode.OK, answer.StatusCode);
        var spawned = await fixture.Host.Operator.GetAsync(id, TestContext.Current.CancellationToken);
        Assert.Equal((InstanceState.Running, $"os-{project}"), (spawned.State, Assert.Single(spawned.Addresses).Network));
    }

    [Fact]
    public async Task Spawns_OfOneImageAtOnce_FetchItOnce()
    {
        var image = fixture.Cloud.Glance.Add(TestImages.Running($"echo {TestSpecs.NewId()}; {TestSpecs.Sleep}"));

        var spawned = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => _instances.SpawnAsync(TestSpecs.Of(image.Id))));

        Assert.All(spawned, s => Assert.Equal(InstanceState.Running, s.State));
        Assert.Equal(1, image.Downloads);
    }
}
