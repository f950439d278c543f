using Dashboard.Images;
using Microsoft.Extensions.Time.Testing;
using OpenStack.Glance;

namespace Dashboard.Tests.Images;

public sealed class ImageFilterTests
{
    [Theory]
    [InlineData("INGEST", true)]
    [InlineData("ingest genomics", true)]
    [InlineData("ingest vision", false)]
    [InlineData("11111111-1111", true)]
    [InlineData("", true)]
    public async Task Shows_Words_AllHaveToBeFound(string text, bool shown)
    {
        var view = await ViewAsync(TestImages.Approved("ingest:1.2"));

        Assert.Equal(shown, new ImageFilter(text, "").Shows(view));
    }

    [Theory]
    [InlineData("ready", Approval.Approved, true)]
    [InlineData("ready", Approval.Pending, false)]
    [InlineData("waiting", Approval.Pending, true)]
    [InlineData("refused", Approval.Revoked, true)]
    [InlineData("snapshots", Approval.Managed, true)]
    [InlineData("unfinished", Approval.Approved, false)]
    public async Task Shows_Chip_TakesItsKind(string chip, string approval, bool shown)
    {
        var image = approval == Approval.Approved ? TestImages.Approved() : TestImages.Docker(approval: approval);

        Assert.Equal(shown, new ImageFilter("", chip).Shows(await ViewAsync(image)));
    }

    private static Task<ImageView> ViewAsync(Image image)
    {
        var cloud = new TestImageCloud();
        cloud.Glance.With(image);
        return new Dashboard.Images.ImageList(cloud, new FakeTimeProvider(TestImages.Now)).GetAsync(image.Id, TestContext.Current.CancellationToken);
    }
}
