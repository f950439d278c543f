using System.Net;

namespace Dashboard.Tests.SignIn;

/// <summary>The form as a browser sends it, against the embedded Keystone.</summary>
public sealed class SignInTests(DashboardFixture dashboard) : IClassFixture<DashboardFixture>
{
    [Fact]
    public async Task SignIn_WrongPassword_SaysSoAndKeepsTheNameAlone()
    {
        using var visitor = dashboard.Visit();

        using var answer = await visitor.SignInAsync("some-body", "wr0ng-passw0rd");

        var html = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains("Keystone did not accept this user and password. Check both, then try again.", html, StringComparison.Ordinal);
        Assert.Contains("value=\"some-body\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("wr0ng-passw0rd", html, StringComparison.Ordinal);
        Assert.Null(visitor.Cookies["dashboard-session"]);
    }

    [Fact]
    public async Task SignIn_AccountLocked_SaysSo()
    {
        var user = await dashboard.NewUserAsync();
        await user.LockAsync(dashboard.CloudUrl);

        var (status, html) = await TryAsync(user.Name, user.Password);

        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Contains("The account is locked after too many wrong passwords.", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignIn_AccountDisabled_IsRefusedAsKeystoneTells()
    {
        var user = await dashboard.NewUserAsync();
        await user.DisableAsync(dashboard.CloudUrl, dashboard.Secret("admin"));

        var (status, html) = await TryAsync(user.Name, user.Password);

        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Contains("Keystone did not accept this user and password.", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignIn_NoProject_SaysWhomToAsk()
    {
        var user = await dashboard.NewUserAsync(role: null);

        var (status, html) = await TryAsync(user.Name, user.Password);

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains("has no project to work in. Ask an operator for a role in a project.", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignIn_PasswordExpired_AsksForTheNextOneAndGoesOn()
    {
        var user = await dashboard.NewUserAsync();
        await dashboard.ExpirePasswordAsync(user.Id);
        using var visitor = dashboard.Visit();

        using var asked = await visitor.SignInAsync(user.Name, user.Password, "/images");
        using var changed = await visitor.SignInAsync(user.Name, user.Password, "/images", ("Input.NewPassword", "a-new-Secret-1"), ("Input.NewPasswordAgain", "a-new-Secret-1"));

        var html = await asked.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("The password has expired. Choose a new one to go on.", html, StringComparison.Ordinal);
        Assert.Contains("name=\"Input.NewPasswordAgain\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain(user.Password, html, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.Found, "/images"), (changed.StatusCode, changed.Headers.Location?.ToString()));
        using var again = await dashboard.SignedInAsync(user.Name, "a-new-Secret-1");
    }

    [Theory]
    [InlineData("one", "other", "The two new passwords differ.")]
    [InlineData("", "", "The new password is missing.")]
    public async Task ChangePassword_NotOne_SaysWhy(string first, string second, string words)
    {
        var user = await dashboard.NewUserAsync();
        await dashboard.ExpirePasswordAsync(user.Id);
        using var visitor = dashboard.Visit();

        using var answer = await visitor.SignInAsync(user.Name, user.Password, null, ("Input.NewPassword", first), ("Input.NewPasswordAgain", second));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(words, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChangePassword_OldOneWrong_ChangesNothing()
    {
        var user = await dashboard.NewUserAsync();
        using var visitor = dashboard.Visit();

        using var answer = await visitor.SignInAsync(user.Name, "not-it", null, ("Input.NewPassword", "a-new-Secret-1"), ("Input.NewPasswordAgain", "a-new-Secret-1"));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        using var still = await dashboard.SignedInAsync(user.Name, user.Password);
    }

    [Fact]
    public async Task SignIn_TooOften_WaitsAndAsksKeystoneNoMore()
    {
        var user = await dashboard.NewUserAsync();
        using var visitor = dashboard.Visit();
        for (var i = 0; i < 5; i++)
        {
            using var wrong = await visitor.SignInAsync(user.Name, "wrong");
        }

        using var answer = await visitor.SignInAsync(user.Name, user.Password);

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
        Assert.Contains("Too many attempts. Your name and password were not checked. Wait", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/images?state=x", "/images?state=x")]
    [InlineData("https://evil.example/", "/")]
    [InlineData("//evil.example/", "/")]
    [InlineData("/\\evil.example/", "/")]
    [InlineData("javascript:alert(1)", "/")]
    [InlineData("/sign-in", "/")]
    public async Task SignIn_Right_LeadsToAPageOfThisSiteOnly(string wanted, string reached)
    {
        using var visitor = dashboard.Visit();

        using var answer = await visitor.SignInAsync("demo", dashboard.Secret("demo"), wanted);

        Assert.Equal((HttpStatusCode.Found, reached), (answer.StatusCode, answer.Headers.Location?.ToString()));
    }

    [Fact]
    public async Task SignIn_Right_SetsAHardCookieWithNothingInIt()
    {
        using var visitor = dashboard.Visit();

        using var answer = await visitor.SignInAsync("demo", dashboard.Secret("demo"));

        var session = await dashboard.SessionOfAsync(visitor);
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"), c => c.StartsWith("dashboard-session=", StringComparison.Ordinal));
        Assert.Contains("; httponly", cookie, StringComparison.Ordinal);
        Assert.Contains("; samesite=lax", cookie, StringComparison.Ordinal);
        Assert.DoesNotContain("expires", cookie, StringComparison.Ordinal);
        Assert.DoesNotContain(session.Token, cookie, StringComparison.Ordinal);
        Assert.True(Convert.FromBase64String(session.Id.Replace('-', '+').Replace('_', '/') + "=").Length >= 32);
    }

    [Fact]
    public async Task SignIn_Domain_IsAskedOnlyOfWhoUsedAnother()
    {
        using var visitor = dashboard.Visit();
        var first = await visitor.OpenAsync("/sign-in");
        using var other = await visitor.SignInAsync("demo", "wrong", null, ("Input.Domain", "science"));
        var html = await other.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Contains("Use another domain", first.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("Use another domain", html, StringComparison.Ordinal);
        Assert.Contains("value=\"science\"", html, StringComparison.Ordinal);
        Assert.Contains("this user, password and domain. Check all three", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignIn_NoFormToken_IsRefused()
    {
        using var visitor = dashboard.Visit();
        var page = await visitor.OpenAsync("/sign-in");

        using var answer = await visitor.SendAsync("/sign-in", page with { Html = "" }, ("_handler", "sign-in"), ("Input.UserName", "demo"), ("Input.Password", dashboard.Secret("demo")));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private async Task<(HttpStatusCode Status, string Html)> TryAsync(string user, string password)
    {
        using var visitor = dashboard.Visit();
        using var answer = await visitor.SignInAsync(user, password);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
