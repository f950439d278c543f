using Dashboard.Components;
using Dashboard.Instances;
using DriverHost.Client;
using OpenStack.Nova;
using InstanceAction = Dashboard.Instances.InstanceAction;

namespace Dashboard.Tests.Instances;

public sealed class StandingsTests
{
    private static readonly HostLink Live = new(true, TestInstances.Now);
    private static readonly HostLink Silent = new(false, TestInstances.Now.AddMinutes(-1), "The driver host does not answer.");
    private static readonly HostLink NeverHeard = new(false);

    [Fact]
    public void Of_Running_IsGreenSinceItsStart()
    {
        var standing = Of(TestInstances.Host("web"));

        Assert.Equal((StateKind.Running, Phase.Running, "Running"), (standing.Kind, standing.Phase, standing.Word));
        Assert.Equal(TestInstances.Now.AddHours(-1), standing.Since);
    }

    [Theory]
    [InlineData(0, false, true, StateKind.Exited, "Exited · finished", "code 0 after 2 min 08 s")]
    [InlineData(3, false, true, StateKind.Failed, "Exited · code 3", "code 3 after 2 min 08 s")]
    [InlineData(137, true, true, StateKind.Failed, "Exited · killed", "out of memory at 512 MiB after 5 s")]
    [InlineData(137, false, true, StateKind.Failed, "Exited · killed", "code 137 after 2 min 08 s")]
    [InlineData(143, false, false, StateKind.Exited, "Exited · stopped", "code 143 after 2 min 08 s")]
    [InlineData(137, true, false, StateKind.Failed, "Exited · killed", "out of memory at 512 MiB after 5 s")]
    public void Of_Exited_SaysHowInWords(int code, bool outOfMemory, bool wanted, StateKind kind, string word, string detail)
    {
        var standing = Of(TestInstances.Exited("web", code, outOfMemory, wanted));

        Assert.Equal((kind, word, detail), (standing.Kind, standing.Word, standing.Detail));
        Assert.True(standing.Ago);
        Assert.Equal(Phase.Stopped, standing.Phase);
    }

    [Fact]
    public void Of_StartFailedAfterTheLastEnd_SaysTheFault()
    {
        var host = TestInstances.Exited("web", 3) with { Fault = new InstanceFault("not_executable", "The command is not executable.", TestInstances.Now) };

        Assert.Equal("The command is not executable.", Of(host).Detail);
    }

    [Fact]
    public void Of_Spawn_ShowsStepAndBytes()
    {
        var standing = Of(TestInstances.Doing("web", "spawn", "fetching image", InstanceState.Creating, 62, 100));

        Assert.Equal((StateKind.Starting, Phase.Building, "Starting", "fetching image 62 %", "62 B of 100 B"), (standing.Kind, standing.Phase, standing.Word, standing.Note, standing.Detail));
        Assert.Equal(0.62, standing.Share);
    }

    [Fact]
    public void Of_Snapshot_StaysRunningAndTellsTheStep()
    {
        var standing = Of(TestInstances.Doing("web", "snapshot", "uploading", done: 50, total: 200));

        Assert.Equal((StateKind.Running, Phase.Busy, "Running", "snapshot: uploading 25 %"), (standing.Kind, standing.Phase, standing.Word, standing.Note));
    }

    [Theory]
    [InlineData("stop", "Stopping")]
    [InlineData("start", "Starting")]
    [InlineData("reboot", "Restarting")]
    [InlineData("pause", "Pausing")]
    [InlineData("unpause", "Unpausing")]
    [InlineData("delete", "Deleting")]
    public void Of_Operation_IsNamed(string operation, string word) => Assert.Equal(word, Of(TestInstances.Doing("web", operation, "working")).Word);

    [Theory]
    [InlineData(InstanceState.Creating)]
    [InlineData(InstanceState.Paused)]
    [InlineData(InstanceState.Exited)]
    [InlineData(InstanceState.Error)]
    [InlineData(InstanceState.Missing)]
    [InlineData(InstanceState.Unknown)]
    public void Of_NotRunningOnTheEngine_IsNeverGreenWhateverNovaSays(InstanceState state) =>
        Assert.NotEqual(StateKind.Running, Of(TestInstances.Host("web", state), TestInstances.Server("web", "ACTIVE")).Kind);

    [Fact]
    public void Of_Refused_SaysNovasFault()
    {
        var server = TestInstances.Server("web", "ERROR", change: s => s with { Fault = new ServerFault(500, "No host has 8 GiB free.", TestInstances.Now) });

        var standing = Of(null, server);

        Assert.Equal((StateKind.Error, Phase.Broken, "No host has 8 GiB free."), (standing.Kind, standing.Phase, standing.Detail));
    }

    [Fact]
    public void Of_ErrorOfARunningContainer_KeepsItsActions() => Assert.Equal(Phase.Running, Of(TestInstances.Host("web"), TestInstances.Server("web", "ERROR")).Phase);

    [Fact]
    public void Of_SilentDriverHost_IsUnknownAndSaysForHowLong()
    {
        var standing = Standings.Of(new InstanceFacts(TestInstances.Server("web"), TestInstances.Host("web")), Silent);

        Assert.Equal((StateKind.Unknown, Phase.Unknown, "for"), (standing.Kind, standing.Phase, standing.Note));
        Assert.Equal(TestInstances.Now.AddMinutes(-1), standing.Since);
        Assert.Contains("last seen running", standing.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_SilentDriverHostThatNovaVouchesFor_Runs() =>
        Assert.Equal(StateKind.Running, Standings.Of(new InstanceFacts(TestInstances.Server("web", change: s => s with { HostStatus = "UP" }), TestInstances.Host("web")), Silent).Kind);

    [Fact]
    public void Of_HostThatNovaCallsDown_IsUnknown() =>
        Assert.Equal(StateKind.Unknown, Standings.Of(new InstanceFacts(TestInstances.Server("vm", change: s => s with { HostStatus = "DOWN" })), NeverHeard).Kind);

    [Theory]
    [InlineData("ACTIVE", null, StateKind.Running, "Running")]
    [InlineData("BUILD", "scheduling", StateKind.Starting, "Starting")]
    [InlineData("ACTIVE", "powering-off", StateKind.Starting, "Stopping")]
    [InlineData("ACTIVE", "image_snapshot", StateKind.Running, "Running")]
    [InlineData("REBOOT", "rebooting_hard", StateKind.Starting, "Restarting")]
    [InlineData("SHUTOFF", null, StateKind.Exited, "Exited")]
    [InlineData("PAUSED", null, StateKind.Paused, "Paused")]
    [InlineData("SHELVED_OFFLOADED", null, StateKind.Unknown, "Shelved offloaded")]
    public void Of_MachineWithoutDriverHost_TakesNovasWord(string status, string? task, StateKind kind, string word)
    {
        var standing = Of(null, TestInstances.Server("vm", status, task));

        Assert.Equal((kind, word), (standing.Kind, standing.Word));
    }

    [Fact]
    public void Of_TaskOfNovaBesideAFreshEngineState_DoesNotFlicker() => Assert.Equal("Running", Of(TestInstances.Host("web"), TestInstances.Server("web", "ACTIVE", "powering-on")).Word);

    [Fact]
    public void Of_Asked_ShowsItBeforeAnybodyAnswers()
    {
        var facts = new InstanceFacts(TestInstances.Server("web"), TestInstances.Host("web"), new AskedAction(InstanceAction.Stop, TestInstances.Now, InstanceState.Running, "ACTIVE"));

        var standing = Standings.Of(facts, Live);

        Assert.Equal((StateKind.Starting, Phase.Busy, "Stopping"), (standing.Kind, standing.Phase, standing.Word));
    }

    private static Standing Of(HostInstance? host, Server? server = null) => Standings.Of(new InstanceFacts(server ?? TestInstances.Server("web"), host), Live);
}
