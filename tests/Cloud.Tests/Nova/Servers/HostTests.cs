using System.Net;
using Cloud.Nova.Drivers;
using DriverHost.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Cloud.Tests.Nova.Servers;

/// <summary>What happens on the host by itself, while the host is away, and while the cloud is.</summary>
public sealed class HostTests : IAsyncLifetime
{
    private readonly NovaFixture _cloud = new();

    public ValueTask InitializeAsync() => _cloud.InitializeAsync();

    public ValueTask DisposeAsync() => _cloud.DisposeAsync();

    [Fact]
    public async Task Process_ThatEndsByItself_ShowsShutoffAndSaysHow()
    {
        using var demo = await _cloud.DemoAsync();
        var id = await _cloud.LaunchAsync(demo);

        _cloud.Driver.Exit(id, 137, "killed: out of memory at 512 MiB after 3 s", outOfMemory: true);
        var stopped = await _cloud.ReachAsync(demo, id, "SHUTOFF");

        Assert.Equal(4, stopped.At("server", "OS-EXT-STS:power_state").GetInt32());
        Assert.Equal([("exit", "killed: out of memory at 512 MiB after 3 s"), ("create", null)], await demo.ActionsAsync(id));
    }

    [Fact]
    public async Task Process_ThatEndsWhileTheAnswerIsOnItsWay_ShowsShutoff()
    {
        using var demo = await _cloud.DemoAsync();
        var id = await _cloud.LaunchAsync(demo);
        var gate = _cloud.Driver.Close("snapshot");
        (await demo.ActAsync(id, "createImage", new System.Text.Json.Nodes.JsonObject { ["name"] = "s" })).Expect(HttpStatusCode.Accepted);
        await gate.EnteredAsync(id);

        _cloud.Driver.Exit(id, 3, "code 3 after 2 min");
        gate.Open();
        await _cloud.ReachAsync(demo, id, "SHUTOFF");

        Assert.Contains(("exit", "code 3 after 2 min"), await demo.ActionsAsync(id));
    }

    [Fact]
    public async Task Stop_ThatWasAskedFor_IsNoExit()
    {
        using var demo = await _cloud.DemoAsync();
        var id = await _cloud.LaunchAsync(demo);

        (await demo.ActAsync(id, "os-stop")).Expect(HttpStatusCode.Accepted);
        await _cloud.ReachAsync(demo, id, "SHUTOFF");

        Assert.Equal(["stop", "create"], (await demo.ActionsAsync(id)).Select(a => a.Action));
    }

    [Fact]
    public async Task Container_RemovedBehindTheCloudsBack_ShowsErrorAndComesBackWithIt()
    {
        using var demo = await _cloud.DemoAsync();
        var id = await _cloud.LaunchAsync(demo);

        _cloud.Driver.Set(id, i => i with { State = InstanceState.Missing });
        var missing = await _cloud.ReachAsync(demo, id, "ERROR");
        _cloud.Driver.Set(id, i => i with { State = InstanceState.Running });
        await _cloud.ReachAsync(demo, id, "ACTIVE");
        _cloud.Driver.Lose(id);
        await _cloud.ReachAsync(demo, id, "ERROR");
        (await demo.NovaAsync("DELETE", $"/servers/{id}")).Expect(HttpStatusCode.NoContent);
        await _cloud.GoneAsync(demo, id);

        Assert.Contains("somebody removed it on the host", missing.TextAt("server", "fault", "message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Engine_ThatDoesNotAnswer_LeavesTheStateAndShowsNoPower()
    {
        using var demo = await _cloud.DemoAsync();
        var id = await _cloud.LaunchAsync(demo);

        _cloud.Driver.Set(id, i => i with { State = InstanceState.Unknown });
        await _cloud.UntilAsync("the power is unknown", async () => (await demo.ShowAsync(id)).At("server", "OS-EXT-STS:power_state").GetInt32() == 0);

        Assert.Equal("ACTIVE", (await demo.ShowAsync(id)).TextAt("server", "status"));
    }

    [Fact]
    public async Task Delete_WhileTheHostIsAway_IsFinishedWhenItReturns()
    {
        using var demo = await _cloud.DemoAsync();
        var id = await _cloud.LaunchAsync(demo);
        _cloud.Driver.GoDown();

        (await demo.NovaAsync("DELETE", $"/servers/{id}")).Expect(HttpStatusCode.NoContent);
        await _cloud.UntilAsync("the delete was tried", () => Task.FromResult(_cloud.Driver.Calls.Contains($"destroy {id}")));
        var waiting = await demo.ShowAsync(id);
        _cloud.Driver.ComeUp();
        await _cloud.GoneAsync(demo, id);

        Assert.Equal("deleting", waiting.TextAt("server", "OS-EXT-STS:task_state"));
        Assert.DoesNotContain(id, _cloud.Driver.Instances);
    }

    [Fact]
    public async Task Spawn_WhoseAnswerIsLost_IsRepeatedWhenTheHostReturns()
    {
        using var demo = await _cloud.DemoAsync();
        _cloud.Driver.FailNext("spawn", null, "unreachable", "The driver host went away in the middle of its answer.");

        var id = (await demo.CreateServerAsync(_cloud.ImageId)).TextAt("server", "id")!;
        await _cloud.ReachAsync(demo, id, "ACTIVE");

        Assert.Equal(2, _cloud.Driver.Calls.Count(call => call == $"spawn {id}"));
    }

    [Fact]
    public async Task Restart_InTheMiddleOfASpawn_FinishesIt()
    {
        using var demo = await _cloud.DemoAsync();
        var gate = _cloud.Driver.Close("spawn");
        var id = (await demo.CreateServerAsync(_cloud.ImageId)).TextAt("server", "id")!;
        await gate.EnteredAsync(id);

        await _cloud.RestartAsync();
        gate.Open();
        var made = await _cloud.ReachAsync(demo, id, "ACTIVE");

        Assert.NotNull(made.TextAt("server", "OS-SRV-USG:launched_at"));
        Assert.Equal([("create", null)], await demo.ActionsAsync(id));
    }

    [Fact]
    public async Task Restart_WithAHalfMadeInstanceOnTheHost_RemovesItAndMakesItAnew()
    {
        using var demo = await _cloud.DemoAsync();
        var gate = _cloud.Driver.Close("spawn");
        var id = (await demo.CreateServerAsync(_cloud.ImageId)).TextAt("server", "id")!;
        await gate.EnteredAsync(id);

        await _cloud.RestartAsync();
        _cloud.Driver.FailNext("spawn", HttpStatusCode.Conflict, "interrupted", "The spawn of this instance failed before.");
        gate.Open();
        await _cloud.ReachAsync(demo, id, "ACTIVE");

        Assert.Equal([$"spawn {id}", $"spawn {id}", $"destroy {id}", $"spawn {id}"], _cloud.Driver.Calls);
    }

    [Theory]
    [InlineData("os-stop", "stop", "SHUTOFF")]
    [InlineData("pause", "pause", "PAUSED")]
    public async Task Restart_InTheMiddleOfAnAction_FinishesIt(string action, string verb, string status)
    {
        using var demo = await _cloud.DemoAsync();
        var id = await _cloud.LaunchAsync(demo);
        var gate = _cloud.Driver.Close(verb);
        (await demo.ActAsync(id, action)).Expect(HttpStatusCode.Accepted);
        await gate.EnteredAsync(id);

        await _cloud.RestartAsync();
        gate.Open();

        await _cloud.ReachAsync(demo, id, status);
    }

    [Fact]
    public async Task Restart_InTheMiddleOfADelete_FinishesIt()
    {
        using var demo = await _cloud.DemoAsync();
        var id = await _cloud.LaunchAsync(demo);
        var gate = _cloud.Driver.Close("destroy");
        (await demo.NovaAsync("DELETE", $"/servers/{id}")).Expect(HttpStatusCode.NoContent);
        await gate.EnteredAsync(id);

        await _cloud.RestartAsync();
        gate.Open();
        await _cloud.GoneAsync(demo, id);

        Assert.DoesNotContain(id, _cloud.Driver.Instances);
    }

    [Fact]
    public async Task Restart_InTheMiddleOfASnapshot_LeavesNoImageAndSaysSo()
    {
        using var demo = await _cloud.DemoAsync();
        var id = await _cloud.LaunchAsync(demo);
        var gate = _cloud.Driver.Close("snapshot");
        var image = (await demo.ActAsync(id, "createImage", new System.Text.Json.Nodes.JsonObject { ["name"] = "half" })).TextAt("image_id")!;
        await gate.EnteredAsync(id);

        await _cloud.RestartAsync();
        await _cloud.ReachAsync(demo, id, "ACTIVE");
        gate.Open();

        Assert.Equal(HttpStatusCode.NotFound, (await demo.ReadAsync($"/image/v2/images/{image}")).Status);
        Assert.Contains("Take it again", (await demo.ActionsAsync(id))[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_SeesWhatHappenedMeanwhile_AndRemovesWhatWasDeleted()
    {
        using var demo = await _cloud.DemoAsync();
        var exited = await _cloud.LaunchAsync(demo);
        var deleted = await _cloud.LaunchAsync(demo);
        var leftover = _cloud.Driver.Instances.Count;
        _cloud.Driver.Set(deleted, i => i);
        HostInstance? copy = null;
        _cloud.Driver.Set(deleted, i => copy = i);
        (await demo.NovaAsync("DELETE", $"/servers/{deleted}")).Expect(HttpStatusCode.NoContent);
        await _cloud.GoneAsync(demo, deleted);
        _cloud.Driver.Plant(copy!);
        _cloud.Driver.Plant(copy! with { Id = "another-clouds" });
        _cloud.Driver.GoDown();
        _cloud.Driver.Set(exited, i => i with { State = InstanceState.Exited, Exit = new InstanceExit(1, false, i.StartedAt!.Value.AddMinutes(1), "code 1 after 1 min") });

        _cloud.Driver.ComeUp();
        await _cloud.ReachAsync(demo, exited, "SHUTOFF");
        await _cloud.Services.GetRequiredService<HostPresence>().WaitAsync(NovaFixture.Limit, TestContext.Current.CancellationToken);

        Assert.Equal(2, leftover);
        Assert.DoesNotContain(deleted, _cloud.Driver.Instances);
        Assert.Contains("another-clouds", _cloud.Driver.Instances);
        Assert.Contains(("exit", "code 1 after 1 min"), await demo.ActionsAsync(exited));
    }

    [Fact]
    public async Task HostStatus_TellsAdministratorsWhetherTheHostAnswers()
    {
        using var admin = await _cloud.AdminAsync();
        var id = await _cloud.LaunchAsync(admin);
        var up = await admin.ShowAsync(id);

        _cloud.Driver.GoDown();
        (await admin.ActAsync(id, "pause")).Expect(HttpStatusCode.Accepted);
        await _cloud.UntilAsync("the pause fails", async () => (await admin.ActionsAsync(id))[0].Message is not null);
        var down = await admin.ShowAsync(id);

        Assert.Equal("UP", up.TextAt("server", "host_status"));
        Assert.Equal("DOWN", down.TextAt("server", "host_status"));
        Assert.Equal("The driver host does not answer.", (await admin.ActionsAsync(id))[0].Message);
    }
}
