using System.Text;
using DriverHost.Client;
using DriverHost.History;
using DriverHost.Http;
using DriverHost.Logs;

namespace DriverHost.Tests.History;

/// <summary>What a search finds in one line.</summary>
public class LogMatcherTests
{
    [Theory]
    [InlineData("Connection REFUSED by peer", "refused", true)]
    [InlineData("Straße nach Übersee", "übersee", true)]
    [InlineData("\u001b[31mcon\u001b[0mnection", "connection", true)]
    [InlineData("connection", "connections", false)]
    [InlineData("a.c", "a.c", true)]
    [InlineData("abc", "a.c", false)]
    public void Text_IsFoundWithoutCaseAndColours(string line, string text, bool found) => Assert.Equal(found, Matches(line, new() { Text = text }));

    [Fact]
    public void Text_WithCase_IsFoundOnlyAsItIs()
    {
        Assert.False(Matches("Refused", new() { Text = "refused", MatchCase = true }));
        Assert.True(Matches("Refused", new() { Text = "Refused", MatchCase = true }));
    }

    [Theory]
    [InlineData("took 1,532 ms", @"took [\d,]{4,} ms", true)]
    [InlineData("TOOK 15 ms", @"^took \d+", true)]
    [InlineData("it took 15 ms", @"^took", false)]
    public void Expression_IsMatched(string line, string text, bool found) => Assert.Equal(found, Matches(line, new() { Text = text, Regex = true }));

    [Fact]
    public void Inverse_IsWhatDoesNotMatch()
    {
        Assert.False(Matches("GET /health", new() { Text = "health", Inverse = true }));
        Assert.True(Matches("GET /", new() { Text = "health", Inverse = true }));
    }

    [Theory]
    [InlineData("2026-01-02 ERROR no route", "error", true)]
    [InlineData("level=warn msg=slow", "warning", true)]
    [InlineData("""{"level":"error","msg":"x"}""", "error", true)]
    [InlineData("terrors of the night", "error", false)]
    public void Level_FollowsTheRulesOfThePage(string line, string level, bool found) => Assert.Equal(found, Matches(line, new() { Level = level }));

    [Fact]
    public void Stream_IsAskedOfTheLine() => Assert.False(Matches("x", new() { Stream = "err" }));

    [Theory]
    [InlineData("(", "This is not a regular expression:")]
    [InlineData(@"(?<!a)b", "look-around")]
    [InlineData(@"(a)\1", "back-references")]
    [InlineData("((a{900}){900}){900}", "huge repetitions")]
    public void ExpressionThatCannotBe_IsRefusedInWords(string text, string words)
    {
        var refused = Assert.Throws<DriverFailure>(() => new LogMatcher(new() { Text = text, Regex = true }));

        Assert.Equal(400, refused.Status);
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TextOfALongLine_IsCutAroundTheHit()
    {
        var line = Encoding.UTF8.GetBytes($"{new string('a', 30_000)}needle{new string('b', 30_000)}");
        var matcher = new LogMatcher(new() { Text = "needle" });
        var entry = new LogLine(default, LogKind.Out, cut: false, line);

        Assert.True(matcher.Matches(entry));
        var text = matcher.Text(entry, 100);
        Assert.Contains("needle", text, StringComparison.Ordinal);
        Assert.Equal(102, text.Length);
    }

    private static bool Matches(string line, LogSearchQuery query) => new LogMatcher(query).Matches(new LogLine(default, LogKind.Out, cut: false, Encoding.UTF8.GetBytes(line)));
}
