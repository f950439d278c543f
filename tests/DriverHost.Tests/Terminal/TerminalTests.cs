using System.Net;
using DriverHost.Audit;
using DriverHost.Client;
using DriverHost.Images;
using DriverHost.Terminal;
using DriverHost.Tests.Containers;
using TestKit;

namespace DriverHost.Tests.Terminal;

/// <summary>A shell in an instance, on the real engine. Most tests share one instance; each has a user of its own.</summary>
[Trait("needs", "docker")]
public sealed class TerminalTests : IClassFixture<TerminalScene>, IAsyncDisposable
{
    private readonly DriverHostFixture _fixture;
    private readonly TerminalScene _scene;
    private readonly Instances _instances;
    private readonly string _project;
    private readonly string _token;
    private readonly DriverHostClient _user;

    public TerminalTests(DriverHostFixture fixture, TerminalScene scene)
    {
        _fixture = fixture;
        _scene = scene;
        _project = scene.Project;
        _instances = new Instances(fixture.Host);
        _token = fixture.Cloud.Keystone.Issue(_project, ["member", "terminal"]);
        _user = fixture.Host.As(_token);
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        // A test may have revoked its token; its terminals have ended then.
        foreach (var open in _fixture.Cloud.Keystone.Find(_token) is null ? [] : await _user.ListTerminalsAsync(_scene.Instance.Id, CancellationToken.None))
        {
            await _user.CloseTerminalAsync(open.InstanceId, open.Id, CancellationToken.None);
        }

        await _instances.DisposeAsync();
    }

    [Fact]
    public async Task Shell_IsFound_TakesInputAndSaysItsExitCode()
    {
        var instance = _scene.Instance;
        var opened = await _user.OpenTerminalAsync(instance.Id, new TerminalRequest(), Cancelled);
        await using var window = await TerminalWindow.OpenAsync(_user, instance.Id, opened.Id);

        await window.TypeAsync("echo $((40+2)) $TERM; exit 7\n");
        var end = await window.WaitForEndAsync();

        Assert.Contains("42 xterm-256color", window.Text, StringComparison.Ordinal);
        Assert.Equal(("exit", 7, "The process ended with code 7."), (end.Reason, end.ExitCode, end.Words));
        Assert.Empty(await _user.ListTerminalsAsync(instance.Id, Cancelled));
    }

    [Fact]
    public async Task Size_AtTheStartAndLater_IsTheViewers()
    {
        var instance = _scene.Instance;
        var opened = await _user.OpenTerminalAsync(instance.Id, new TerminalRequest { Cols = 101, Rows = 33 }, Cancelled);
        await using var window = await TerminalWindow.OpenAsync(_user, instance.Id, opened.Id);

        await window.TypeAsync("stty size\n");
        await window.WaitForAsync("33 101");
        await window.SayAsync(new TerminalFrame { Resize = new TerminalSize(77, 22) });
        await window.TypeAsync("stty size\n");

        await window.WaitForAsync("22 77");
    }

    [Fact]
    public async Task Command_UserAndDirectory_AreThoseAskedFor()
    {
        var instance = _scene.Instance;
        var opened = await _user.OpenTerminalAsync(instance.Id, new TerminalRequest { Command = ["sh", "-c", "id -u; id -g; pwd; cat"], User = "1234:56", WorkingDir = "/bin" }, Cancelled);
        await using var window = await TerminalWindow.OpenAsync(_user, instance.Id, opened.Id);

        await window.WaitForAsync("1234\r\n56\r\n/bin\r\n");

        Assert.Equal((opened.Id, "1234:56", "/bin", true), (await _user.ListTerminalsAsync(instance.Id, Cancelled)).Select(t => (t.Id, t.User!, t.WorkingDir!, t.Attached)).Single());
    }

    [Fact]
    public async Task Viewer_ThatComesAgain_MissesNothingAndGetsNothingTwice()
    {
        var instance = _scene.Instance;
        var opened = await _user.OpenTerminalAsync(instance.Id, new TerminalRequest { Command = ["sh", "-c", "stty -echo; echo ready; while read x; do seq $x; done"] }, Cancelled);
        await using var first = await TerminalWindow.OpenAsync(_user, instance.Id, opened.Id);
        await first.WaitForAsync("ready");
        await first.TypeAsync("1 20\n");
        await first.WaitForAsync("\n20\r\n");
        await first.TypeAsync("21 3000\n");
        // A connection that is cut at once may take with it what was typed last.
        await first.WaitForAsync("\n21\r\n");

        first.Cut();
        await using var second = await TerminalWindow.OpenAsync(_user, instance.Id, opened.Id, first.Offset);
        await second.WaitForAsync("\n3000\r\n");
        await using var fresh = await TerminalWindow.OpenAsync(_user, instance.Id, opened.Id);
        await fresh.WaitForAsync("\n3000\r\n");

        var all = "ready\r\n" + string.Concat(Enumerable.Range(1, 3000).Select(i => $"{i}\r\n"));
        Assert.Equal(all, first.Text + second.Text);
        Assert.Equal(all, fresh.Text);
        Assert.Equal((0, all.Length, 0), (fresh.Attached.From, fresh.Attached.To, fresh.Attached.Lost));
    }

    [Fact]
    public async Task Viewer_WhoseWindowIsTaken_IsToldAndLeaves()
    {
        var instance = _scene.Instance;
        var opened = await _user.OpenTerminalAsync(instance.Id, new TerminalRequest(), Cancelled);
        await using var first = await TerminalWindow.OpenAsync(_user, instance.Id, opened.Id);

        await using var second = await TerminalWindow.OpenAsync(_user, instance.Id, opened.Id);
        await first.UntilAsync(() => first.Notices.Count > 0);
        await second.TypeAsync("echo $((1+1))2\n");

        await second.WaitForAsync("22");
        Assert.Equal("taken", first.Notices.Single().Code);
        Assert.False(await first.ReadAsync(Cancelled));
    }

    [Fact]
    public async Task Viewer_ThatDoesNotKeepUp_MakesTheProcessWait()
    {
        const string Ready = "ready\n";
        var all = Ready + string.Concat(Enumerable.Range(1, 200_000).Select(i => $"{i}\n"));
        var instance = _scene.Instance;
        var opened = await _user.OpenTerminalAsync(instance.Id, new TerminalRequest { Command = ["sh", "-c", "stty -echo -opost; echo ready; read x; /bin/busybox seq 200000; cat"] }, Cancelled);
        await using var window = await TerminalWindow.OpenAsync(_user, instance.Id, opened.Id);
        // Nobody makes it wait who is not there yet.
        await window.WaitForAsync(Ready);
        window.Acknowledges = false;
        await window.TypeAsync("\n");
        await window.UntilAsync(() => window.Offset >= 128 * 1024);

        Assert.Contains("/bin/busybox seq 200000", await ProcessesAsync(instance));
        Assert.InRange(window.Offset, 128 * 1024, Ready.Length + (144 * 1024));

        window.Acknowledges = true;
        await window.SayAsync(new TerminalFrame { Ack = window.Offset });
        await window.UntilAsync(() => window.Offset >= all.Length);
        Assert.Equal(all, window.Text);
    }

    [Fact]
    public async Task Closed_WithProcessesThatWillNotEnd_LeavesNone()
    {
        var instance = _scene.Instance;
        var opened = await _user.OpenTerminalAsync(instance.Id, new TerminalRequest(), Cancelled);
        await using var window = await TerminalWindow.OpenAsync(_user, instance.Id, opened.Id);
        await window.TypeAsync("trap '' HUP TERM; sleep 4001 & setsid sleep 4002 & (sleep 4003 &) ; nohup sleep 4004 >/dev/null 2>&1 & env -i setsid sh -c 'echo $((2))free; exec sleep 4005' & echo $((1))go\n");
        await window.UntilAsync(() => window.Text.Contains("1go", StringComparison.Ordinal) && window.Text.Contains("2free", StringComparison.Ordinal));

        await _user.CloseTerminalAsync(instance.Id, opened.Id, Cancelled);

        Assert.Equal("closed", (await window.WaitForEndAsync()).Reason);
        // With an empty environment and a session of its own nothing tells it from the instance's own processes.
        // It becomes this a moment after its word.
        await Patience.UntilAsync(async () => (await ProcessesAsync(instance)).Contains("sleep 4005"));
        Assert.Equal(["sleep 4005"], (await ProcessesAsync(instance)).Where(p => p.StartsWith("sleep 400", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Exit_WithABackgroundProcessAtTheTerminal_EndsBoth()
    {
        var instance = _scene.Instance;
        var opened = await _user.OpenTerminalAsync(instance.Id, new TerminalRequest(), Cancelled);
        await using var window = await TerminalWindow.OpenAsync(_user, instance.Id, opened.Id);

        await window.TypeAsync("(trap '' HUP; sleep 5001) &\nexit 3\n");
        var end = await window.WaitForEndAsync();

        Assert.Equal(("exit", 3), (end.Reason, end.ExitCode));
        Assert.DoesNotContain("sleep 5001", await ProcessesAsync(instance));
    }

    [Fact]
    public async Task Instance_Stopped_EndsTheTerminalInWords()
    {
        var instance = await SpawnAsync();
        var opened = await _user.OpenTerminalAsync(instance.Id, new TerminalRequest(), Cancelled);
        await using var window = await TerminalWindow.OpenAsync(_user, instance.Id, opened.Id);

        await _fixture.Host.Operator.StopAsync(instance.Id, TimeSpan.Zero, Cancelled);

        var end = await window.WaitForEndAsync();
        Assert.Equal(("instance_stopped", "The instance stopped, and the terminal with it."), (end.Reason, end.Words));
        var refused = await Assert.ThrowsAsync<DriverHostException>(() => _user.OpenTerminalAsync(instance.Id, new TerminalRequest(), Cancelled));
        Assert.Equal((HttpStatusCode.Conflict, "not_running"), (refused.StatusCode, refused.Code));
    }

    [Fact]
    public async Task Instance_Paused_TellsTheViewerAndGoesOnAfterwards()
    {
        var instance = await SpawnAsync();
        var opened = await _user.OpenTerminalAsync(instance.Id, new TerminalRequest(), Cancelled);
        await using var window = await TerminalWindow.OpenAsync(_user, instance.Id, opened.Id);

        await _fixture.Host.Operator.PauseAsync(instance.Id, Cancelled);
        await window.UntilAsync(() => window.Notices.Count == 1);
        await _fixture.Host.Operator.UnpauseAsync(instance.Id, Cancelled);
        await window.UntilAsync(() => window.Notices.Count == 2);
        await window.TypeAsync("echo $((2+2))2\n");

        await window.WaitForAsync("42");
        Assert.Equal(["paused", "running"], window.Notices.Select(n => n.Code));
    }

    [Fact]
    public async Task Token_RevokedOrWithoutTheRight_EndsTheTerminalAndANewerOneKeepsIt()
    {
        var instance = _scene.Instance;
        var keystone = _fixture.Cloud.Keystone;
        var demoted = keystone.IssueAgain(_token, "member", "terminal");
        var renewed = keystone.IssueAgain(_token, "member", "terminal");
        await using var revokedWindow = await OpenedAsync(instance, _token);
        await using var demotedWindow = await OpenedAsync(instance, demoted);
        await using var keptWindow = await OpenedAsync(instance, _token);

        await keptWindow.SayAsync(new TerminalFrame { Token = renewed });
        await keptWindow.TypeAsync("echo $((1))taken\n");
        await keptWindow.WaitForAsync("1taken");
        keystone.Revoke(_token);
        keystone.SetRoles(demoted, "member");

        Assert.Equal("token_ended", (await revokedWindow.WaitForEndAsync()).Reason);
        Assert.Equal("right_lost", (await demotedWindow.WaitForEndAsync()).Reason);
        await keptWindow.TypeAsync("echo $((1))still\n");
        await keptWindow.WaitForAsync("1still");
    }

    [Fact]
    public async Task Terminal_OfAnotherUser_IsNotThere()
    {
        var instance = _scene.Instance;
        var opened = await _user.OpenTerminalAsync(instance.Id, new TerminalRequest(), Cancelled);
        var colleague = _fixture.Host.As(_project, "member", "terminal");

        var attach = await Assert.ThrowsAsync<DriverHostException>(() => colleague.AttachTerminalAsync(instance.Id, opened.Id, 0, Cancelled));
        var close = await Assert.ThrowsAsync<DriverHostException>(() => colleague.CloseTerminalAsync(instance.Id, opened.Id, Cancelled));

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (attach.StatusCode, close.StatusCode));
        Assert.Empty(await colleague.ListTerminalsAsync(instance.Id, Cancelled));
        Assert.Single(await _user.ListTerminalsAsync(instance.Id, Cancelled));
    }

    [Fact]
    public async Task Open_WithoutTheRole_SaysWhoCanGiveItAndIsInTheBook()
    {
        var instance = _scene.Instance;
        var token = _fixture.Cloud.Keystone.Issue(_project, ["member"]);
        var user = _fixture.Cloud.Keystone.Find(token)!.UserId;

        var refused = await Assert.ThrowsAsync<DriverHostException>(() => _fixture.Host.As(token).OpenTerminalAsync(instance.Id, new TerminalRequest(), Cancelled));

        Assert.Equal((HttpStatusCode.Forbidden, "terminal_right_missing"), (refused.StatusCode, refused.Code));
        Assert.EndsWith($"An administrator gives it: openstack role add --user {user} --project {_project} terminal", refused.Message, StringComparison.Ordinal);
        Assert.Equal([("terminal.open", "refused", user)], (await AuditAsync(instance, user)).Select(e => (e.Kind, e.Outcome, e.UserId)));
    }

    [Fact]
    public async Task OpenAndClose_AreInTheAuditBookAndInTheLog()
    {
        var instance = _scene.Instance;
        var log = _user.LogsAsync(instance.Id, new LogQuery { Follow = true }, Cancelled).GetAsyncEnumerator(Cancelled);
        await using var closing = log;
        Assert.True(await log.MoveNextAsync());

        var opened = await _user.OpenTerminalAsync(instance.Id, new TerminalRequest { User = "0" }, Cancelled);
        await _user.CloseTerminalAsync(instance.Id, opened.Id, Cancelled);

        var user = _fixture.Cloud.Keystone.Find(_token)!.UserId;
        Assert.Equal([$"{user} opened a terminal", $"{user}'s terminal ended"], await EventsAsync(log, user, 2));
        var entries = await AuditAsync(instance, user);
        Assert.Equal(["terminal.close", "terminal.open", "log.open"], entries.Select(e => e.Kind));
        Assert.Equal("/bin/ash as 0", entries[1].Detail);
        Assert.Matches(@"^/bin/ash after \d+ s\. The terminal was closed\.$", entries[0].Detail);
        Assert.All(entries, e => Assert.Equal((user, "done"), (e.UserId, e.Outcome)));
    }

    [Theory]
    [InlineData("no-such-program", null, null, 422, "command_not_found")]
    [InlineData(null, "root; rm", null, 400, "invalid")]
    [InlineData(null, null, "relative", 400, "invalid")]
    public async Task Open_WithWhatCannotBe_IsRefusedInWords(string? command, string? user, string? directory, int status, string code)
    {
        var instance = _scene.Instance;

        var refused = await Assert.ThrowsAsync<DriverHostException>(() => _user.OpenTerminalAsync(
            instance.Id, new TerminalRequest { Command = command is null ? null : [command], User = user, WorkingDir = directory }, Cancelled));

        Assert.Equal((status, code), ((int)refused.StatusCode!, refused.Code));
        Assert.Empty(await AuditAsync(instance, _fixture.Cloud.Keystone.Find(_token)!.UserId));
    }

    [Fact]
    public async Task Open_AsAUserThatTheImageDoesNotHave_ShowsTheEnginesWordsAndEnds()
    {
        var instance = _scene.Instance;
        var opened = await _user.OpenTerminalAsync(instance.Id, new TerminalRequest { User = "nobody-such" }, Cancelled);
        await using var window = await TerminalWindow.OpenAsync(_user, instance.Id, opened.Id);

        var end = await window.WaitForEndAsync();

        Assert.Contains("unable to find user nobody-such", window.Text, StringComparison.Ordinal);
        Assert.Equal(("exit", 126), (end.Reason, end.ExitCode));
    }

    [Fact]
    public async Task TooMany_OfAnInstanceOrAUser_AreRefusedUntilOneIsClosed()
    {
        var (instance, other) = (await SpawnAsync(), _scene.Instance);
        var limits = new TerminalLimits();
        var request = new TerminalRequest { Command = ["cat"] };
        var open = await Task.WhenAll(Enumerable.Range(0, limits.PerInstance).Select(_ => _user.OpenTerminalAsync(instance.Id, request, Cancelled)));

        var ofInstance = await Assert.ThrowsAsync<DriverHostException>(() => _fixture.Host.As(_project, "terminal").OpenTerminalAsync(instance.Id, request, Cancelled));
        var ofUser = await Assert.ThrowsAsync<DriverHostException>(() => _user.OpenTerminalAsync(other.Id, request, Cancelled));
        await _user.CloseTerminalAsync(instance.Id, open[0].Id, Cancelled);
        await _user.OpenTerminalAsync(other.Id, request, Cancelled);

        Assert.Equal((HttpStatusCode.TooManyRequests, "The instance has 10 open terminals, which is the most. Close one first."), (ofInstance.StatusCode, ofInstance.Message));
        Assert.Equal((HttpStatusCode.TooManyRequests, "You have 10 open terminals on this host, which is the most. Close one first."), (ofUser.StatusCode, ofUser.Message));
    }

    [Fact]
    public async Task Image_WithoutAShell_SaysSo()
    {
        var image = _fixture.Cloud.Glance.Add(TestImages.Running("", change: WithoutAShell));
        var instance = await _instances.SpawnAsync(TestSpecs.Of(image.Id, _project));

        var refused = await Assert.ThrowsAsync<DriverHostException>(() => _user.OpenTerminalAsync(instance.Id, new TerminalRequest(), Cancelled));

        Assert.Equal((422, "no_shell"), ((int)refused.StatusCode!, refused.Code));
        Assert.Equal("The image has no shell: neither bash nor sh nor busybox. Name a program that it has as the command.", refused.Message);
    }

    // As a distroless image: one program, here busybox under the name of a command that is no shell.
    private static ArchiveImage WithoutAShell(ArchiveImage image) => image with
    {
        Command = ["/sleep", "1000"],
        Layers = [new ArchiveLayer([ArchiveFile.Folder("dev"), ArchiveFile.Folder("proc"), ArchiveFile.Folder("sys"), ArchiveFile.Of("sleep", File.ReadAllBytes(BusyboxImage.Program), "755")])],
    };

    private static async Task<string[]> ProcessesAsync(HostInstance instance) =>
        [.. (await Engine.DockerAsync("top", instance.ContainerId!, "-eo", "pid,args")).Split('\n').Select(line => line.Trim().Split(' ', 2)[^1].Trim())];

    /// <summary>The book is written in order, in the background: once a later entry is in the file, all before it are.</summary>
    private async Task<AuditRecord[]> AuditAsync(HostInstance instance, string user)
    {
        await _fixture.Host.Get<AuditBook>().WriteThroughAsync(new AuditEntry(TestSpecs.NewId(), _project, "user", null, null, "test.last", ""), Cancelled);
        return [.. (await _user.ListAuditAsync(instance.Id, null, null, Cancelled)).Where(e => e.UserId == user)];
    }

    private static async Task<List<string>> EventsAsync(IAsyncEnumerator<LogRecord> log, string user, int count)
    {
        var words = new List<string>();
        do
        {
            if (log.Current.Event is { Type: "terminal" } happened && happened.Words.StartsWith(user, StringComparison.Ordinal))
            {
                words.Add(happened.Words);
            }
        }
        while (words.Count < count && await log.MoveNextAsync().AsTask().WaitAsync(RunningDriverHost.Patience, Cancelled));

        return words;
    }

    private Task<HostInstance> SpawnAsync() => _instances.SpawnAsync(TestSpecs.Of(_fixture.Busybox.Id, _project));

    private async Task<TerminalWindow> OpenedAsync(HostInstance instance, string token)
    {
        var client = _fixture.Host.As(token);
        return await TerminalWindow.OpenAsync(client, instance.Id, (await client.OpenTerminalAsync(instance.Id, new TerminalRequest(), Cancelled)).Id);
    }
}
