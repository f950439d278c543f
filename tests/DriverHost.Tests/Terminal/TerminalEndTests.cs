using DriverHost.Audit;
using DriverHost.Client;
using DriverHost.Host;
using DriverHost.Terminal;
using DriverHost.Tests.StandIns;
using Microsoft.Extensions.DependencyInjection;
using TestKit;

namespace DriverHost.Tests.Terminal;

/// <summary>Ends that time and the driver host bring, on driver hosts of their own with short times.</summary>
[Trait("needs", "docker")]
public sealed class TerminalEndTests(DriverHostFixture fixture) : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory("terminal-").FullName;
    private readonly string _project = TestSpecs.NewProject();
    // Of unique content: the driver host's images are removed at the end, and no other's with them.
    private readonly ImageStandIn _image = fixture.Cloud.Glance.Add(TestImages.Running($"echo up {Guid.NewGuid()}; {TestSpecs.Sleep}"));
    private RunningDriverHost _host = null!;
    private HostInstance _instance = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await RunningDriverHost.RemoveAllAsync(_data);
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task Left_ForTheGraceTime_IsClosed()
    {
        await StartAsync(new TerminalLimits { Grace = TimeSpan.FromMilliseconds(100) });
        var user = User();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        patience.CancelAfter(RunningDriverHost.Patience);
        await using var log = user.LogsAsync(_instance.Id, new LogQuery { Follow = true }, patience.Token).GetAsyncEnumerator(patience.Token);
        Assert.True(await log.MoveNextAsync());

        await user.OpenTerminalAsync(_instance.Id, new TerminalRequest(), Cancelled);
        while (log.Current.Event?.Words.EndsWith("terminal ended", StringComparison.Ordinal) is not true)
        {
            Assert.True(await log.MoveNextAsync());
        }

        Assert.Empty(await user.ListTerminalsAsync(_instance.Id, Cancelled));
        // The book is written in order, in the background.
        await _host.Get<AuditBook>().WriteThroughAsync(new AuditEntry(TestSpecs.NewId(), _project, "user", null, null, "test.last", ""), Cancelled);
        var closed = (await user.ListAuditAsync(_instance.Id, null, null, Cancelled)).Single(e => e.Kind == "terminal.close");
        Assert.EndsWith("Nobody came back within 0 s, so the terminal was closed.", closed.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Idle_IsClosedBeforeItsViewersEyes_AndTellsOneWhoComesLate()
    {
        await StartAsync(new TerminalLimits { Idle = TimeSpan.FromSeconds(5) });
        var user = User();
        var opened = await user.OpenTerminalAsync(_instance.Id, new TerminalRequest { Command = ["sh", "-c", "echo hello; cat"] }, Cancelled);
        await using var window = await TerminalWindow.OpenAsync(user, _instance.Id, opened.Id);

        var end = await window.WaitForEndAsync();
        await using var late = await TerminalWindow.OpenAsync(user, _instance.Id, opened.Id);

        Assert.Equal(("idle", null, "Nothing was typed for 5 s, so the terminal was closed."), (end.Reason, end.ExitCode, end.Words));
        Assert.Equal(end, await late.WaitForEndAsync());
        Assert.Equal("hello\r\n", late.Text);
    }

    [Fact]
    public async Task LeftByAKilledDriverHost_IsEndedByTheNextStart()
    {
        await StartAsync(new TerminalLimits());
        var mark = $"{TerminalProcesses.Mark}={_host.Get<HostId>()}";
        await _host.DisposeAsync();
        await Engine.DockerAsync("exec", "-d", "-e", $"{mark}.0123", _instance.ContainerId!, "sh", "-c", "trap '' HUP TERM; sleep 4101 & sleep 4102");
        await Engine.DockerAsync("exec", "-d", "-e", $"{TerminalProcesses.Mark}=another-host.0123", _instance.ContainerId!, "sleep", "4103");
        await Engine.DockerAsync("exec", "-d", _instance.ContainerId!, "sleep", "4104");

        _host = await RunningDriverHost.StartAsync(_data, fixture.Cloud);

        var left = await Engine.DockerAsync("top", _instance.ContainerId!, "-eo", "pid,args");
        Assert.DoesNotMatch("sleep (4101|4102)", left);
        Assert.Contains("sleep 4103", left, StringComparison.Ordinal);
        Assert.Contains("sleep 4104", left, StringComparison.Ordinal);
    }

    private async Task StartAsync(TerminalLimits limits)
    {
        _host = await RunningDriverHost.StartAsync(_data, fixture.Cloud, builder => builder.Services.AddSingleton(limits));
        _instance = await _host.Operator.SpawnAsync(TestSpecs.NewId(), TestSpecs.Of(_image.Id, _project), Cancelled);
    }

    private DriverHostClient User() => _host.As(_project, "member", "terminal");
}
