using System.Net;
using Dashboard.Instances;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dashboard.Tests.Instances;

public sealed class InstanceCommandsTests : IAsyncDisposable
{
    private readonly TestInstanceCloud _cloud = new();
    private readonly LiveInstances _live;
    private readonly InstanceCommands _commands;

    public InstanceCommandsTests()
    {
        _live = new LiveInstances(_cloud, TimeProvider.System, NullLogger<LiveInstances>.Instance);
        _commands = new InstanceCommands(_cloud, _live);
    }

    [Theory]
    [InlineData(InstanceAction.Start, "start")]
    [InlineData(InstanceAction.Stop, "stop")]
    [InlineData(InstanceAction.Restart, "reboot SOFT")]
    [InlineData(InstanceAction.Pause, "pause")]
    [InlineData(InstanceAction.Unpause, "unpause")]
    [InlineData(InstanceAction.Delete, "delete")]
    public async Task Run_Action_IsAskedOfNova(InstanceAction action, string asked)
    {
        var result = Assert.Single(await _commands.RunAsync([Views.Of("web")], action, TestContext.Current.CancellationToken));

        Assert.True(result.Accepted);
        Assert.Equal((TestInstances.Id("web"), asked), Assert.Single(_cloud.Nova.Done));
    }

    [Fact]
    public async Task Run_OneOfThreeRefused_HasAResultForEachInOrder()
    {
        _cloud.Nova.Refusals[TestInstances.Id("b")] = TestCompute.Refusal(HttpStatusCode.Conflict, "Cannot 'stop' while it is in vm_state stopped");

        var results = await _commands.RunAsync([Views.Of("a"), Views.Of("b"), Views.Of("c")], InstanceAction.Stop, TestContext.Current.CancellationToken);

        Assert.Equal([true, false, true], results.Select(r => r.Accepted));
        Assert.Contains("vm_state stopped", results[1].Problem!.Why, StringComparison.Ordinal);
        Assert.Equal("req-77", results[1].Problem!.RequestId);
    }

    [Fact]
    public async Task Delete_AlreadyGone_IsDone()
    {
        _cloud.Nova.Refusals[TestInstances.Id("a")] = TestCompute.Refusal(HttpStatusCode.NotFound, "Instance could not be found.");

        Assert.True(Assert.Single(await _commands.RunAsync([Views.Of("a")], InstanceAction.Delete, TestContext.Current.CancellationToken)).Accepted);
    }

    [Fact]
    public async Task Snapshot_Accepted_GivesTheImage()
    {
        var result = await _commands.SnapshotAsync(Views.Of("a"), "before the upgrade", TestContext.Current.CancellationToken);

        Assert.NotNull(result.ImageId);
        Assert.Equal("createImage before the upgrade", Assert.Single(_cloud.Nova.Done).Action);
    }

    public async ValueTask DisposeAsync()
    {
        await _live.EndAsync();
        _cloud.Dispose();
    }
}
