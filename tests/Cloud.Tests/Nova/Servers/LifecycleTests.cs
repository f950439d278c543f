using System.Net;
using System.Text.Json.Nodes;
using Cloud.Nova.Actions;
using Cloud.Nova.Servers;

namespace Cloud.Tests.Nova.Servers;

public sealed class LifecycleTests(NovaFixture cloud) : IClassFixture<NovaFixture>
{
    [Fact]
    public async Task StopStartRebootPauseUnpause_MoveTheServerAndAreListed()
    {
        using var demo = await cloud.DemoAsync();
        var id = await cloud.LaunchAsync(demo);

        await StepAsync(demo, id, "os-stop", null, "SHUTOFF", 4);
        await StepAsync(demo, id, "os-start", null, "ACTIVE", 1);
        await StepAsync(demo, id, "reboot", new JsonObject { ["type"] = "SOFT" }, "ACTIVE", 1);
        await StepAsync(demo, id, "reboot", new JsonObject { ["type"] = "HARD" }, "ACTIVE", 1);
        await StepAsync(demo, id, "pause", null, "PAUSED", 3);
        await StepAsync(demo, id, "unpause", null, "ACTIVE", 1);

        Assert.Equal(["unpause", "pause", "reboot", "reboot", "start", "stop", "create"], (await demo.ActionsAsync(id)).Select(a => a.Action));
        Assert.All(await demo.ActionsAsync(id), action => Assert.Null(action.Message));
    }

    [Theory]
    [InlineData("SOFT", "REBOOT", "rebooting")]
    [InlineData("HARD", "HARD_REBOOT", "rebooting_hard")]
    public async Task Reboot_WhileItRuns_ShowsItsOwnStatus(string type, string status, string task)
    {
        using var demo = await cloud.DemoAsync();
        var id = await cloud.LaunchAsync(demo);
        var gate = cloud.Driver.Close(type == "SOFT" ? "reboot" : "reboot-hard");

        (await demo.ActAsync(id, "reboot", new JsonObject { ["type"] = type })).Expect(HttpStatusCode.Accepted);
        await gate.EnteredAsync(id);
        var during = await demo.ShowAsync(id);
        var listed = await demo.NovaAsync("GET", $"/servers?status={status}");
        gate.Open();
        await cloud.ReachAsync(demo, id, "ACTIVE");

        Assert.Equal((status, task), (during.TextAt("server", "status"), during.TextAt("server", "OS-EXT-STS:task_state")));
        Assert.Contains(id, listed.Each("servers", "id"));
    }

    [Fact]
    public async Task SecondOperation_WhileOneRuns_IsAConflictThatNamesTheFirst()
    {
        using var demo = await cloud.DemoAsync();
        var id = await cloud.LaunchAsync(demo);
        var gate = cloud.Driver.Close("stop");

        (await demo.ActAsync(id, "os-stop")).Expect(HttpStatusCode.Accepted);
        await gate.EnteredAsync(id);
        var second = await demo.ActAsync(id, "pause");
        gate.Open();
        await cloud.ReachAsync(demo, id, "SHUTOFF");

        Assert.Equal(HttpStatusCode.Conflict, second.Status);
        Assert.Contains("task_state powering-off: stop is running", second.TextAt("conflictingRequest", "message"), StringComparison.Ordinal);
    }

    public static TheoryData<string, string> StateTable
    {
        get
        {
            var table = new TheoryData<string, string>();
            foreach (var rule in ActionRules.All.Where(rule => rule != ActionRules.Create).Select(rule => rule.Task))
            {
                foreach (var state in VmStates.All.Where(state => state != VmStates.Deleted))
                {
                    table.Add(rule, state);
                }
            }

            return table;
        }
    }

    // nova: compute/api.py, the decorators check_instance_state, written down once more.
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["powering-on"] = ["stopped"],
        ["powering-off"] = ["active"],
        ["rebooting"] = ["active"],
        ["rebooting_hard"] = ["active", "stopped", "paused", "error"],
        ["pausing"] = ["active"],
        ["unpausing"] = ["paused"],
        ["image_snapshot"] = ["active", "stopped", "paused"],
        ["deleting"] = ["active", "building", "stopped", "paused", "error"],
    };

    [Theory]
    [MemberData(nameof(StateTable))]
    public void Action_InAState_IsAllowedOrAConflictAsTheTableSays(string task, string state)
    {
        var row = Row(state);

        var refusal = Record.Exception(() => ActionStart.RequireAllowed(row, ActionRules.OfTask(task)));

        Assert.Equal(Allowed[task].Contains(state), refusal is null);
        if (refusal is not null)
        {
            Assert.Contains($"while it is in vm_state {state}", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Start_OfARunningServer_IsAConflict()
    {
        using var demo = await cloud.DemoAsync();
        var id = await cloud.LaunchAsync(demo);

        var answer = await demo.ActAsync(id, "os-start");

        Assert.Equal($"Cannot 'start' instance {id} while it is in vm_state active", answer.Expect(HttpStatusCode.Conflict).TextAt("conflictingRequest", "message"));
    }

    [Fact]
    public async Task Action_ThatTheHostRefuses_LeavesTheServerAsItIsAndSaysWhy()
    {
        using var demo = await cloud.DemoAsync();
        var id = await cloud.LaunchAsync(demo);
        cloud.Driver.FailNext("pause", HttpStatusCode.BadGateway, "engine", "The Docker engine could not freeze the process.");

        (await demo.ActAsync(id, "pause")).Expect(HttpStatusCode.Accepted);
        await cloud.UntilAsync("the pause ends", async () => (await demo.ActionsAsync(id))[0].Message is not null);
        var server = await demo.ShowAsync(id);
        var shown = await demo.NovaAsync("GET", $"/servers/{id}/os-instance-actions/{await LastRequestAsync(demo, id)}");

        Assert.Equal(("ACTIVE", null), (server.TextAt("server", "status"), server.TextAt("server", "OS-EXT-STS:task_state")));
        Assert.Equal("The Docker engine could not freeze the process.", shown.TextAt("instanceAction", "message"));
        Assert.Equal("Error", shown.TextAt("instanceAction", "events", "0", "result"));
        Assert.Equal("The Docker engine could not freeze the process.", shown.TextAt("instanceAction", "events", "0", "details"));
    }

    [Fact]
    public async Task Delete_RemovesItFromTheHostAndFromTheApi()
    {
        using var demo = await cloud.DemoAsync();
        var id = await cloud.LaunchAsync(demo);

        (await demo.NovaAsync("DELETE", $"/servers/{id}")).Expect(HttpStatusCode.NoContent);
        await cloud.GoneAsync(demo, id);

        Assert.DoesNotContain(id, cloud.Driver.Instances);
        Assert.Equal(["delete", "create"], (await demo.ActionsAsync(id)).Select(a => a.Action));
        (await demo.NovaAsync("GET", $"/servers/{id}/os-instance-actions", version: "2.20")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Delete_WhileItIsBuilt_LeavesNothingOnTheHost()
    {
        using var demo = await cloud.DemoAsync();
        var gate = cloud.Driver.Close("spawn");
        var id = (await demo.CreateServerAsync(cloud.ImageId)).TextAt("server", "id")!;
        await gate.EnteredAsync(id);

        (await demo.NovaAsync("DELETE", $"/servers/{id}")).Expect(HttpStatusCode.NoContent);
        (await demo.NovaAsync("DELETE", $"/servers/{id}")).Expect(HttpStatusCode.NoContent);
        gate.Open();
        await cloud.GoneAsync(demo, id);

        Assert.DoesNotContain(id, cloud.Driver.Instances);
    }

    [Fact]
    public async Task Delete_ThatTheHostRefuses_ShowsTheFaultAndMayBeRepeated()
    {
        using var demo = await cloud.DemoAsync();
        var id = await cloud.LaunchAsync(demo);
        cloud.Driver.FailNext("destroy", HttpStatusCode.BadGateway, "engine", "device busy");

        (await demo.NovaAsync("DELETE", $"/servers/{id}")).Expect(HttpStatusCode.NoContent);
        var failed = await cloud.ReachAsync(demo, id, "ERROR");
        (await demo.NovaAsync("DELETE", $"/servers/{id}")).Expect(HttpStatusCode.NoContent);
        await cloud.GoneAsync(demo, id);

        Assert.Equal("The instance could not be deleted: device busy", failed.TextAt("server", "fault", "message"));
    }

    [Fact]
    public async Task Lock_KeepsItsOwnerFromChangingTheServerUntilItIsUnlocked()
    {
        using var demo = await cloud.DemoAsync();
        using var admin = await cloud.AdminAsync();
        var id = await cloud.LaunchAsync(demo);

        (await demo.ActAsync(id, "lock", new JsonObject { ["locked_reason"] = "do not touch" })).Expect(HttpStatusCode.Accepted);
        var stop = await demo.ActAsync(id, "os-stop");
        var delete = await demo.NovaAsync("DELETE", $"/servers/{id}");
        var metadata = await demo.NovaAsync("POST", $"/servers/{id}/metadata", new JsonObject { ["metadata"] = new JsonObject { ["a"] = "b" } });
        var shown = await demo.ShowAsync(id);
        (await admin.ActAsync(id, "pause")).Expect(HttpStatusCode.Accepted);
        await cloud.ReachAsync(demo, id, "PAUSED");
        (await demo.ActAsync(id, "unlock")).Expect(HttpStatusCode.Accepted);
        (await demo.ActAsync(id, "unpause")).Expect(HttpStatusCode.Accepted);
        await cloud.ReachAsync(demo, id, "ACTIVE");

        Assert.All([stop, delete, metadata], answer => Assert.Contains("is locked: do not touch", answer.Expect(HttpStatusCode.Conflict).TextAt("conflictingRequest", "message"), StringComparison.Ordinal));
        Assert.True(shown.At("server", "locked").GetBoolean());
        Assert.Equal("do not touch", shown.TextAt("server", "locked_reason"));
    }

    [Fact]
    public async Task Unlock_OfWhatAnAdministratorLocked_IsTheAdministratorsAlone()
    {
        using var demo = await cloud.DemoAsync();
        using var admin = await cloud.AdminAsync();
        var id = await cloud.LaunchAsync(demo);
        (await admin.ActAsync(id, "lock")).Expect(HttpStatusCode.Accepted);

        var refused = await demo.ActAsync(id, "unlock");
        (await admin.ActAsync(id, "unlock")).Expect(HttpStatusCode.Accepted);

        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.False((await demo.ShowAsync(id)).At("server", "locked").GetBoolean());
    }

    [Fact]
    public async Task ResetState_IsForAdministratorsAndSetsTheState()
    {
        using var demo = await cloud.DemoAsync();
        using var admin = await cloud.AdminAsync();
        var id = await cloud.LaunchAsync(demo);

        var refused = await demo.ActAsync(id, "os-resetState", new JsonObject { ["state"] = "error" });
        (await admin.ActAsync(id, "os-resetState", new JsonObject { ["state"] = "error" })).Expect(HttpStatusCode.Accepted);
        var inError = await demo.ShowAsync(id);
        (await admin.ActAsync(id, "os-resetState", new JsonObject { ["state"] = "active" })).Expect(HttpStatusCode.Accepted);

        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Equal("ERROR", inError.TextAt("server", "status"));
        Assert.Equal("ACTIVE", (await demo.ShowAsync(id)).TextAt("server", "status"));
    }

    [Fact]
    public async Task ForceDelete_RemovesTheServer()
    {
        using var demo = await cloud.DemoAsync();
        var id = await cloud.LaunchAsync(demo);

        (await demo.ActAsync(id, "forceDelete")).Expect(HttpStatusCode.Accepted);

        await cloud.GoneAsync(demo, id);
    }

    [Theory]
    [InlineData("""{"dance": null}""", "There is no such action: dance")]
    [InlineData("""{"os-start": null, "os-stop": null}""", "exactly one action")]
    [InlineData("""{"reboot": {"type": "GENTLE"}}""", "SOFT or HARD")]
    public async Task Action_ThatIsNone_IsRefusedInWords(string body, string words)
    {
        using var demo = await cloud.DemoAsync();
        var id = await cloud.LaunchAsync(demo);

        var answer = await demo.NovaAsync("POST", $"/servers/{id}/action", JsonNode.Parse(body));

        Assert.Contains(words, answer.Expect(HttpStatusCode.BadRequest).TextAt("badRequest", "message"), StringComparison.Ordinal);
    }

    private async Task StepAsync(HttpClient client, string id, string action, JsonNode? value, string status, int power)
    {
        (await client.ActAsync(id, action, value)).Expect(HttpStatusCode.Accepted);
        var server = await cloud.ReachAsync(client, id, status);
        Assert.Equal(power, server.At("server", "OS-EXT-STS:power_state").GetInt32());
    }

    private static async Task<string?> LastRequestAsync(HttpClient client, string id) =>
        (await client.NovaAsync("GET", $"/servers/{id}/os-instance-actions")).TextAt("instanceActions", "0", "request_id");

    private static InstanceRow Row(string state) => new()
    {
        Id = "i",
        ProjectId = "p",
        UserId = "u",
        Name = "n",
        HostName = "n",
        ImageId = "image",
        FlavorId = "1",
        FlavorName = "m1.tiny",
        Vcpus = 1,
        RamMb = 512,
        DiskGb = 1,
        FlavorSpecs = new Dictionary<string, string>(),
        Network = "none",
        ReservationId = "r",
        Metadata = new Dictionary<string, string>(),
        Tags = [],
        VmState = state,
        Addresses = [],
        CreatedAt = default,
        UpdatedAt = default,
    };
}
