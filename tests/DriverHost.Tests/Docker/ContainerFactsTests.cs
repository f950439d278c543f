using System.Text.Json;
using DriverHost.Docker;

namespace DriverHost.Tests.Docker;

public sealed class ContainerFactsTests
{
    [Theory]
    [InlineData("2026-01-02T03:04:05.123456789Z")]
    [InlineData("2026-01-02T03:04:05.123456712Z")]
    [InlineData("2026-01-02T03:04:05.99999999Z")]
    [InlineData("2026-01-02T03:04:05.1Z")]
    [InlineData("2026-01-02T03:04:05Z")]
    public void Time_OfTheEngine_IsTheOneThatTheLogReads(string text)
    {
        using var json = JsonDocument.Parse($"\"{text}\"");

        Assert.Equal(json.RootElement.GetDateTimeOffset(), ContainerFacts.Time(text));
    }

    [Fact]
    public void Time_OfWhatHasNotHappened_IsNone() => Assert.Null(ContainerFacts.Time("0001-01-01T00:00:00Z"));

    [Fact]
    public void End_OfARunThatWasOverBeforeTheEngineNotedItsStart_IsNotBeforeTheStart()
    {
        var started = DateTimeOffset.UnixEpoch.AddDays(20_000);
        var before = started.AddMilliseconds(-5);
        var after = started.AddMilliseconds(5);

        Assert.Equal(started, ContainerFacts.End(running: false, started, before));
        Assert.Equal(after, ContainerFacts.End(running: false, started, after));
        // While it runs, the end is that of the run before.
        Assert.Equal(before, ContainerFacts.End(running: true, started, before));
        Assert.Null(ContainerFacts.End(running: false, started, null));
    }
}
