using System.Net;
using DriverHost.Client;

namespace DriverHost.Tests.Containers;

/// <summary>What the cloud may count on, whatever makes the containers. Each test cleans up by deleting its instances, which is part of the contract.</summary>
public abstract class DriverContract : IAsyncDisposable
{
    private readonly List<string> _made = [];

    /// <summary>A client with the cloud's own rights.</summary>
    protected abstract DriverHostClient Driver { get; }

    /// <summary>A bootable image with a shell, whose own command sleeps until it gets the signal to end.</summary>
    protected abstract string ImageId { get; }

    /// <summary>Waits until the driver tells by its events that the instance is as it should be.</summary>
    protected abstract Task<HostInstance> WaitAsync(string id, Func<HostInstance, bool> holds);

    /// <summary>A new image of this project that waits for its bytes.</summary>
    protected abstract string NewQueuedImage(string projectId);

    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (var id in _made)
        {
            await Driver.DeleteAsync(id, CancellationToken.None);
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Spawn_ApprovedImage_RunsWhenItReturns()
    {
        var spawned = await SpawnAsync();

        Assert.Equal(InstanceState.Running, spawned.State);
        Assert.NotNull(spawned.ContainerId);
        Assert.NotNull(spawned.StartedAt);
        Assert.Null(spawned.Exit);
        Assert.Null(spawned.Fault);
    }

    [Fact]
    public async Task Spawn_SameSpecTwice_IsOneContainer()
    {
        var spec = TestSpecs.Of(ImageId);
        var first = await SpawnAsync(spec);

        var second = await Driver.SpawnAsync(first.Id, spec, Cancelled);

        Assert.Equal(first.ContainerId, second.ContainerId);
    }

    [Fact]
    public async Task Spawn_SameSpecAtOnce_IsOneContainer()
    {
        var id = NewId();
        var spec = TestSpecs.Of(ImageId);

        var spawned = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Driver.SpawnAsync(id, spec, Cancelled)));

        Assert.Single(spawned.Select(s => s.ContainerId).Distinct());
        Assert.All(spawned, s => Assert.Equal(InstanceState.Running, s.State));
    }

    [Fact]
    public async Task Spawn_OtherSpec_Is409()
    {
        var first = await SpawnAsync();

        var refused = await Assert.ThrowsAsync<DriverHostException>(() => Driver.SpawnAsync(first.Id, TestSpecs.Of(ImageId, memoryMb: 32), Cancelled));

        Assert.Equal((HttpStatusCode.Conflict, "exists"), (refused.StatusCode!.Value, refused.Code));
    }

    [Fact]
    public async Task Delete_Twice_SucceedsTwiceAndNothingIsLeft()
    {
        var spawned = await SpawnAsync();

        await Driver.DeleteAsync(spawned.Id, Cancelled);
        await Driver.DeleteAsync(spawned.Id, Cancelled);

        var gone = await Assert.ThrowsAsync<DriverHostException>(() => Driver.GetAsync(spawned.Id, Cancelled));
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task Stop_ProcessThatListens_EndsByItself()
    {
        var spawned = await SpawnReadyAsync(TestSpecs.Of(ImageId, script: "trap 'exit 7' TERM; echo ready; sleep 100000 & wait"));

        var stopped = await Driver.StopAsync(spawned.Id, TimeSpan.FromSeconds(30), Cancelled);

        Assert.Equal((InstanceState.Exited, 7), (stopped.State, stopped.Exit!.Code));
    }

    [Fact]
    public async Task Stop_ProcessThatDoesNotListen_IsKilledAfterTheGrace()
    {
        var spawned = await SpawnReadyAsync(TestSpecs.Of(ImageId, script: TestSpecs.Deaf));

        var stopped = await Driver.StopAsync(spawned.Id, TimeSpan.FromSeconds(1), Cancelled);

        Assert.Equal((InstanceState.Exited, 137), (stopped.State, stopped.Exit!.Code));
        Assert.StartsWith("killed (code 137) after ", stopped.Exit.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_Stopped_SucceedsAgain()
    {
        var spawned = await SpawnAsync();

        await Driver.StopAsync(spawned.Id, null, Cancelled);
        var again = await Driver.StopAsync(spawned.Id, null, Cancelled);

        Assert.Equal(InstanceState.Exited, again.State);
    }

    [Fact]
    public async Task Start_Stopped_RunsTheSameContainerAgain()
    {
        var spawned = await SpawnAsync();
        await Driver.StopAsync(spawned.Id, null, Cancelled);

        var started = await Driver.StartAsync(spawned.Id, Cancelled);

        Assert.Equal((InstanceState.Running, spawned.ContainerId), (started.State, started.ContainerId));
        Assert.Null(started.Exit);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reboot_SoftOrHard_RunsAgainFromTheStart(bool hard)
    {
        var spawned = await SpawnAsync();

        var rebooted = await Driver.RebootAsync(spawned.Id, hard, Cancelled);

        Assert.Equal((InstanceState.Running, spawned.ContainerId), (rebooted.State, rebooted.ContainerId));
        Assert.True(rebooted.StartedAt > spawned.StartedAt);
    }

    [Fact]
    public async Task Reboot_Hard_DoesNotAskTheProcess()
    {
        var spawned = await SpawnReadyAsync(TestSpecs.Of(ImageId, script: TestSpecs.Deaf));

        var rebooting = Driver.RebootAsync(spawned.Id, hard: true, Cancelled);

        // A soft one would take ten seconds.
        Assert.Equal(InstanceState.Running, (await rebooting.WaitAsync(TimeSpan.FromSeconds(9), Cancelled)).State);
    }

    [Fact]
    public async Task Pause_ThenUnpause_GoesOnWithTheSameProcess()
    {
        var spawned = await SpawnAsync();

        var paused = await Driver.PauseAsync(spawned.Id, Cancelled);
        var again = await Driver.PauseAsync(spawned.Id, Cancelled);
        var running = await Driver.UnpauseAsync(spawned.Id, Cancelled);

        Assert.Equal((InstanceState.Paused, InstanceState.Paused, InstanceState.Running), (paused.State, again.State, running.State));
        Assert.Equal(spawned.StartedAt, running.StartedAt);
    }

    [Fact]
    public async Task Stop_Paused_Ends()
    {
        var spawned = await SpawnAsync();
        await Driver.PauseAsync(spawned.Id, Cancelled);

        var stopped = await Driver.StopAsync(spawned.Id, null, Cancelled);

        Assert.Equal(InstanceState.Exited, stopped.State);
    }

    [Fact]
    public async Task Start_Paused_IsRefusedWithTheWayOn()
    {
        var spawned = await SpawnAsync();
        await Driver.PauseAsync(spawned.Id, Cancelled);

        var refused = await Assert.ThrowsAsync<DriverHostException>(() => Driver.StartAsync(spawned.Id, Cancelled));

        Assert.Equal((HttpStatusCode.Conflict, "paused"), (refused.StatusCode!.Value, refused.Code));
        Assert.Contains("Unpause it instead", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pause_Stopped_IsRefused()
    {
        var spawned = await SpawnAsync();
        await Driver.StopAsync(spawned.Id, null, Cancelled);

        var refused = await Assert.ThrowsAsync<DriverHostException>(() => Driver.PauseAsync(spawned.Id, Cancelled));

        Assert.Equal((HttpStatusCode.Conflict, "not_running"), (refused.StatusCode!.Value, refused.Code));
    }

    [Fact]
    public async Task Action_UnknownInstance_Is404()
    {
        var id = NewId();

        var refused = await Assert.ThrowsAsync<DriverHostException>(() => Driver.StopAsync(id, null, Cancelled));

        Assert.Equal((HttpStatusCode.NotFound, "not_found"), (refused.StatusCode!.Value, refused.Code));
    }

    [Theory]
    [InlineData(0, "ended well (code 0) after ")]
    [InlineData(3, "code 3 after ")]
    [InlineData(139, "ended by signal 11 (code 139) after ")]
    public async Task Process_ThatEnds_TellsItsCode(int code, string words)
    {
        var id = NewId();
        await Driver.SpawnAsync(id, TestSpecs.Of(ImageId, script: $"sleep 0.3; exit {code}"), Cancelled);

        var exited = await WaitAsync(id, i => i.State == InstanceState.Exited);

        Assert.Equal(code, exited.Exit!.Code);
        Assert.StartsWith(words, exited.Exit.Words, StringComparison.Ordinal);
        Assert.False(exited.Exit.OutOfMemory);
    }

    [Fact]
    public async Task Operation_WhileAnotherRuns_Is409AndNamesIt()
    {
        var spawned = await SpawnReadyAsync(TestSpecs.Of(ImageId, script: TestSpecs.Deaf));
        var stopping = Driver.StopAsync(spawned.Id, TimeSpan.FromMinutes(5), Cancelled);
        await WaitAsync(spawned.Id, i => i.Operation?.Name == "stop");

        var refused = await Assert.ThrowsAsync<DriverHostException>(() => Driver.PauseAsync(spawned.Id, Cancelled));

        Assert.Equal((HttpStatusCode.Conflict, "busy"), (refused.StatusCode!.Value, refused.Code));
        Assert.Contains("stop runs", refused.Message, StringComparison.Ordinal);
        Assert.False(stopping.IsCompleted, "The refused one ended it.");
        await Driver.DeleteAsync(spawned.Id, Cancelled);
        await Assert.ThrowsAsync<DriverHostException>(() => stopping);
    }

    [Fact]
    public async Task Delete_WhileAnotherOperationRuns_WinsOverIt()
    {
        var spawned = await SpawnReadyAsync(TestSpecs.Of(ImageId, script: TestSpecs.Deaf));
        var stopping = Driver.StopAsync(spawned.Id, TimeSpan.FromMinutes(5), Cancelled);
        await WaitAsync(spawned.Id, i => i.Operation?.Name == "stop");

        await Driver.DeleteAsync(spawned.Id, Cancelled);

        var cancelled = await Assert.ThrowsAsync<DriverHostException>(() => stopping);
        Assert.Equal((HttpStatusCode.Conflict, "cancelled"), (cancelled.StatusCode!.Value, cancelled.Code));
    }

    [Theory]
    [InlineData("running")]
    [InlineData("paused")]
    [InlineData("exited")]
    public async Task Snapshot_WhateverTheState_BootsAgainWithTheChange(string state)
    {
        var project = TestSpecs.NewProject();
        var change = $"changed-{NewId()}";
        var spawned = await SpawnReadyAsync(TestSpecs.Of(ImageId, project, script: $"echo {change} > /etc/change; echo ready; {TestSpecs.Sleep}"));
        var expected = await BringToAsync(spawned.Id, state);
        var imageId = NewQueuedImage(project);

        var after = await Driver.SnapshotAsync(spawned.Id, new SnapshotRequest { ImageId = imageId, Name = "my snapshot" }, Cancelled);

        Assert.Equal(expected, after.State);
        Assert.Null(after.Operation);
        var again = NewId();
        await Driver.SpawnAsync(again, TestSpecs.Of(imageId, project, script: $"grep -q {change} /etc/change && exit 42"), Cancelled);
        Assert.Equal(42, (await WaitAsync(again, i => i.State == InstanceState.Exited)).Exit!.Code);
    }

    protected string NewId()
    {
        var id = TestSpecs.NewId();
        _made.Add(id);
        return id;
    }

    protected Task<HostInstance> SpawnAsync(InstanceSpec? spec = null) => Driver.SpawnAsync(NewId(), spec ?? TestSpecs.Of(ImageId), Cancelled);

    /// <summary>Spawns, and waits until its process says "ready": a signal that comes before its trap is set would end it.</summary>
    private async Task<HostInstance> SpawnReadyAsync(InstanceSpec spec)
    {
        var spawned = await SpawnAsync(spec);
        await foreach (var record in Driver.LogsAsync(spawned.Id, new LogQuery { Follow = true }, Cancelled).InTimeAsync())
        {
            if (record.Text == "ready")
            {
                return spawned;
            }
        }

        throw new InvalidOperationException("It ended before it was ready.");
    }

    private async Task<InstanceState> BringToAsync(string id, string state)
    {
        switch (state)
        {
            case "paused":
                return (await Driver.PauseAsync(id, Cancelled)).State;
            case "exited":
                return (await Driver.StopAsync(id, null, Cancelled)).State;
            default:
                return InstanceState.Running;
        }
    }
}
