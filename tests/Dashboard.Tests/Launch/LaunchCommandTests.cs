using Dashboard.Launch;
using TestKit;
using TestImages = Dashboard.Tests.Images.TestImages;

namespace Dashboard.Tests.Launch;

public sealed class LaunchCommandTests
{
    [Fact]
    public void Write_PlainDraft_IsShort()
    {
        var command = LaunchCommand.Write(LaunchSpec.Read(LaunchSamples.Draft()), LaunchSamples.Facts());

        Assert.Equal("openstack server create \\\n  --image registry.lab/align-worker:2.3 \\\n  --flavor m1.medium \\\n  align-worker", command);
    }

    [Fact]
    public void Write_TwoImagesOfOneName_UsesTheId()
    {
        var facts = LaunchSamples.Facts(images: [TestImages.Approved("same", id: LaunchSamples.Worker), TestImages.Approved("same", id: "other")]);

        Assert.Contains($"--image {LaunchSamples.Worker} ", LaunchCommand.Write(LaunchSpec.Read(LaunchSamples.Draft()), facts));
    }

    [Fact]
    public void Write_ImageNameWithHiddenCharacters_UsesTheId()
    {
        var facts = LaunchSamples.Facts(images: [TestImages.Approved("web\u202egnp", id: LaunchSamples.Worker)]);

        Assert.Contains($"--image {LaunchSamples.Worker} ", LaunchCommand.Write(LaunchSpec.Read(LaunchSamples.Draft()), facts));
    }

    [Fact]
    public void Example_WithoutANetworkOfItsOwn_AsksForNone()
    {
        Assert.Equal("openstack server create --image busybox --flavor tiny web", LaunchCommand.Example("busybox", "tiny", "web", ownNetwork: true));
        Assert.Equal("openstack --os-compute-api-version 2.37 server create --image busybox --flavor tiny --nic none web", LaunchCommand.Example("busybox", "tiny", "web", ownNetwork: false));
    }

    [Fact]
    public async Task Write_EverySettingWithHostileText_ReachesTheClientAsItWasTyped()
    {
        var draft = LaunchSamples.Draft();
        draft.Name = "-it's $(id)";
        draft.Command = "sh -c 'echo \"$HOME\"'";
        draft.Entrypoint = "[\"a b\"]";
        draft.WorkingDirectory = "/srv/a b";
        draft.Environment = "KEY=`id` 'x'\nOTHER=--dash";
        draft.Network = LaunchDraft.NoNetwork;
        draft.KeyPair = "-my key";
        draft.Description = "what\nit's for";
        draft.Count = 3;
        var command = LaunchCommand.Write(LaunchSpec.Read(draft), LaunchSamples.Facts());

        var said = await Command.RunAsync("sh", "-c", "openstack() { for word; do printf '%s\\001' \"$word\"; done; }\n" + command);

        Assert.Equal(
            [
                "--os-compute-api-version", "2.37", "server", "create", "--image", "registry.lab/align-worker:2.3", "--flavor", "m1.medium", "--nic", "none", "--key-name=-my key",
                "--description", "what\nit's for", "--property", "docker:entrypoint=[\"a b\"]", "--property", "docker:command=[\"sh\",\"-c\",\"echo \\\"$HOME\\\"\"]",
                "--property", "docker:working_dir=/srv/a b", "--property", "env:KEY=`id` 'x'", "--property", "env:OTHER=--dash", "--min", "3", "--max", "3", "--", "-it's $(id)",
            ],
            said.Output.Split('\u0001', StringSplitOptions.RemoveEmptyEntries));
    }
}
