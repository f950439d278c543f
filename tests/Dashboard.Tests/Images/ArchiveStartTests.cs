using Dashboard.Images;

namespace Dashboard.Tests.Images;

public sealed class ArchiveStartTests
{
    [Fact]
    public void WhyNotTar_ArchiveOfDockerSave_IsTaken() => Assert.Null(ArchiveStart.WhyNotTar(TestKit.TestImages.Running("true").AsSpan(0, ArchiveStart.Length)));

    [Theory]
    [InlineData(new byte[] { 0x1f, 0x8b, 8 }, "gunzip")]
    [InlineData(new byte[] { 0x28, 0xb5, 0x2f, 0xfd }, "unzstd")]
    [InlineData(new byte[] { (byte)'Q', (byte)'F', (byte)'I', 0xfb }, "qcow2")]
    [InlineData(new byte[] { (byte)'h', (byte)'i' }, "not a tar")]
    [InlineData(new byte[0], "not a tar")]
    public void WhyNotTar_SomethingElse_SaysWhatItIs(byte[] start, string word) => Assert.Contains(word, ArchiveStart.WhyNotTar(start), StringComparison.Ordinal);

    [Fact]
    public void WhyNotTar_HeaderWithAChangedByte_IsNone()
    {
        var tar = TestImages.Tar();
        tar[0] ^= 1;

        Assert.NotNull(ArchiveStart.WhyNotTar(tar.AsSpan(0, ArchiveStart.Length)));
    }
}
