using DriverHost.Tests.Containers;
using TestKit;

namespace DriverHost.Tests.Images;

/// <summary>Even when an administrator has approved it: an archive that is not what it says does not reach the engine.</summary>
[Trait("needs", "docker")]
public sealed class HostileArchiveTests(DriverHostFixture fixture) : IAsyncDisposable
{
    private readonly Instances _instances = new(fixture.Host);

    public static TheoryData<string> Names => [.. HostileArchives.All.Keys];

    public ValueTask DisposeAsync() => _instances.DisposeAsync();

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Archive_ThatIsNotWhatItSays_IsRefusedWithItsWordsAndLeavesNothing(string name)
    {
        var (bytes, words) = HostileArchives.All[name];
        var image = fixture.Cloud.Glance.Add(bytes());

        var (refused, instance) = await _instances.FailAsync(TestSpecs.Of(image.Id));
        var evidence = await fixture.Host.As(null, "admin").InspectImageAsync(image.Id, TestContext.Current.CancellationToken);

        Assert.StartsWith("Image 'image' cannot boot. ", refused.Message, StringComparison.Ordinal);
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
        Assert.Equal(refused.Message, instance.Fault!.Message);
        Assert.Contains(words, Assert.Single(evidence.Problems), StringComparison.Ordinal);
        Assert.Equal("", await Engine.DockerAsync("images", "-q", $"glance/{image.Id}"));
        Assert.Equal("", await Engine.DockerAsync("ps", "-a", "-q", "--filter", $"label=openstack.instance={instance.Id}"));
    }

    [Fact]
    public async Task Archives_RefusedOrNot_LeaveNoFileBehind()
    {
        var image = fixture.Cloud.Glance.Add(HostileArchives.All["layer of other bytes"].Bytes());

        await _instances.FailAsync(TestSpecs.Of(image.Id));

        // A file that is open has no name any more, whoever else uses the folder.
        Assert.DoesNotContain(Directory.EnumerateFiles(Path.Combine(fixture.Host.DataPath, "staging")), f => new FileInfo(f).Length == image.Size);
    }
}
