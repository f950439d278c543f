using Dashboard.Launch;
using Dashboard.Tests.Images;
using DriverHost.Client;
using Microsoft.Extensions.Time.Testing;

namespace Dashboard.Tests.Launch;

public sealed class BootFollowerTests
{
    private readonly TestLaunchCloud _cloud = new();
    private readonly FakeTimeProvider _time = new(TestImages.Now);

    [Fact]
    public async Task Follow_ActiveAtOnce_Ends()
    {
        _cloud.Servers[LaunchSamples.ServerId] = LaunchSamples.Server("web", "ACTIVE");

        var last = (await ToListAsync())[^1];

        var boot = Assert.Single(last);
        Assert.Equal((BootPhase.Started, "web"), (boot.Phase, boot.Name));
        Assert.All(boot.Steps, s => Assert.NotNull(s.EndedAt));
    }

    [Fact]
    public async Task Follow_ErrorLater_EndsWithNovasWords()
    {
        _cloud.Servers[LaunchSamples.ServerId] = LaunchSamples.Server("web", "BUILD", "scheduling");
        var looks = Looks();
        await NextAsync(looks);
        await NextAsync(looks);
        Assert.Equal("Choosing a host", looks.Current[0].Steps[^1].Words);

        _cloud.Servers[LaunchSamples.ServerId] = LaunchSamples.Server("web", "ERROR", fault: "No valid host was found.");
        var next = looks.MoveNextAsync();
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(await next);

        Assert.Equal((BootPhase.Failed, "No valid host was found."), (looks.Current[0].Phase, looks.Current[0].Fault));
        Assert.False(await looks.MoveNextAsync());
    }

    [Fact]
    public async Task Follow_HostTellsSteps_KeepsEachWithItsTimeAndBytes()
    {
        _cloud.Servers[LaunchSamples.ServerId] = LaunchSamples.Server("web", "BUILD", "spawning");
        _cloud.Say(LaunchSamples.Spawning("checking the host"), TestImages.Now.AddSeconds(1));
        _cloud.Say(LaunchSamples.Spawning("fetching the image", 10, 40), TestImages.Now.AddSeconds(2));
        _cloud.Say(LaunchSamples.Spawning("fetching the image", 30, 40), TestImages.Now.AddSeconds(4));
        _cloud.Say(LaunchSamples.Spawning("making the container"), TestImages.Now.AddSeconds(5));

        var looks = Looks();
        await NextAsync(looks);
        await NextAsync(looks);

        var steps = looks.Current[0].Steps;
        Assert.Equal(["Accepted by Nova", "Checking the host", "Fetching the image", "Making the container"], steps.Select(s => s.Words));
        Assert.Equal((30L, 40L, 3), (steps[2].BytesDone, steps[2].BytesTotal, steps[2].Took!.Value.TotalSeconds));
        Assert.Same(steps[2], looks.Current[0].Slowest);
        Assert.Null(steps[3].EndedAt);
        await looks.DisposeAsync();
    }

    [Fact]
    public async Task Follow_HostNamesTheFault_ItsCodeIsKept()
    {
        _cloud.Servers[LaunchSamples.ServerId] = LaunchSamples.Server("web", "ERROR");
        _cloud.Say(LaunchSamples.Spawning("undoing", fault: new InstanceFault("command_not_found", "The image has no program x.", TestImages.Now)), TestImages.Now);

        var boot = (await ToListAsync())[^1][0];

        Assert.Equal((BootPhase.Failed, "command_not_found", "The image has no program x."), (boot.Phase, boot.FaultCode, boot.Fault));
    }

    [Fact]
    public async Task Follow_ServerDeletedMeanwhile_IsGone()
    {
        Assert.Equal(BootPhase.Gone, (await ToListAsync())[^1][0].Phase);
    }

    [Fact]
    public async Task Follow_Cancelled_StopsWatchingTheHost()
    {
        _cloud.Servers[LaunchSamples.ServerId] = LaunchSamples.Server("web", "BUILD");
        using var stop = new CancellationTokenSource();
        var looks = Looks(stop.Token);
        await NextAsync(looks);
        await NextAsync(looks);

        var next = looks.MoveNextAsync();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.AsTask());
    }

    private IAsyncEnumerator<IReadOnlyList<Boot>> Looks(CancellationToken? stop = null) =>
        new BootFollower(_cloud, _time).FollowAsync([LaunchSamples.ServerId], "web", stop ?? TestContext.Current.CancellationToken).GetAsyncEnumerator(stop ?? TestContext.Current.CancellationToken);

    private static async Task NextAsync(IAsyncEnumerator<IReadOnlyList<Boot>> looks) => Assert.True(await looks.MoveNextAsync());

    private async Task<List<IReadOnlyList<Boot>>> ToListAsync()
    {
        var all = new List<IReadOnlyList<Boot>>();
        await foreach (var look in new BootFollower(_cloud, _time).FollowAsync([LaunchSamples.ServerId], "web", TestContext.Current.CancellationToken))
        {
            all.Add(look);
        }

        return all;
    }
}
