using Dashboard.Components;
using Dashboard.Images;
using Dashboard.Instances;
using Dashboard.Tests.Images;
using DriverHost.Client;
using NovaAction = OpenStack.Nova.InstanceAction;

namespace Dashboard.Tests.Instances;

public sealed class InstanceHistoryTests
{
    private static readonly People Known = new(new Dictionary<string, string> { ["u9"] = "dana" }, new Dictionary<string, string>());

    [Fact]
    public void Merge_ActionsAndEngine_AreOneOrderNewestFirst()
    {
        var host = TestInstances.Exited("web", 3);
        var entries = Merge(host, Action("create", -120, took: 2), Action("stop", -1, user: "u9"));

        Assert.Equal(["Stop", "Process ended", "Process started", "Launched"], entries.Select(e => e.Word));
        Assert.Equal(["dana", null, null, "lab-user (you)"], entries.Select(e => e.Who));
        Assert.Equal(["nova", "engine", "engine", "nova"], entries.Select(e => e.Source));
        Assert.Equal(TimeSpan.FromSeconds(2), entries[^1].Duration);
        Assert.Equal("code 3 after 2 min 08 s", entries[1].Detail);
    }

    [Fact]
    public void Merge_RunningOperation_StandsAtTheNewestActionWithItsStep()
    {
        var host = TestInstances.Host("web") with { Operation = new InstanceOperation("snapshot", "uploading", TestInstances.Now, 1, 2) };
        var newest = Merge(host, Action("create", -120, took: 1), Action("createImage", 0, took: 0))[0];

        Assert.Equal((StateKind.Starting, "Snapshot", "uploading", (TimeSpan?)null), (newest.Kind, newest.Word, newest.Detail, newest.Duration));
    }

    [Fact]
    public void Merge_FailedAction_SaysWhy()
    {
        var entry = InstanceHistory.Merge([Action("start", -1) with { Message = "Error" }], new Dictionary<string, string> { ["req-start"] = "The command was not found." }, [], new InstanceFacts(TestInstances.Server("web")), Known, TestImageCloud.Member).Single();

        Assert.Equal((StateKind.Error, "The command was not found.", "req-start"), (entry.Kind, entry.Detail, entry.RequestId));
    }

    [Fact]
    public void Merge_Audit_StandsInItsPlaceWithThePersonsName()
    {
        var entries = InstanceHistory.Merge(
            [Action("create", -120)],
            new Dictionary<string, string>(),
            [Audit("terminal.open", -10, "u9", "dana", "Opens sh\u202e."), Audit("file.write", -5, "u9", "dana", "/etc/hosts", "refused"), Audit("something.new", -1, "u1", "lab-user", "New.")],
            new InstanceFacts(TestInstances.Server("web")),
            Known,
            TestImageCloud.Member);

        Assert.Equal(["something.new", "File written: refused", "Terminal opened", "Launched"], entries.Select(e => e.Word));
        Assert.Equal(["lab-user (you)", "dana", "dana", "lab-user (you)"], entries.Select(e => e.Who));
        Assert.Equal(StateKind.Failed, entries[1].Kind);
        Assert.Equal(("Opens sh⟨U+202E⟩.", "audit"), (entries[2].Detail, entries[2].Source));
    }

    [Fact]
    public void Merge_LogOpenedAgainAndAgain_IsOneEntryForEachPersonInARow()
    {
        var entries = InstanceHistory.Merge(
            [Action("stop", -5)],
            new Dictionary<string, string>(),
            [Audit("log.open", -1), Audit("log.open", -2), Audit("log.open", -3, "u9", "dana"), Audit("log.open", -10), Audit("log.open", -11), Audit("log.open", -12)],
            new InstanceFacts(TestInstances.Server("web")),
            Known,
            TestImageCloud.Member);

        Assert.Equal(["Log opened", "Log opened", "Stop", "Log opened"], entries.Select(e => e.Word));
        Assert.Equal(["2 times", null, null, "3 times"], entries.Select(e => e.Detail));
        Assert.Equal(TestInstances.Now.AddMinutes(-1), entries[0].At);
    }

    private static AuditRecord Audit(string kind, int minutes, string user = "u1", string name = "lab-user", string detail = "", string outcome = "done") => new()
    {
        Id = 1,
        At = TestInstances.Now.AddMinutes(minutes),
        InstanceId = "web",
        ProjectId = "p1",
        UserId = user,
        UserName = name,
        Kind = kind,
        Detail = detail,
        Outcome = outcome,
    };

    private static IReadOnlyList<HistoryEntry> Merge(HostInstance host, params NovaAction[] actions) =>
        InstanceHistory.Merge(actions, new Dictionary<string, string>(), [], new InstanceFacts(TestInstances.Server("web"), host), Known, TestImageCloud.Member);

    private static NovaAction Action(string name, int minutes, double took = 0, string user = "u1")
    {
        var start = TestInstances.Now.UtcDateTime.AddMinutes(minutes);
        return new() { Action = name, RequestId = $"req-{name}", UserId = user, StartTime = start, UpdatedAt = start.AddSeconds(took) };
    }
}
