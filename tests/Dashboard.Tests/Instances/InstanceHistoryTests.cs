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
        var entry = InstanceHistory.Merge([Action("start", -1) with { Message = "Error" }], new Dictionary<string, string> { ["req-start"] = "The command was not found." }, new InstanceFacts(TestInstances.Server("web")), Known, TestImageCloud.Member).Single();

        Assert.Equal((StateKind.Error, "The command was not found.", "req-start"), (entry.Kind, entry.Detail, entry.RequestId));
    }

    private static IReadOnlyList<HistoryEntry> Merge(HostInstance host, params NovaAction[] actions) =>
        InstanceHistory.Merge(actions, new Dictionary<string, string>(), new InstanceFacts(TestInstances.Server("web"), host), Known, TestImageCloud.Member);

    private static NovaAction Action(string name, int minutes, double took = 0, string user = "u1")
    {
        var start = TestInstances.Now.UtcDateTime.AddMinutes(minutes);
        return new() { Action = name, RequestId = $"req-{name}", UserId = user, StartTime = start, UpdatedAt = start.AddSeconds(took) };
    }
}
