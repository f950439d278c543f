using EndToEnd.Product;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Browser;

[Collection(ProductCollection.Name)]
public sealed class SignInTests(ProductFixture fixture, BrowserFixture browser)
{
    [Fact]
    public async Task A_wrong_password_is_told_and_the_name_stays()
    {
        var (page, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.GotoAsync("/sign-in");

        await page.FillSignInAsync("somebody", "wrong");

        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Keystone did not accept this user and password.");
        await Expect(page.GetByLabel("User")).ToHaveValueAsync("somebody");
        await Expect(page.GetByLabel("Password")).ToHaveValueAsync("");
    }

    [Fact]
    public async Task A_right_password_opens_the_project_and_no_token_reaches_the_browser()
    {
        var (page, notes) = await browser.NewPageAsync(fixture.Product.DashboardUrl);

        await page.SignInAsDemoAsync(fixture);

        var cookies = await page.Context.CookiesAsync();
        var session = Assert.Single(cookies, c => c.Name == "dashboard-session");
        Assert.True(session.HttpOnly);
        Assert.NotEqual(SameSiteAttribute.None, session.SameSite);
        var stored = await page.EvaluateAsync<string>("() => JSON.stringify({ ...localStorage, ...sessionStorage }) + document.documentElement.outerHTML");
        Assert.DoesNotContain("X-Auth-Token", stored, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(fixture.Product.DemoPassword, stored, StringComparison.Ordinal);
        Assert.Empty(notes.Foreign);
        Assert.Empty(notes.Errors);
    }

    [Fact]
    public async Task Signing_out_ends_the_session_everywhere()
    {
        var (page, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsDemoAsync(fixture);
        var other = await page.Context.NewPageAsync();
        await other.OpenAsync("/");

        await page.GetByRole(AriaRole.Button, new() { Name = "Account of demo" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();

        await Expect(page.GetByText("Signed out.")).ToBeVisibleAsync();
        await Expect(other.GetByText("Sign in again")).ToBeVisibleAsync();
        await page.GotoAsync("/instances");
        await Expect(page.GetByLabel("Password")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_page_asked_for_before_signing_in_is_where_signing_in_leads()
    {
        var (page, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.GotoAsync("/instances");

        await page.FillSignInAsync("demo", fixture.Product.DemoPassword);

        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/instances$"));
    }
}
