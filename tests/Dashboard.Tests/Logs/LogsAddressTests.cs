using Dashboard.Logs;

namespace Dashboard.Tests.Logs;

public sealed class LogsAddressTests
{
    private const string One = "11111111-2222-3333-4444-555555555555";

    [Theory]
    [InlineData(null)]
    [InlineData(" , ,")]
    [InlineData("no-id,../x")]
    public void Read_NoId_IsNothing(string? given) => Assert.Equal((0, 0), (LogsAddress.Read(given).Ids.Count, LogsAddress.Read(given).Beyond));

    [Fact]
    public void Read_TheSameTwice_IsThereOnceAsNovaWritesIt() => Assert.Equal([One], LogsAddress.Read($"{One}, {One.Replace("-", "", StringComparison.Ordinal)}").Ids);

    [Fact]
    public void Read_TooMany_SaysHowManyAreLeftOut()
    {
        var ids = Enumerable.Range(0, 6).Select(i => $"{i}{One[1..]}").ToList();

        var (read, beyond) = LogsAddress.Read(string.Join(',', ids));

        Assert.Equal(ids.Take(4), read);
        Assert.Equal(2, beyond);
    }

    [Fact]
    public void Of_Ids_IsReadBack()
    {
        Assert.Equal("/logs", LogsAddress.Of([]));
        Assert.Equal($"/logs?instances={One}", LogsAddress.Of([One]));
    }
}
