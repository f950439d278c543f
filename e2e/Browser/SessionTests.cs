using EndToEnd.Product;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Browser;

[Collection(ProductCollection.Name)]
public sealed class SessionTests(ProductFixture fixture, BrowserFixture browser)
{
    [Fact]
    public async Task Switching_the_account_off_ends_its_page_within_seconds()
    {
        var user = await fixture.NewUserAsync();
        var (page, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsync(user.Name, user.Password);

        await user.DisableAsync(fixture.Product.CloudUrl, fixture.Product.AdminPassword);

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Your sign-in ended" })).ToBeVisibleAsync();
        await Expect(page.GetByText("Keystone took it back")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Navigation, new() { Name = "Main" })).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Switching_the_project_keeps_the_page_and_tells_the_other_tab()
    {
        var user = await fixture.NewUserAsync();
        var other = await fixture.NewUserAsync();
        var (page, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsync(user.Name, user.Password);
        await user.GrantAsync(fixture.Product.CloudUrl, fixture.Product.AdminPassword, other.ProjectId!, "reader");
        await page.OpenAsync("/images");
        var second = await page.Context.NewPageAsync();
        await second.OpenAsync("/");

        await page.GetByRole(AriaRole.Button, new() { Name = $"Project {user.Name}" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = other.Name, Exact = true }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Button, new() { Name = $"Project {other.Name}" })).ToBeVisibleAsync();
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/images$"));
        await Expect(second.GetByRole(AriaRole.Heading, new() { Name = "You switched the project" })).ToBeVisibleAsync();
        await second.GetByRole(AriaRole.Link, new() { Name = "Go on there" }).ClickAsync();
        await Expect(second.GetByRole(AriaRole.Button, new() { Name = $"Project {other.Name}" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task An_expired_password_is_changed_where_it_is_noticed()
    {
        var user = await fixture.NewUserAsync();
        await CloudBooks.ExpirePasswordAsync(fixture.Product.DataPath, user.Id);
        var (page, notes) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.GotoAsync("/sign-in");
        await page.FillSignInAsync(user.Name, user.Password);
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The password has expired.");

        await page.GetByLabel("Current password").FillAsync(user.Password);
        await page.GetByLabel("New password", new() { Exact = true }).FillAsync("another-Secret-9");
        await page.GetByLabel("New password again").FillAsync("another-Secret-9");
        await page.GetByRole(AriaRole.Button, new() { Name = "Change password and sign in" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Button, new() { Name = $"Account of {user.Name}" })).ToBeVisibleAsync();
        Assert.Empty(notes.Errors);
    }

    [Fact]
    public async Task A_page_whose_connection_was_dropped_loads_again_by_itself()
    {
        var (page, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsDemoAsync(fixture);
        await page.RouteAsync("**/_blazor/negotiate**", route => route.AbortAsync(), new() { Times = 1 });

        await page.GotoAsync("/images");

        await page.ReadyAsync();
        await Expect(page.GetByText("This takes long.")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_page_whose_connection_does_not_open_says_so_and_loads_again()
    {
        var (page, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsDemoAsync(fixture);
        await page.RouteAsync("**/_blazor/negotiate**", route => route.AbortAsync());
        await page.GotoAsync("/images");
        // Once by itself, in vain.
        await Expect(page.GetByText("This takes long.")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(page.Locator("#connection")).ToBeHiddenAsync();
        await page.UnrouteAsync("**/_blazor/negotiate**");

        await page.GetByRole(AriaRole.Link, new() { Name = "Reload the page" }).ClickAsync();

        await page.ReadyAsync();
        await Expect(page.GetByText("This takes long.")).ToBeHiddenAsync();
        await Expect(page.Locator("#connection")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_locked_account_is_told_so()
    {
        var user = await fixture.NewUserAsync();
        await user.LockAsync(fixture.Product.CloudUrl);
        var (page, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.GotoAsync("/sign-in");

        await page.FillSignInAsync(user.Name, user.Password);

        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The account is locked after too many wrong passwords.");
    }
}
