using DriverHost.Client;
using DriverHost.Containers;
using DriverHost.Processes;
using DriverHost.Tests.Containers;
using HostEngine = DriverHost.Docker.Engine;

namespace DriverHost.Tests.Processes;

/// <summary>What runs in real containers.</summary>
[Trait("needs", "docker")]
public sealed class ProcessesTests(DriverHostFixture fixture) : IAsyncDisposable
{
    private readonly Instances _instances = new(fixture.Host);
    private readonly string _project = TestSpecs.NewProject();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _instances.DisposeAsync();

    [Fact]
    public async Task Tree_OfAParentAndItsChild_HasTheirNumbersInsideAndOutside()
    {
        var began = DateTimeOffset.UtcNow;
        var instance = await SpawnAsync("sleep 100001 & wait");
        await WaitAsync(instance, p => p is { Command: "sleep 100001", State: "S" });

        var list = await fixture.Host.As(_project, "reader").GetProcessesAsync(instance.Id, Cancelled);

        // The engine's own init reaps what the instance's process leaves behind.
        Assert.Equal(("proc", InstanceState.Running, 3), (list.Source, list.State, list.Total));
        var init = list.Processes.Single(p => p.Pid == 1);
        var shell = list.Processes.Single(p => p.Command == "sh -c sleep 100001 & wait");
        var child = list.Processes.Single(p => p.ParentHostPid == shell.HostPid);
        Assert.Equal(("sleep 100001", 0L, "S", 1), (child.Command, child.UserId, child.State, child.Threads));
        Assert.Null(init.ParentHostPid);
        Assert.Equal(init.HostPid, shell.ParentHostPid);
        Assert.All(list.Processes, p => Assert.NotEqual(p.Pid, p.HostPid));
        Assert.InRange(child.MemoryBytes, 1, 16 << 20);
        // The kernel counts from its start in hundredths.
        Assert.InRange(child.StartedAt, began.AddSeconds(-2), DateTimeOffset.UtcNow.AddSeconds(2));
    }

    [Fact]
    public async Task CpuSeconds_OfABusyLoop_GoUp()
    {
        var instance = await SpawnAsync("while :; do :; done");
        var reader = fixture.Host.As(_project, "reader");
        var before = Loop(await reader.GetProcessesAsync(instance.Id, Cancelled));

        ProcessRecord now;
        do
        {
            now = Loop(await reader.GetProcessesAsync(instance.Id, Cancelled));
        }
        while (now.CpuSeconds < before.CpuSeconds + 0.1);

        Assert.Equal(before.StartedAt, now.StartedAt, TimeSpan.FromSeconds(1));

        static ProcessRecord Loop(ProcessList list) => list.Processes.Single(p => p.Command == "sh -c while :; do :; done");
    }

    [Fact]
    public async Task Command_OfAHostileProcess_IsTextAndBounded()
    {
        var instance = await SpawnAsync("exec sh -c 'sleep 100002; :' \"$(printf '<b>\\033[2J%02000d' 1)\"");

        var hostile = await WaitAsync(instance, p => p.Command.StartsWith("sh -c sleep 100002; : <b>", StringComparison.Ordinal));

        Assert.Equal(ProcessSource.MostCommand, hostile.Command.Length);
        Assert.Contains("<b>\u001b[2J", hostile.Command, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_AreCounted()
    {
        var instance = await SpawnAsync("i=0; while [ $i -lt 60 ]; do sleep 100003 & i=$((i+1)); done; echo ready; wait");
        await fixture.Host.WaitForLineAsync(instance.Id, "ready");

        Assert.Equal(62, (await fixture.Host.As(_project, "reader").GetProcessesAsync(instance.Id, Cancelled)).Total);
    }

    [Fact]
    public async Task StoppedAndPaused_SayWhatTheyAre()
    {
        var instance = await SpawnAsync(null);
        var reader = fixture.Host.As(_project, "reader");

        await fixture.Host.Operator.PauseAsync(instance.Id, Cancelled);
        var paused = await reader.GetProcessesAsync(instance.Id, Cancelled);
        await fixture.Host.Operator.UnpauseAsync(instance.Id, Cancelled);
        await fixture.Host.Operator.StopAsync(instance.Id, TimeSpan.Zero, Cancelled);
        var stopped = await reader.GetProcessesAsync(instance.Id, Cancelled);

        Assert.Equal((InstanceState.Paused, 3), (paused.State, paused.Total));
        Assert.Equal((InstanceState.Exited, 0), (stopped.State, stopped.Total));
    }

    [Fact]
    public async Task WithoutTheFiles_TheEngineSaysTheSame()
    {
        var instance = await SpawnAsync("sleep 100004 & wait");
        await WaitAsync(instance, p => p.Command == "sleep 100004");
        var facts = fixture.Host.Get<InstanceBook>().Entry(instance.Id)!.Container!;

        var files = await fixture.Host.Get<ProcessSource>().ReadAsync(InstanceState.Running, facts, Cancelled);
        var engine = await new ProcessSource(fixture.Host.Get<HostEngine>(), TimeProvider.System, "/nowhere").ReadAsync(InstanceState.Running, facts, Cancelled);

        Assert.Equal("engine", engine.Source);
        Assert.Equal(files.Processes.Select(p => (p.HostPid, p.ParentHostPid, p.UserId, p.Command)), engine.Processes.Select(p => (p.HostPid, p.ParentHostPid, p.UserId, p.Command)));
        Assert.All(engine.Processes, p => Assert.Null(p.Pid));
    }

    [Theory]
    [InlineData("PID", "1", "2")]
    [InlineData("USER", "1", "0")]
    public void Top_InAnotherForm_IsRefused(string title, params string[] row)
    {
        var refused = Assert.Throws<DriverHost.Http.DriverFailure>(() => EngineTop.Read([title, "PPID", "UID", "STAT", "NLWP", "RSS", "TIME", "ELAPSED", "COMMAND"], [row], DateTimeOffset.UnixEpoch));

        Assert.Equal((502, "engine_strange"), (refused.Status, refused.Code));
    }

    private Task<HostInstance> SpawnAsync(string? script) => _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id, _project, script));

    private async Task<ProcessRecord> WaitAsync(HostInstance instance, Func<ProcessRecord, bool> holds)
    {
        using var patience = new CancellationTokenSource(RunningDriverHost.Patience);
        while (true)
        {
            var list = await fixture.Host.Operator.GetProcessesAsync(instance.Id, patience.Token);
            if (list.Processes.FirstOrDefault(holds) is { } process)
            {
                return process;
            }
        }
    }
}
