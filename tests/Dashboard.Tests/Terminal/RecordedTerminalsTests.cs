using Bunit;
using Dashboard.Terminal;
using Dashboard.Tests.Instances;
using DriverHost.Client;

namespace Dashboard.Tests.Terminal;

public sealed class RecordedTerminalsTests : InstancePagesContext
{
    [Fact]
    public void Recordings_AreListedAsText_WithTheirFiles()
    {
        Cloud.Recordings = new(true, [Recording("b", "<b>sh\u202e", open: true), Recording("a", "/bin/ash", open: false)]);

        var list = Render<RecordedTerminals>(p => p.Add(l => l.InstanceId, "i1"));

        Assert.Equal(["<b>sh\u27e8U+202E\u27e9 by dana · open still", "/bin/ash by dana"], list.FindAll(".what").Select(w => w.TextContent));
        Assert.Equal(["recordings/i1/b", "recordings/i1/a"], list.FindAll("a").Select(a => a.GetAttribute("href")));
        Assert.Contains("61 s · 1.5 kB", list.Find("li").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void None_IsNothing_AndAFailureIsSaid()
    {
        Cloud.Recordings = new(false, []);
        Assert.Equal("", Render<RecordedTerminals>(p => p.Add(l => l.InstanceId, "i1")).Markup.Trim());

        // No driver host knows it.
        Cloud.Recordings = null;
        Assert.Equal("", Render<RecordedTerminals>(p => p.Add(l => l.InstanceId, "i1")).Markup.Trim());

        Cloud.RecordingsFailure = new DriverHostException(null, "unreachable", "The driver host does not answer.");
        Assert.Contains("could not be listed", Render<RecordedTerminals>(p => p.Add(l => l.InstanceId, "i1")).Find("[role=alert]").TextContent, StringComparison.Ordinal);
    }

    private static RecordingRecord Recording(string id, string command, bool open) => new()
    {
        Id = id,
        StartedAt = TestInstances.Now,
        LastAt = TestInstances.Now.AddSeconds(61),
        Open = open,
        Bytes = 1500,
        Command = command,
        UserId = "u9",
        UserName = "dana",
    };
}
