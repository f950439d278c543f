using TestKit;

namespace DriverHost.Tests.Images;

public sealed class DockerArchiveWriterTests
{
    [Fact]
    public void Write_SameImageTwice_GivesTheSameBytes()
    {
        var first = TestImages.Running("echo hello");

        var second = TestImages.Running("echo hello");

        Assert.Equal(first, second);
    }

    [Fact]
    public async Task Write_RealEngine_LoadsAndRuns()
    {
        var tag = $"writer-{Guid.NewGuid():n}:latest";
        var folder = Directory.CreateTempSubdirectory("writer-");
        var file = TestImages.WriteFile(folder.FullName, "echo hello from $(uname) as $(id -un)", tag);

        try
        {
            var loaded = await Engine.DockerAsync("load", "-i", file);
            var said = await Engine.DockerAsync("run", "--rm", "--network", "none", tag);

            Assert.Contains(tag, loaded, StringComparison.Ordinal);
            Assert.Equal("hello from Linux as root", said);
        }
        finally
        {
            await Command.RunAsync("docker", "rmi", "-f", tag);
            folder.Delete(recursive: true);
        }
    }
}
