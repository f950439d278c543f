using System.Text.RegularExpressions;
using EndToEnd.Browser;
using EndToEnd.Product;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Instances;

/// <summary>A product of its own: it is killed while somebody reads.</summary>
[Collection(ProductCollection.Name)]
public sealed partial class LogResumeTests(BrowserFixture browser)
{
    [Fact]
    public async Task A_log_that_is_read_outlives_the_network_the_product_and_a_reload()
    {
        await using var fixture = new ProductFixture();
        await fixture.InitializeAsync();
        var chatty = await Launched.NewAsync(fixture, "outlives", Launched.Counting);
        var (page, notes) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsDemoAsync(fixture);
        await page.OpenAsync(chatty.Address);
        await page.NewestAsync();

        // Who stopped to read stays where they are, while what is new is counted.
        await page.Keyboard.PressAsync(" ");
        var follow = page.Locator("[data-log=follow]");
        await Expect(follow).ToHaveTextAsync(New());
        var top = await page.Log().Locator(".log-text:visible").First.TextContentAsync();
        await fixture.Product.KillAsync();
        await Expect(page.Foot()).ToContainTextAsync("reconnecting");
        // The network goes, too, and comes back later than the product.
        await page.Context.SetOfflineAsync(true);
        await fixture.Product.StartAsync();
        await Expect(page.Foot()).ToContainTextAsync("reconnecting");
        await page.Context.SetOfflineAsync(false);
        await Expect(page.Foot()).ToContainTextAsync("paused");
        await Expect(follow).ToHaveTextAsync(New());
        Assert.Equal(top, await page.Log().Locator(".log-text:visible").First.TextContentAsync());
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Reload the page" })).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("f");

        (await fixture.OpenStackAsync("dashboard-demo", "server", "stop", chatty.Id)).Succeeded();
        await Expect(page.Foot()).ToContainTextAsync("ended");
        await AssertWholeAsync(fixture, chatty, page);

        await page.GetByRole(AriaRole.Button, new() { Name = "Reload the page" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Reload the page" })).ToBeHiddenAsync();
        await Expect(page.Foot()).ToContainTextAsync("ended");
        await AssertWholeAsync(fixture, chatty, page);
        Assert.Empty(notes.Errors);
    }

    /// <summary>Each line that was written is there once, and no gap is drawn.</summary>
    private static async Task AssertWholeAsync(ProductFixture fixture, Launched instance, IPage page)
    {
        await page.GetByLabel("Log: filter lines").FillAsync("line ");
        await Expect(page.Locator("[data-log=count]")).ToContainTextAsync(" of ");
        var written = await Written.LinesAsync(fixture, instance);
        Assert.Equal(Enumerable.Range(1, written), await page.NumbersAsync());
        Assert.Equal(written, await page.CountAsync());
        await Expect(page.Foot()).ToContainTextAsync("0 gaps");
    }

    [GeneratedRegex("^\\d+ new")]
    private static partial Regex New();
}
