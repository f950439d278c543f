using System.Net;
using DriverHost.Client;
using DriverHost.Images;
using OpenStack.Glance;
using TestKit;

namespace DriverHost.Tests.Images;

/// <summary>What an approver gets to see of an image.</summary>
public sealed class EvidenceTests(DriverHostFixture fixture)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Evidence_OfAnImage_TellsWhatIsInIt()
    {
        var image = fixture.Cloud.Glance.Add(
            TestImages.Running("echo hello", "web:1.0", i => i with
            {
                User = "nobody",
                Ports = ["80/tcp"],
                Volumes = ["/data"],
                Environment = ["PATH=/bin", "DB_PASSWORD=x"],
                Labels = new Dictionary<string, string> { ["maintainer"] = "me" },
                Layers = [.. i.Layers, new ArchiveLayer([ArchiveFile.Of("su", "x"u8.ToArray(), "4755")], "COPY su /")],
            }),
            Approval.Pending);

        var evidence = await fixture.Host.As(null, "admin").InspectImageAsync(image.Id, Cancelled);

        Assert.Equal((image.Id, image.Sha512, image.Size), (evidence.ImageId, evidence.Sha512, evidence.Size));
        Assert.Empty(evidence.Problems);
        Assert.Equal(["web:1.0"], evidence.Tags);
        Assert.Equal((HostPlatform.Architecture, "linux", "nobody", "/"), (evidence.Architecture, evidence.Os, evidence.User, evidence.WorkingDirectory));
        Assert.Equal(["sh", "-c", "echo hello"], evidence.Command);
        Assert.Equal(["80/tcp"], evidence.Ports);
        Assert.Equal(["/data"], evidence.Volumes);
        Assert.Equal(["PATH=/bin", "DB_PASSWORD=x"], evidence.Environment);
        Assert.Equal("me", evidence.Labels["maintainer"]);
        Assert.Equal((2, 1), (evidence.Layers.Count, evidence.Layers[1].SetuidFiles));
        Assert.Equal("COPY su /", evidence.History[1].CreatedBy);
        Assert.StartsWith("sha256:", evidence.ConfigDigest, StringComparison.Ordinal);
        Assert.Equal(
            [
                "It asks for volumes, which it does not get: /data.",
                "It has 1 file with setuid or setgid, which have no effect here.",
                "Its environment may hold secrets that everybody who boots it can read: DB_PASSWORD.",
            ],
            evidence.Notes);
    }

    [Fact]
    public async Task Evidence_AskedTwice_IsFetchedOnce()
    {
        var image = fixture.Cloud.Glance.Add(TestImages.Running($"echo {TestSpecs.NewId()}"));
        var admin = fixture.Host.As(null, "admin");

        var first = await admin.InspectImageAsync(image.Id, Cancelled);
        var second = await admin.InspectImageAsync(image.Id, Cancelled);

        Assert.Equal(1, image.Downloads);
        Assert.Equal((first.Sha512, first.ConfigDigest), (second.Sha512, second.ConfigDigest));
    }

    [Fact]
    public async Task Evidence_OfAnImage_IsNotLoadedIntoTheEngine()
    {
        var image = fixture.Cloud.Glance.Add(TestImages.Running($"echo {TestSpecs.NewId()}"));

        await fixture.Host.As(null, "admin").InspectImageAsync(image.Id, Cancelled);

        Assert.Equal("", await Engine.DockerAsync("images", "-q", $"glance/{image.Id}"));
    }

    [Fact]
    public async Task Evidence_OfAnImageThatTheCallerDoesNotSee_Is404()
    {
        var owner = TestSpecs.NewProject();
        var image = fixture.Cloud.Glance.Add(TestImages.Running("echo hello"), owner: owner, visibility: "private");

        var own = await fixture.Host.As(owner, "reader").InspectImageAsync(image.Id, Cancelled);
        var refused = await Assert.ThrowsAsync<DriverHostException>(() => fixture.Host.As(TestSpecs.NewProject(), "member").InspectImageAsync(image.Id, Cancelled));

        Assert.Empty(own.Problems);
        Assert.Equal((HttpStatusCode.NotFound, $"Glance has no image {image.Id}."), (refused.StatusCode!.Value, refused.Message));
    }

    [Fact]
    public async Task Evidence_KeptForAnother_IsNotShownToWhoDoesNotSeeTheImage()
    {
        var image = fixture.Cloud.Glance.Add(TestImages.Running($"echo {TestSpecs.NewId()}"), owner: TestSpecs.NewProject(), visibility: "private");
        await fixture.Host.As(null, "admin").InspectImageAsync(image.Id, Cancelled);

        var refused = await Assert.ThrowsAsync<DriverHostException>(() => fixture.Host.As(TestSpecs.NewProject(), "member").InspectImageAsync(image.Id, Cancelled));

        Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
    }

    [Fact]
    public async Task Evidence_GlanceSendsOtherBytesThanItSays_IsAProblem()
    {
        var image = fixture.Cloud.Glance.Add(TestImages.Running($"echo {TestSpecs.NewId()}"));
        var claimed = new string('b', 128);
        image.Sha512 = claimed;

        var evidence = await fixture.Host.As(null, "admin").InspectImageAsync(image.Id, Cancelled);

        Assert.StartsWith($"Glance says that its sha512 is {claimed}, but the bytes that it sent are ", Assert.Single(evidence.Problems), StringComparison.Ordinal);
        Assert.NotEqual(claimed, evidence.Sha512);
    }

    [Fact]
    public async Task Evidence_OfAVirtualMachinesImage_IsRefused()
    {
        var image = fixture.Cloud.Glance.Add([1, 2, 3], name: "cirros", format: "bare");

        var refused = await Assert.ThrowsAsync<DriverHostException>(() => fixture.Host.As(null, "admin").InspectImageAsync(image.Id, Cancelled));

        Assert.Equal(("not_docker", "Image 'cirros' is not a docker image: its container format is bare."), (refused.Code, refused.Message));
    }

    [Fact]
    public async Task Evidence_OfAnImageWithoutContent_IsRefused()
    {
        var image = fixture.Cloud.Glance.AddQueued(TestSpecs.NewProject());

        var refused = await Assert.ThrowsAsync<DriverHostException>(() => fixture.Host.As(null, "admin").InspectImageAsync(image.Id, Cancelled));

        Assert.Equal((HttpStatusCode.Conflict, "image_not_active", "Image 'image' has no content to look at: its status is queued."), (refused.StatusCode!.Value, refused.Code, refused.Message));
    }
}
