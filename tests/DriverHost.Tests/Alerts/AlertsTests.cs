using System.Net;
using System.Text;
using DriverHost.Alerts;
using DriverHost.Audit;
using DriverHost.Client;
using DriverHost.Tests.Containers;
using TestKit;

namespace DriverHost.Tests.Alerts;

/// <summary>Rules of real instances, from the line to the webhook.</summary>
[Trait("needs", "docker")]
public sealed class AlertsTests(DriverHostFixture fixture, AlertScene scene) : IClassFixture<AlertScene>
{
    /// <summary>Says "match 1" when /go1 is there, and so on.</summary>
    private const string OnRequest = "echo ready; for n in 1 2 3; do while [ ! -e /go$n ]; do sleep 0.05; done; echo match $n; done; echo end; sleep 100000";

    private readonly string _project = TestSpecs.NewProject();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private DriverHostClient Member => scene.Host.As(_project, "member");

    [Fact]
    public async Task Line_ThatMatches_IsPostedSigned_AndTheNextIsHeldBackAndCounted()
    {
        var instance = await SpawnAsync(OnRequest);
        var token = fixture.Cloud.Keystone.Issue(_project, ["member"]);
        var rule = await scene.Host.As(token).CreateAlertAsync(instance.Id, Spec("matches", "MATCH"), Cancelled);

        await Instances.RunAsync(instance, "touch /go1");
        var posted = await scene.Listener.NextAsync();
        await Instances.RunAsync(instance, "touch /go2 /go3");
        await scene.Host.WaitForLineAsync(instance.Id, "end");
        await FiringsAsync(instance, f => f is [{ HeldBack: 2, Delivery: "delivered" }]);

        Assert.Equal(AlertWebhook.Sign(rule.Secret!, posted.Body), posted.Signature);
        Assert.DoesNotContain(token, Encoding.UTF8.GetString(posted.Body), StringComparison.Ordinal);
        Assert.DoesNotContain("X-Auth-Token", posted.Headers);
        var firing = Assert.Single(await Member.ListFiringsAsync(instance.Id, null, Cancelled));
        var line = await LineAsync(instance, "match 1");
        var expected = new AlertNotice
        {
            Text = "test: matches: match 1",
            RuleId = rule.Id,
            RuleName = "matches",
            ProjectId = _project,
            InstanceId = instance.Id,
            InstanceName = "test",
            At = line.Time!.Value,
            Line = "match 1",
            Stream = "out",
            HeldBack = 0,
            Link = $"/instances/{instance.Id}?tab=log&line={line.Cursor}",
        };
        Assert.Equal(expected, posted.Notice);
        Assert.Equal((line.Cursor, "match 1", 1, "The webhook took it (200)."), (firing.Cursor, firing.Text, firing.Tries, firing.DeliveryWords));
        Assert.Equal(firing.Id, Assert.Single(await Member.ListAlertsAsync(instance.Id, Cancelled)).Last!.Id);
        scene.Listener.AssertNoMore();
    }

    [Fact]
    public async Task Lines_BeforeWhileAndAfterTheDriverHostIsDown_AreJudgedOnce()
    {
        var instance = await SpawnAsync(OnRequest);
        await Member.CreateAlertAsync(instance.Id, Spec("one", "match 1"), Cancelled);
        await Member.CreateAlertAsync(instance.Id, Spec("two", "match 2"), Cancelled);
        await Member.CreateAlertAsync(instance.Id, Spec("three", "match 3"), Cancelled);
        await Instances.RunAsync(instance, "touch /go1");
        Assert.Equal("match 1", (await scene.Listener.NextAsync()).Notice.Line);
        await FiringsAsync(instance, f => f is [{ Delivery: "delivered" }]);

        await scene.StopAsync();
        await Instances.RunAsync(instance, "touch /go2");
        await scene.StartAsync();
        Assert.Equal("match 2", (await scene.Listener.NextAsync()).Notice.Line);
        await Instances.RunAsync(instance, "touch /go3");
        Assert.Equal("match 3", (await scene.Listener.NextAsync()).Notice.Line);

        await FiringsAsync(instance, f => f is [{ RuleName: "three", Delivery: "delivered" }, { RuleName: "two", Delivery: "delivered" }, { RuleName: "one", Delivery: "delivered" }] && f.All(x => x.HeldBack == 0));
        Assert.All(await Member.ListAlertsAsync(instance.Id, Cancelled), r => Assert.Null(r.Gap));
        scene.Listener.AssertNoMore();
    }

    [Fact]
    public async Task Webhook_ThatFails_IsTriedAgain_AndThenGivenUpInWords()
    {
        var instance = await SpawnAsync(OnRequest);
        await Member.CreateAlertAsync(instance.Id, Spec("broken", "match 1", "/broken"), Cancelled);
        await Member.CreateAlertAsync(instance.Id, Spec("recovers", "match 2", "/recovers"), Cancelled);
        var calls = 0;
        scene.Listener.Answer = context =>
        {
            context.Response.StatusCode = context.Request.Path == "/broken" || calls++ == 0 ? 500 : 204;
            return Task.CompletedTask;
        };
        try
        {
            await Instances.RunAsync(instance, "touch /go1");
            Posted[] tries = [await scene.Listener.NextAsync(), await scene.Listener.NextAsync(), await scene.Listener.NextAsync()];
            Assert.Single(tries.Select(t => t.Delivery).Distinct());
            await FiringsAsync(instance, f => f is [{ Delivery: "failed", Tries: 3, DeliveryWords: "The webhook answered 500.", NextTryAt: null }]);

            await Instances.RunAsync(instance, "touch /go2");
            await FiringsAsync(instance, f => f is [{ Delivery: "delivered", Tries: 2 }, _]);
        }
        finally
        {
            scene.Listener.Answer = _ => Task.CompletedTask;
            Assert.Equal(("/recovers", "/recovers"), ((await scene.Listener.NextAsync()).Path, (await scene.Listener.NextAsync()).Path));
        }
    }

    [Fact]
    public async Task Notice_OnItsWayWhenTheDriverHostStops_IsSentAgainUnderTheSameName()
    {
        var instance = await SpawnAsync(OnRequest);
        await Member.CreateAlertAsync(instance.Id, Spec("slow", "match 1"), Cancelled);
        var never = new TaskCompletionSource();
        scene.Listener.Answer = context => never.Task.WaitAsync(context.RequestAborted);
        Posted first;
        try
        {
            await Instances.RunAsync(instance, "touch /go1");
            first = await scene.Listener.NextAsync();
            await scene.StopAsync();
        }
        finally
        {
            scene.Listener.Answer = _ => Task.CompletedTask;
        }

        await scene.StartAsync();
        var second = await scene.Listener.NextAsync();

        Assert.Equal((first.Delivery, first.Signature), (second.Delivery, second.Signature));
        await FiringsAsync(instance, f => f is [{ Delivery: "delivered", Tries: 1 }]);
    }

    [Fact]
    public async Task Events_ExitWithAFailureAndOutOfMemory_AreNotices_AStopIsNone()
    {
        var failing = await SpawnAsync("while [ ! -e /go ]; do sleep 0.05; done; exit 3");
        var hungry = await SpawnAsync("while [ ! -e /go ]; do sleep 0.05; done; x=$(tail /dev/zero)");
        var calm = await SpawnAsync(TestSpecs.Sleep);
        foreach (var instance in new[] { failing, hungry, calm })
        {
            await Member.CreateAlertAsync(instance.Id, new AlertRuleSpec { Name = "ends", Events = ["exit", "oom"] }, Cancelled);
        }

        await Instances.RunAsync(failing, "touch /go");
        await Instances.RunAsync(hungry, "touch /go");
        await scene.Host.Operator.StopAsync(calm.Id, null, Cancelled);
        // Its start is later than the stop's marks: when it is told, they were judged.
        await Member.CreateAlertAsync(calm.Id, new AlertRuleSpec { Name = "starts", Events = ["start"] }, Cancelled);
        await scene.Host.Operator.StartAsync(calm.Id, Cancelled);

        await FiringsAsync(failing, f => f is [{ Event: "exit", Text: "ended with code 3", Delivery: "none", Cursor: null }]);
        await FiringsAsync(hungry, f => f is [{ Event: "oom", Text: "killed: out of memory" }]);
        await FiringsAsync(calm, f => f is [{ Event: "start", RuleName: "starts" }]);
    }

    [Fact]
    public async Task End_WhileTheDriverHostIsDown_IsTold()
    {
        var instance = await SpawnAsync("while [ ! -e /go ]; do sleep 0.05; done; exit 4");
        await Member.CreateAlertAsync(instance.Id, new AlertRuleSpec { Name = "ends", Events = ["exit"] }, Cancelled);

        await scene.StopAsync();
        await Instances.RunAsync(instance, "touch /go");
        await Engine.DockerAsync("wait", instance.ContainerId!);
        await scene.StartAsync();

        await FiringsAsync(instance, f => f is [{ Text: "ended with code 4" }]);
    }

    [Fact]
    public async Task Rule_FollowsItsInstanceThroughStopAndStart()
    {
        var instance = await SpawnAsync($"echo up; {TestSpecs.Sleep}");
        await scene.Host.WaitForLineAsync(instance.Id, "up");
        await Member.CreateAlertAsync(instance.Id, new AlertRuleSpec { Name = "up", Text = "up" }, Cancelled);

        await scene.Host.Operator.StopAsync(instance.Id, null, Cancelled);
        await scene.Host.Operator.StartAsync(instance.Id, Cancelled);

        await FiringsAsync(instance, f => f is [{ Text: "up" }]);
    }

    [Fact]
    public async Task Preview_CountsWhatWouldHaveBeen()
    {
        var instance = await SpawnAsync("seq 1 2000; echo end; sleep 100000");
        await scene.Host.WaitForLineAsync(instance.Id, "end");

        var lines = await scene.Host.As(_project, "reader").PreviewAlertAsync(instance.Id, new AlertRuleSpec { Text = "^1[0-9]*$", Regex = true }, Cancelled);
        var events = await Member.PreviewAlertAsync(instance.Id, new AlertRuleSpec { Events = ["start", "oom"] }, Cancelled);
        var refused = await Assert.ThrowsAsync<DriverHostException>(() => Member.PreviewAlertAsync(instance.Id, new AlertRuleSpec { Text = "(", Regex = true }, Cancelled));

        Assert.Equal((2001, 1111, 1), (lines.Lines, lines.Matches, lines.Notices));
        Assert.Equal(["1999", "1998", "1997", "1996", "1995"], lines.Newest.Select(m => m.Text));
        Assert.Equal((await LineAsync(instance, "1999")).Cursor, lines.Newest[0].Cursor);
        Assert.Equal((1, "start"), (events.Matches, Assert.Single(events.Newest).Event));
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    [Fact]
    public async Task Rules_AreShownWithoutSecrets_AndEachChangeIsInTheBook()
    {
        var instance = await SpawnAsync(TestSpecs.Sleep);
        var rule = await Member.CreateAlertAsync(instance.Id, Spec("one", "x", "/hooks/sesame?key=open"), Cancelled);
        var seen = Assert.Single(await scene.Host.As(_project, "reader").ListAlertsAsync(instance.Id, Cancelled));
        var own = Assert.Single(await Member.ListAlertsAsync(instance.Id, Cancelled));
        await Member.DeleteAlertAsync(instance.Id, rule.Id, Cancelled);
        var gone = await Assert.ThrowsAsync<DriverHostException>(() => Member.DeleteAlertAsync(instance.Id, rule.Id, Cancelled));

        Assert.Equal($"{scene.Listener.Url}/…", seen.Spec.Webhook);
        Assert.Equal($"{scene.Listener.Url}/hooks/sesame?key=open", own.Spec.Webhook);
        Assert.Equal((64, null, null), (rule.Secret!.Length, seen.Secret, own.Secret));
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        Assert.Empty(await Member.ListAlertsAsync(instance.Id, Cancelled));
        await Patience.UntilAsync(async () => (await Member.ListAuditAsync(instance.Id, null, null, Cancelled)).Length == 2);
        var book = await Member.ListAuditAsync(instance.Id, null, null, Cancelled);
        Assert.Equal([(AuditKind.AlertDelete, "Deleted the alert rule one."), (AuditKind.AlertCreate, $"Makes the alert rule one, with notices to {new Uri(scene.Listener.Url).Authority}.")], book.Select(e => (e.Kind, e.Detail)));
    }

    [Fact]
    public async Task Rules_BeyondTheLimitOfTheProject_AreRefused_AndGoWithTheirInstance()
    {
        var instance = await SpawnAsync(TestSpecs.Sleep);
        for (var i = 0; i < AlertLimits.RulesPerProject; i++)
        {
            await Member.CreateAlertAsync(instance.Id, Spec($"rule {i}", "x"), Cancelled);
        }

        var refused = await Assert.ThrowsAsync<DriverHostException>(() => Member.CreateAlertAsync(instance.Id, Spec("one more", "x"), Cancelled));
        await scene.Host.Operator.DeleteAsync(instance.Id, Cancelled);
        var next = await SpawnAsync(TestSpecs.Sleep);
        await Member.CreateAlertAsync(next.Id, Spec("again", "x"), Cancelled);

        Assert.Equal((HttpStatusCode.Conflict, "too_many_rules"), (refused.StatusCode, refused.Code));
        Assert.Contains("20 alert rules", refused.Message, StringComparison.Ordinal);
        Assert.Empty(await scene.Host.Get<AlertLedger>().RulesAsync(instance.Id, Cancelled));
    }

    [Fact]
    public async Task Webhook_OnThisMachine_IsRefusedWithoutTheOperatorsLeave()
    {
        await using var instances = new Instances(fixture.Host);
        var instance = await instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id, _project, OnRequest));
        var member = fixture.Host.As(_project, "member");
        var port = new Uri(scene.Listener.Url).Port;

        var refused = await Assert.ThrowsAsync<DriverHostException>(() => member.CreateAlertAsync(instance.Id, Spec("direct", "match"), Cancelled));
        await member.CreateAlertAsync(instance.Id, new AlertRuleSpec { Name = "by name", Text = "match", Webhook = $"http://localhost:{port}/" }, Cancelled);
        await Instances.RunAsync(instance, "touch /go1");
        var firing = default(AlertFiring);
        await Patience.UntilAsync(async () => (firing = (await member.ListFiringsAsync(instance.Id, 1, Cancelled)).SingleOrDefault()) is { Delivery: "failed" });

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.StartsWith("127.0.0.1 is this machine's own address", refused.Message, StringComparison.Ordinal);
        Assert.StartsWith("localhost is this machine's own address", firing!.DeliveryWords, StringComparison.Ordinal);
        Assert.Equal(1, firing.Tries);
        scene.Listener.AssertNoMore();
    }

    private AlertRuleSpec Spec(string name, string text, string path = "/notices") => new() { Name = name, Text = text, Webhook = scene.Listener.Url + path };

    private async Task<HostInstance> SpawnAsync(string script) =>
        await scene.Host.Operator.SpawnAsync(TestSpecs.NewId(), TestSpecs.Of(scene.Image.Id, _project, script), Cancelled);

    private async Task<LogRecord> LineAsync(HostInstance instance, string text)
    {
        await foreach (var record in Member.LogsAsync(instance.Id, new LogQuery(), Cancelled).InTimeAsync())
        {
            if (record.Text == text)
            {
                return record;
            }
        }

        throw new InvalidOperationException($"There is no line '{text}'.");
    }

    // Judging and sending go on beside the calls: nobody tells when they are done.
    private async Task FiringsAsync(HostInstance instance, Func<AlertFiring[], bool> hold)
    {
        var seen = Array.Empty<AlertFiring>();
        try
        {
            await Patience.UntilAsync(async () => hold(seen = await Member.ListFiringsAsync(instance.Id, null, Cancelled)));
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"The notices are {string.Join("; ", seen.Select(f => f.ToString()))}");
        }
    }
}
