using Deque.AxeCore.Playwright;
using EndToEnd.Browser;
using EndToEnd.Product;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Instances;

[Collection(ProductCollection.Name)]
public sealed class InstanceAccessibilityTests(ProductFixture fixture, BrowserFixture browser)
{
    [Theory]
    [InlineData(ColorScheme.Light, 1440)]
    [InlineData(ColorScheme.Dark, 1440)]
    [InlineData(ColorScheme.Light, 390)]
    public async Task Axe_finds_nothing_serious_on_the_instance_pages(ColorScheme scheme, int width)
    {
        var one = await Launched.NewAsync(fixture, "axe", "printf '\\033[31mred\\033[0m\\n'; echo 'ERROR write failed' >&2; sleep 100000");
        await Launched.NewAsync(fixture, "axe-bad", "exit 3", ends: true);
        var (page, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl, scheme, width);
        await page.SignInAsDemoAsync(fixture);
        var found = new List<string>();

        await page.OpenAsync("/instances");
        await Expect(page.Row(one.Name)).ToContainTextAsync("Running");
        await LookAsync("list");
        await page.Row(one.Name).GetByRole(AriaRole.Button, new() { Name = "Actions of" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Menu)).ToBeVisibleAsync();
        await LookAsync("menu");
        await page.OpenAsync(one.Address);
        await Expect(page.Log().GetByText("ERROR write failed")).ToBeVisibleAsync();
        await LookAsync("log");
        await page.OpenAsync($"{one.Address}?tab=facts");
        await Expect(page.GetByText("Identity")).ToBeVisibleAsync();
        await LookAsync("facts");
        await page.OpenAsync($"{one.Address}?tab=history");
        await Expect(page.GetByText("Launched")).ToBeVisibleAsync();
        await LookAsync("history");
        await page.GetByRole(AriaRole.Button, new() { Name = "Actions of" }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Snapshot" }).ClickAsync();
        await Expect(page.GetByLabel("Name of the new image")).ToBeFocusedAsync();
        await LookAsync("snapshot dialog");

        Assert.Empty(found);

        async Task LookAsync(string where)
        {
            var result = await page.RunAxe();
            found.AddRange(result.Violations.Where(v => v.Impact is "serious" or "critical").Select(v => $"{where}: {v.Id}: {string.Join(" | ", v.Nodes.Select(n => n.Html))}"));
            Assert.True(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"), $"{where} scrolls sideways");
        }
    }
}
