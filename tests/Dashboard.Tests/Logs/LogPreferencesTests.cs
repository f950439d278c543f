using System.Net;

namespace Dashboard.Tests.Logs;

public sealed class LogPreferencesTests(DashboardFixture dashboard) : IClassFixture<DashboardFixture>
{
    private const string Path = "/preferences/log";

    [Fact]
    public async Task Preferences_Written_AreThereInAnotherBrowserAndOnlyForThatPerson()
    {
        var user = await dashboard.NewUserAsync("member");
        using var one = await dashboard.SignedInAsync(user.Name, user.Password);
        using var two = await dashboard.SignedInAsync(user.Name, user.Password);
        using var other = await dashboard.SignedInAsync();

        using var first = await one.PutAsync(Path, await one.OpenAsync("/"), """{"time":"delta","wrap":false}""");
        using var second = await one.PutAsync(Path, await one.OpenAsync("/"), """{"time":"utc","reader":true}""");

        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NoContent), (first.StatusCode, second.StatusCode));
        Assert.Equal("""{"time":"utc","reader":true}""", (await two.OpenAsync(Path)).Html);
        Assert.Equal("{}", (await other.OpenAsync(Path)).Html);
    }

    [Theory]
    [InlineData("""[1]""", "JSON object")]
    [InlineData("""{"time":"utc",""", "JSON object")]
    [InlineData("""{"wrap":true,"wrap":false}""", "each name once")]
    [InlineData("""{"time":"noon"}""", "is one of local, utc")]
    [InlineData("""{"wrap":"yes"}""", "is true or false")]
    [InlineData("""{"colour":true}""", "There is no choice")]
    public async Task Preferences_NotUnderstood_AreRefusedInWords(string json, string words)
    {
        using var visitor = await dashboard.SignedInAsync();

        using var answer = await visitor.PutAsync(Path, await visitor.OpenAsync("/"), json);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(words, System.Text.RegularExpressions.Regex.Unescape(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preferences_TooLong_AreRefused()
    {
        using var visitor = await dashboard.SignedInAsync();

        using var answer = await visitor.PutAsync(Path, await visitor.OpenAsync("/"), $"{{\"time\":\"{new string('x', 9000)}\"}}");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task Preferences_WithoutTheFormToken_AreNotTaken()
    {
        using var visitor = await dashboard.SignedInAsync();
        var page = await visitor.OpenAsync("/");

        using var answer = await visitor.PutAsync(Path, page with { Html = "" }, """{"time":"utc"}""");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }
}
