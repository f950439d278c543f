namespace Dashboard.Tests.Theme;

/// <summary>Recomputes the contrast table from tokens.css: each text or mark on the worst ground that it may stand on.</summary>
public sealed class ContrastTests
{
    private const string Text = "4.5 4.5 7 7";
    private const string Mark = "3 3 3 3";
    private const string Ansi = "ansi-black ansi-red ansi-green ansi-yellow ansi-blue ansi-magenta ansi-cyan ansi-white "
        + "ansi-br-black ansi-br-red ansi-br-green ansi-br-yellow ansi-br-blue ansi-br-magenta ansi-br-cyan ansi-br-white log-ink";

    [Theory]
    [InlineData("ink", "surface bg sunken", Text, "15.6 13.7 21.0 21.0")]
    [InlineData("ink-2", "surface bg sunken selected", Text, "6.8 7.3 13.9 11.5")]
    [InlineData("ink-3", "surface bg sunken hover selected", Text, "4.7 5.1 10.7 9.0")]
    [InlineData("accent", "surface bg sunken selected", Text, "6.2 7.1 9.5 10.1")]
    [InlineData("running", "running-soft surface bg hover selected", Text, "5.7 7.9 8.2 10.5")]
    [InlineData("starting", "starting-soft surface bg hover selected", Text, "5.7 7.4 8.4 8.6")]
    [InlineData("paused", "paused-soft surface bg hover selected", Text, "6.1 7.6 8.8 8.5")]
    [InlineData("exited", "exited-soft surface bg hover selected", Text, "6.7 7.3 12.4 10.5")]
    [InlineData("failed", "failed-soft surface bg hover selected", Text, "6.1 7.9 8.3 9.1")]
    [InlineData("error", "error-soft surface bg hover selected", Text, "5.9 6.9 7.7 7.7")]
    [InlineData("unknown", "unknown-soft surface bg hover selected", Text, "5.5 7.1 8.9 9.4")]
    [InlineData("line-strong focus", "surface bg", Mark, "3.4 4.0 12.6 16.1")]
    [InlineData("log-time", "log-bg selected error-soft", Text, "4.6 4.6 8.2 9.0")]
    [InlineData(Ansi, "log-bg selected error-soft sunken", Text, "4.6 4.6 7.3 7.7")]
    public void Contrast_OnTheWorstGround_IsWhatTheTableSays(string texts, string grounds, string limits, string table) =>
        Check(theme => texts.Split(' ').Min(text => grounds.Split(' ').Min(ground => TokensFile.Contrast(theme, text, ground))), limits, table);

    [Fact]
    public void Contrast_OnItsOwnGround_IsWhatTheTableSays()
    {
        Check(theme => Math.Min(TokensFile.Contrast(theme, "on-accent", "accent"), TokensFile.Contrast(theme, "on-danger", "danger")), Text, "6.6 8.0 10.2 12.3");
        Check(theme => Math.Min(TokensFile.Contrast(theme, "on-hit", "hit"), TokensFile.Contrast(theme, "on-hit-now", "hit-now")), Text, "9.0 6.7 11.5 11.5");
    }

    [Fact]
    public void Contrast_Marks_StandOutFromTheirGrounds()
    {
        string[] states = ["running", "starting", "paused", "exited", "failed", "error", "unknown"];

        Check(theme => states.Min(state => new[] { "surface", $"{state}-soft", "selected" }.Min(ground => TokensFile.Contrast(theme, $"{state}-mark", ground))), Mark, "3.4 4.6 5.1 6.0");
    }

    private static void Check(Func<string, double> worst, string limits, string table)
    {
        foreach (var (theme, (limit, expected)) in TokensFile.Themes.Zip(Numbers(limits).Zip(Numbers(table))))
        {
            var ratio = worst(theme);
            Assert.True(ratio >= limit, $"{theme}: {ratio:0.00} is under the limit {limit}.");
            Assert.True(Math.Abs(ratio - expected) < 0.1, $"{theme}: {ratio:0.00}, the table says {expected}. Change both or none.");
        }
    }

    private static IEnumerable<double> Numbers(string text) => text.Split(' ').Select(n => double.Parse(n, System.Globalization.CultureInfo.InvariantCulture));
}
