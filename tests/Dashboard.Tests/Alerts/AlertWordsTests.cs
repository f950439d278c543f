using Dashboard.Alerts;
using DriverHost.Client;

namespace Dashboard.Tests.Alerts;

public sealed class AlertWordsTests
{
    [Theory]
    [InlineData("2026-01-02T03:04:05.678Z ERROR disk full", "ERROR disk full")]
    [InlineData("[2026-01-02 03:04:05,678] ERROR disk full", "ERROR disk full")]
    [InlineData("2026/01/02 03:04:05 ERROR disk full", "ERROR disk full")]
    [InlineData("2026-01-02 03:04:05 +00:00 | ERROR disk full", "ERROR disk full")]
    [InlineData("\u001b[31mERROR\u001b[0m disk\u0007 full", "ERROR disk full")]
    [InlineData("line 2026", "line 2026")]
    public void LikeThis_IsTheLineWithoutWhatNeverComesAgain(string line, string text) => Assert.Equal(text, AlertWords.LikeThis(line));

    [Fact]
    public void LikeThis_OfALongLine_EndsAtAWholeCharacter()
    {
        var text = AlertWords.LikeThis(new string('x', 199) + "😀😀");

        Assert.Equal(new string('x', 199), text);
    }

    [Fact]
    public void WaitsFor_SaysAllThatNarrows()
    {
        Assert.Equal("lines that match “a|b”, case matters, errors only, on standard error", AlertWords.WaitsFor(new AlertRuleSpec { Text = "a|b", Regex = true, MatchCase = true, Level = "error", Stream = "err" }));
        Assert.Equal("every line, on standard output", AlertWords.WaitsFor(new AlertRuleSpec { Stream = "out" }));
        Assert.Equal("it ends with a failure or runs out of memory", AlertWords.WaitsFor(new AlertRuleSpec { Events = ["exit", "oom"] }));
    }

    [Fact]
    public void Preview_SaysWhatWouldHaveBeen()
    {
        Assert.Equal("1 match in 2 kept lines; with this cooldown 1 notice.", AlertWords.Preview(new AlertPreview(2, 1, 1, null, []), ofEvents: false));
        Assert.Equal("No match in 1,204 kept lines. The rule waits for the first.", AlertWords.Preview(new AlertPreview(1204, 0, 0, null, []), ofEvents: false));
        Assert.Equal("Nothing has happened yet. The rule waits for the first.", AlertWords.Preview(new AlertPreview(0, 0, 0, null, []), ofEvents: true));
    }
}
