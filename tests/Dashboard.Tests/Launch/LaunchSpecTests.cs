using Dashboard.Launch;

namespace Dashboard.Tests.Launch;

public sealed class LaunchSpecTests
{
    [Fact]
    public void ToRequest_PlainDraft_SendsNoOverrides()
    {
        var request = LaunchSpec.Read(LaunchSamples.Draft()).ToRequest();

        Assert.Equal(("align-worker", LaunchSamples.Worker, "3", "auto"), (request.Name, request.ImageRef, request.FlavorRef, request.Networks));
        Assert.Null(request.Metadata);
        Assert.Null(request.MinCount);
        Assert.Null(request.Description);
    }

    [Fact]
    public void ToRequest_Overrides_TravelAsMetadata()
    {
        var draft = LaunchSamples.Draft();
        (draft.Command, draft.Environment, draft.WorkingDirectory, draft.Count) = ("date -u", "LEVEL=debug", "/srv", 2);

        var request = LaunchSpec.Read(draft).ToRequest();

        Assert.Equal(
            new Dictionary<string, string> { ["docker:command"] = "[\"date\",\"-u\"]", ["docker:working_dir"] = "/srv", ["env:LEVEL"] = "debug" }, request.Metadata);
        Assert.Equal((2, 2), (request.MinCount, request.MaxCount));
    }

    [Fact]
    public void Read_LongCommand_SaysWhatNovaKeeps()
    {
        var draft = LaunchSamples.Draft();
        draft.Command = new string('x', 260);

        var (field, words) = Assert.Single(LaunchSpec.Read(draft).Errors);

        Assert.Equal(LaunchField.Command, field);
        Assert.Contains("takes 264 characters; Nova keeps 255 at most", words);
    }

    [Fact]
    public void Of_ServerWithOverrides_GivesTheSameDraftAgain()
    {
        var server = LaunchSamples.Server("web-1", "SHUTOFF") with
        {
            Image = new(LaunchSamples.Worker),
            Flavor = new() { OriginalName = "m1.small", Vcpus = 1, Ram = 2048, Disk = 20 },
            Description = "for the paper",
            KeyName = "gone",
            Metadata = new Dictionary<string, string> { ["docker:command"] = "[\"sh\",\"-c\",\"date; id\"]", ["docker:working_dir"] = "/srv", ["env:B"] = "2", ["env:A"] = " 1", ["team"] = "blue" },
        };

        var draft = LaunchLike.Of(server, LaunchSamples.Facts(names: ["web-1", "web-2"]));

        Assert.Equal(("web", LaunchSamples.Worker, "2"), (draft.Name, draft.ImageId, draft.FlavorId));
        Assert.Equal(("sh -c 'date; id'", "", "/srv", "A=\" 1\"\nB=2", "for the paper"), (draft.Command, draft.Entrypoint, draft.WorkingDirectory, draft.Environment, draft.Description));
        Assert.Null(draft.KeyPair);
        Assert.Equal(server.Metadata.OrderBy(m => m.Key), LaunchSpec.Read(draft).Metadata.OrderBy(m => m.Key));
    }
}
