using Dashboard.Components;

namespace Dashboard.Tests.Components;

public sealed class UploadProgressTests
{
    [Fact]
    public void Next_SteadySpeed_SaysPaceAndTimeLeft()
    {
        var progress = new UploadProgress(0, 100_000_000).Next(10_000_000, 1).Next(20_000_000, 2);

        Assert.Equal("20 MB of 100 MB", progress.Words("Glance"));
        Assert.Equal("10 MB/s, 8 s left", progress.Pace);
        Assert.Equal(0.2, progress.Share);
    }

    [Fact]
    public void Next_SuddenStall_SlowsGently()
    {
        var progress = new UploadProgress(0, 100_000_000).Next(30_000_000, 1).Next(30_000_000, 2);

        Assert.Equal(20_000_000, progress.BytesPerSecond, 1);
    }

    [Fact]
    public void Words_AllSent_SayWhoIsWaitedFor()
    {
        var progress = new UploadProgress(0, 2000).Next(2000, 1);

        Assert.Equal("2 kB sent, waiting for Glance to keep them", progress.Words("Glance"));
        Assert.Equal("", progress.Pace);
    }
}
