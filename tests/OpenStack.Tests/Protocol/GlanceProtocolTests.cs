using System.Text;
using OpenStack.Glance;
using TestKit;

namespace OpenStack.Tests.Protocol;

public sealed class GlanceProtocolTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CreateImage_SendsAndReadsTheSample()
    {
        var (sample, cloud) = Stub("image-create");

        var image = await cloud.Session.Glance.CreateImageAsync(new CreateImage { Name = "busybox" }, Cancelled);

        cloud.AssertRequest();
        Assert.Equal((sample["uuid:image"], "queued", "docker"), (image.Id, image.Status, image.ContainerFormat));
    }

    [Fact]
    public async Task Upload_SendsTheSample()
    {
        var (sample, cloud) = Stub("image-upload");
        using var bytes = new MemoryStream(Encoding.UTF8.GetBytes("bytes"));

        await cloud.Session.Glance.UploadAsync(sample["uuid:image"], bytes, Cancelled);

        cloud.AssertRequest();
    }

    [Fact]
    public async Task GetImage_SendsAndReadsTheSample()
    {
        var (sample, cloud) = Stub("image-show");

        var image = await cloud.Session.Glance.GetImageAsync(sample["uuid:image"], Cancelled);

        cloud.AssertRequest();
        Assert.Equal(("active", 5L, "sha512", sample["sha512"], sample["md5"]), (image.Status, image.Size, image.OsHashAlgo, image.OsHashValue, image.Checksum));
        Assert.Equal(Approval.Pending, image.Property(Approval.State));
    }

    [Fact]
    public async Task ListImages_SendsAndReadsTheSample()
    {
        var (sample, cloud) = Stub("image-list");

        var list = await cloud.Session.Glance.ListImagesAsync("docker", null, 20, Cancelled);

        cloud.AssertRequest();
        Assert.Equal(sample["uuid:image"], Assert.Single(list.Images).Id);
        Assert.Null(list.Next);
    }

    [Fact]
    public async Task UpdateImage_SendsAndReadsTheSample()
    {
        var (sample, cloud) = Stub("image-update");

        var image = await cloud.Session.Glance.UpdateImageAsync(sample["uuid:image"], [new ImagePatch("replace", "/name", "busybox 2"), new ImagePatch("add", "/os_distro", "none")], Cancelled);

        cloud.AssertRequest();
        Assert.Equal(("busybox 2", "none"), (image.Name, image.Property("os_distro")));
    }

    [Fact]
    public async Task Download_SendsAndReadsTheSample()
    {
        var (sample, cloud) = Stub("image-download");

        using var answer = await cloud.Session.Glance.DownloadAsync(sample["uuid:image"], Cancelled);

        cloud.AssertRequest();
        Assert.Equal("bytes", await answer.Content.ReadAsStringAsync(Cancelled));
    }

    [Fact]
    public async Task DeleteImage_SendsTheSample()
    {
        var (sample, cloud) = Stub("image-delete");

        await cloud.Session.Glance.DeleteImageAsync(sample["uuid:image"], Cancelled);

        cloud.AssertRequest();
    }

    private static (Sample Sample, StubCloud Cloud) Stub(string name)
    {
        var sample = Sample.Read($"glance/{name}");
        return (sample, new StubCloud("image", sample));
    }
}
