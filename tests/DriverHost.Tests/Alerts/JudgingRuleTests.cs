using System.Text;
using System.Text.Json;
using DriverHost.Alerts;
using DriverHost.Client;
using DriverHost.History;
using DriverHost.Logs;

namespace DriverHost.Tests.Alerts;

/// <summary>Which lines and events give a notice, and which are held back.</summary>
public sealed class JudgingRuleTests
{
    private static readonly DateTimeOffset Made = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void Line_ThatMatches_IsANoticeWithItsPlace()
    {
        var rule = Rule(new AlertRuleSpec { Name = "full", Text = "no space", Webhook = "https://example.org/" });

        Take(rule, 1, "all is well");
        Take(rule, 2, "disk: No space left", LogKind.Err);

        var firing = Assert.Single(rule.Touched);
        Assert.Equal(("full", "disk: No space left", "err", AlertDeliveryState.Queued), (firing.RuleName, firing.Text, firing.Stream, firing.Delivery));
        Assert.Equal(Cursor(2).ToString(), firing.Cursor);
        Assert.True(rule.HasNew);
    }

    [Fact]
    public void Line_FromBeforeTheRule_IsNone()
    {
        var rule = Rule(new AlertRuleSpec { Text = "error" });

        Take(rule, 0, "error");
        Take(rule, -5, "error");

        Assert.False(rule.Changed);
    }

    [Fact]
    public void Lines_WithinTheCooldown_AreCounted_AndTheNextNoticeSaysHowMany()
    {
        var rule = Rule(new AlertRuleSpec { Text = "error", CooldownSeconds = 60 });

        foreach (var second in new[] { 1, 2, 30, 60 })
        {
            Take(rule, second, "error");
        }

        Take(rule, 61, "error");
        Take(rule, 62, "error");

        Assert.Equal([(1, 3, 0), (61, 1, 3)], rule.Touched.Select(f => ((int)(f.At - Made).TotalSeconds, (int)f.Held, (int)f.HeldBefore)));
    }

    [Fact]
    public void Cooldown_AfterARestart_GoesOn()
    {
        var spec = new AlertRuleSpec { Text = "error", CooldownSeconds = 60 };
        var first = Rule(spec);
        Take(first, 1, "error");
        var firing = first.Touched[0];
        firing.Id = 5;

        var second = Rule(spec, firing);
        Take(second, 20, "error");

        Assert.False(second.HasNew);
        Assert.Equal((5, 1), (Assert.Single(second.Touched).Id, second.Touched[0].Held));
    }

    [Fact]
    public void Clock_ThatWasSetBack_KeepsNoRuleSilent()
    {
        var rule = Rule(new AlertRuleSpec { Text = "error", CooldownSeconds = 60 });
        Take(rule, 10_000, "error");

        Take(rule, 5, "error");

        Assert.Equal(2, rule.Touched.Count);
    }

    [Theory]
    [InlineData("plain text", false)]
    [InlineData("ERROR by stream", true)]
    [InlineData("WARN: low", false)]
    public void Level_AndStream_Narrow(string text, bool matches)
    {
        var rule = Rule(new AlertRuleSpec { Level = "error", Stream = "err" });

        Take(rule, 1, text, LogKind.Err);
        Take(rule, 2, text, LogKind.Out);

        Assert.Equal(matches ? 1 : 0, rule.Touched.Count);
    }

    [Fact]
    public void Line_ThatIsLong_IsCutAroundTheMatch()
    {
        var rule = Rule(new AlertRuleSpec { Text = "needle" });

        Take(rule, 1, new string('x', 5000) + "needle" + new string('y', 5000));

        var text = Assert.Single(rule.Touched).Text;
        Assert.Contains("needle", text, StringComparison.Ordinal);
        Assert.True(text.Length <= AlertLimits.TextLength + 2);
    }

    [Fact]
    public void Events_AreWhatPeopleCallThem()
    {
        RecordedMark[] marks =
        [
            Mark("start", "started"), Mark("exit", "ended with code 3"),
            Mark("start", "started"), Mark("exit", "ended with code 0"),
            Mark("start", "started"), Mark("stop", "asked to end"), Mark("exit", "ended by a stop request (code 143)"),
            Mark("start", "started"), Mark("oom", "killed: out of memory"),
            Mark("health", "healthy"), Mark("health", "unhealthy"), Mark("terminal", "opened"),
        ];

        Assert.Equal(["start", "exit", "start", null, "start", "stop", null, "start", "oom", null, "health", null], AlertEvents.Of(marks));
    }

    [Fact]
    public void Exit_ThatSomebodyAskedFor_IsNoFailure_EvenWhereTheRequestIsToldLater()
    {
        RecordedMark[] marks = [Mark("start", "started"), Mark("exit", "killed (code 137)"), Mark("stop", "asked to end"), Mark("start", "started"), Mark("exit", "killed (code 137)")];

        Assert.Equal(["start", null, "stop", "start", "exit"], AlertEvents.Of(marks));
        Assert.Equal(["start", null, "stop", "start", null], AlertEvents.Of(marks, ending: true));
    }

    [Fact]
    public void Event_ThatTheRuleWaitsFor_IsANotice()
    {
        var rule = Rule(new AlertRuleSpec { Events = ["oom"], CooldownSeconds = 10 });

        rule.Take(new LogEvent("exit", Made.AddSeconds(1), "ended with code 3"), "exit", Made);
        rule.Take(new LogEvent("oom", Made.AddSeconds(2), "killed: out of memory"), "oom", Made);

        var firing = Assert.Single(rule.Touched);
        Assert.Equal(("oom", "killed: out of memory", AlertDeliveryState.None), (firing.Event, firing.Text, firing.Delivery));
        Assert.Null(firing.Cursor);
    }

    private static RecordedMark Mark(string type, string words) => new(new LogEvent(type, Made, words), type);

    private static LogCursor Cursor(int second) => new(LogCursor.StampOf(Made.AddSeconds(second)), 0);

    private static void Take(JudgingRule rule, int second, string text, LogKind kind = LogKind.Out) =>
        rule.Take(new LogLine(Cursor(second), kind, cut: false, Encoding.UTF8.GetBytes(text)), Made);

    private static JudgingRule Rule(AlertRuleSpec spec, AlertFiringRow? last = null) => new(
        new AlertRuleRow
        {
            Id = "rule",
            InstanceId = "instance",
            ProjectId = "project",
            Spec = JsonSerializer.Serialize(spec, DriverHostJson.Default.AlertRuleSpec),
            OfEvents = spec.Events.Count > 0,
            CreatedAt = Made,
            CreatedBy = "dana",
            LastAt = last?.At,
            LastFiringId = last?.Id,
        },
        last);
}
