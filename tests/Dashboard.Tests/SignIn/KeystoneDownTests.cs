using System.Net;

namespace Dashboard.Tests.SignIn;

public sealed class KeystoneDownTests
{
    [Fact]
    public async Task SignIn_KeystoneDown_SaysSoBeforeAndAfterTheAttempt()
    {
        await using var dashboard = await DashboardFixture.StartAsync();
        await dashboard.StopCloudAsync();
        using var visitor = dashboard.Visit();

        var page = await visitor.OpenAsync("/sign-in");
        using var answer = await visitor.SignInAsync("demo", "any");

        Assert.Contains("Keystone does not answer", page.Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("Your name and password were not checked. Try again in a minute", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignOut_KeystoneDown_EndsTheSessionAndSaysThatTokensStay()
    {
        await using var dashboard = await DashboardFixture.StartAsync();
        using var visitor = await dashboard.SignedInAsync();
        var page = await visitor.OpenAsync("/");
        await dashboard.StopCloudAsync();

        using var answer = await visitor.SendAsync("/sign-out", page);
        var after = await visitor.OpenAsync(answer.Headers.Location!.ToString());

        Assert.Contains("Keystone did not answer, so your tokens end by themselves.", after.Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Found, (await visitor.OpenAsync("/")).Status);
    }
}
