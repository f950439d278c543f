using EndToEnd.Browser;
using EndToEnd.Product;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Instances;

[Collection(ProductCollection.Name)]
public sealed class SeveralLogsTests(ProductFixture fixture, BrowserFixture browser)
{
    [Theory]
    [InlineData(ColorScheme.Light, 1440)]
    [InlineData(ColorScheme.Dark, 390)]
    public async Task Two_logs_stand_as_one_each_line_with_its_instance(ColorScheme scheme, int width)
    {
        var one = await Launched.NewAsync(fixture, "one", Launched.Counting);
        var two = await Launched.NewAsync(fixture, "two", "echo from two; exit 3", ends: true);
        var (page, notes) = await browser.NewPageAsync(fixture.Product.DashboardUrl, scheme, width);
        await page.SignInAsDemoAsync(fixture);

        await page.OpenAsync(one.Address);
        await page.GetByRole(AriaRole.Link, new() { Name = "Add another instance" }).ClickAsync();
        await page.GetByLabel("Instance to add").SelectOptionAsync(two.Id);
        await page.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();

        var states = page.GetByRole(AriaRole.Group, new() { Name = "States of the logs" });
        await Expect(states.Locator(".log-source-state").Filter(new() { HasText = one.Name })).ToContainTextAsync("live");
        await Expect(states.Locator(".log-source-state").Filter(new() { HasText = two.Name })).ToContainTextAsync("ended");
        await page.NewestAsync();
        await page.GetByLabel("Log: filter lines").FillAsync("from two");
        var found = page.Locator(".log-row:visible").Filter(new() { HasText = "from two" });
        await Expect(found.Locator(".log-source")).ToHaveTextAsync(two.Name);
        var axe = new AxeLook(page);
        await axe.LookAsync("several logs");

        await page.GetByRole(AriaRole.Button, new() { Name = $"Remove {two.Name}" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(fixture.Product.DashboardUrl + $"logs?instances={one.Id}");
        axe.FoundNothing();
        Assert.Empty(notes.Errors);
    }
}
