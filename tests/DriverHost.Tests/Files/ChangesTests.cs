using System.Net;
using DriverHost.Client;
using DriverHost.Files;
using DriverHost.Tests.Containers;
using HostEngine = DriverHost.Docker.Engine;

namespace DriverHost.Tests.Files;

/// <summary>What real containers changed.</summary>
[Trait("needs", "docker")]
public sealed class ChangesTests(DriverHostFixture fixture) : IAsyncDisposable
{
    private readonly Instances _instances = new(fixture.Host);
    private readonly string _project = TestSpecs.NewProject();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _instances.DisposeAsync();

    [Fact]
    public async Task AddedChangedDeleted_WithSizes_RunningAndStopped()
    {
        var instance = await SpawnAsync("mkdir -p /data/deep; printf 12345 > /data/deep/five; ln -s five /data/deep/link; mkfifo /data/pipe; rm /bin/yes; echo more >> /etc/group; echo ready; sleep 100000");
        await fixture.Host.WaitForLineAsync(instance.Id, "ready");

        var running = await fixture.Host.As(_project, "reader").GetChangesAsync(instance.Id, Cancelled);
        await fixture.Host.Operator.StopAsync(instance.Id, TimeSpan.Zero, Cancelled);
        var stopped = await fixture.Host.As(_project, "reader").GetChangesAsync(instance.Id, Cancelled);

        Assert.Equal(
            [("/data", "added", "folder", null), ("/data/deep", "added", "folder", null), ("/data/deep/five", "added", "file", 5L), ("/data/deep/link", "added", "link", null), ("/data/pipe", "added", "other", null)],
            running.Changes.Where(c => c.Path.StartsWith("/data", StringComparison.Ordinal)).Select(c => (c.Path, c.Change, c.Type!, c.SizeBytes)));
        Assert.Contains(new ChangeRecord("/bin/yes", "deleted", null, null), running.Changes);
        Assert.Contains(running.Changes, c => c is { Path: "/etc/group", Change: "changed", Type: "file", SizeBytes: > 5 });
        Assert.Equal(running.Changes, stopped.Changes);
        Assert.True(running is { SizesKnown: true, More: false });
        Assert.Contains(new OutsideFolder("/dev/shm", "tmpfs"), running.Outside);
    }

    [Fact]
    public async Task Nothing_Changed_IsAnEmptyList()
    {
        var instance = await SpawnAsync(null);

        Assert.Empty((await fixture.Host.As(_project, "reader").GetChangesAsync(instance.Id, Cancelled)).Changes);
    }

    [Fact]
    public async Task Many_AreCutAndSaid()
    {
        var instance = await SpawnAsync("mkdir /many; cd /many; seq 1 40 | xargs touch; echo ready; sleep 100000");
        await fixture.Host.WaitForLineAsync(instance.Id, "ready");
        using var reader = new ChangeReader(fixture.Host.Get<HostEngine>(), fixture.Host.Get<DriverHostOptions>(), TimeProvider.System, most: 20);

        var changes = await reader.ReadAsync(instance.ContainerId!, Cancelled);

        Assert.True(changes.More);
        Assert.InRange(changes.Changes.Count, 18, 20);
    }

    [Fact]
    public async Task Foreign_IsNotThere()
    {
        var instance = await SpawnAsync(null);

        var refused = await Assert.ThrowsAsync<DriverHostException>(() => fixture.Host.As(TestSpecs.NewProject(), "member").GetChangesAsync(instance.Id, Cancelled));

        Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
    }

    private Task<HostInstance> SpawnAsync(string? script) => _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id, _project, script));
}
