using EndToEnd.Product;
using Microsoft.Playwright;

namespace EndToEnd.Browser;

/// <summary>What people do on any page.</summary>
internal static class People
{
    public static Task SignInAsDemoAsync(this IPage page, ProductFixture fixture) => page.SignInAsync("demo", fixture.Product.DemoPassword);

    public static Task SignInAsAdminAsync(this IPage page, ProductFixture fixture) => page.SignInAsync("admin", fixture.Product.AdminPassword);

    public static async Task SignInAsync(this IPage page, string user, string password)
    {
        await page.GotoAsync("/sign-in");
        await page.FillSignInAsync(user, password);
        await page.ReadyAsync();
    }

    public static async Task FillSignInAsync(this IPage page, string user, string password)
    {
        await page.GetByLabel("User").FillAsync(user);
        await page.GetByLabel("Password").FillAsync(password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }

    /// <summary>Goes to a page of the signed-in user and waits until it listens: the circuit stands and its content is drawn.</summary>
    public static async Task OpenAsync(this IPage page, string path)
    {
        await page.GotoAsync(path);
        await page.ReadyAsync();
    }

    public static async Task ReadyAsync(this IPage page) => await Assertions.Expect(page.Locator("main:not([aria-busy]) h1")).ToBeVisibleAsync(new() { Timeout = 60_000 });
}
