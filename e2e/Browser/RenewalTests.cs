using EndToEnd.Product;
using Microsoft.Playwright;
using TestKit;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Browser;

/// <summary>A product of its own, whose tokens live little longer than the warning before their end.</summary>
[Collection(ProductCollection.Name)]
public sealed class RenewalTests(BrowserFixture browser)
{
    [Fact]
    public async Task Before_the_sign_in_ends_it_is_renewed_in_place_and_what_was_typed_stays()
    {
        await using var product = await ProductProcess.StartNewAsync("--Cloud:TokenLifetime", "00:01:10");
        var (page, notes) = await browser.NewPageAsync(product.DashboardUrl);
        await page.SignInAsync("demo", product.DemoPassword);
        await page.OpenAsync("/images");
        await page.GetByRole(AriaRole.Searchbox).First.FillAsync("half a thought");
        var warning = page.GetByRole(AriaRole.Region, new() { Name = "Sign-in ends" });
        await Expect(warning).ToContainTextAsync("Your sign-in ends at", new() { Timeout = 30_000 });

        await warning.GetByLabel("Password of demo").FillAsync("wrong");
        await warning.GetByRole(AriaRole.Button, new() { Name = "Sign in again" }).ClickAsync();
        await Expect(warning).ToContainTextAsync("Keystone did not accept this user and password.");
        await warning.GetByLabel("Password of demo").FillAsync(product.DemoPassword);
        await warning.GetByRole(AriaRole.Button, new() { Name = "Sign in again" }).ClickAsync();

        await Expect(warning).ToBeHiddenAsync();
        await Expect(page.GetByRole(AriaRole.Searchbox).First).ToHaveValueAsync("half a thought");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Account of demo" })).ToBeVisibleAsync();
        Assert.Empty(notes.Errors);
    }
}
