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
        var one = await Launched.NewAsync(fixture, "axe", "mkdir /data; echo 1234 > /data/note; rm /bin/yes; printf '\\033[31mred\\033[0m\\n'; echo 'ERROR write failed' >&2; sleep 100000");
        await Launched.NewAsync(fixture, "axe-bad", "exit 3", ends: true);
        var (page, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl, scheme, width);
        await page.SignInAsDemoAsync(fixture);
        var axe = new AxeLook(page);

        await page.OpenAsync("/instances");
        await Expect(page.Row(one.Name)).ToContainTextAsync("Running");
        await axe.LookAsync("list");
        await page.Row(one.Name).GetByRole(AriaRole.Button, new() { Name = "Actions of" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Menu)).ToBeVisibleAsync();
        await axe.LookAsync("menu");
        await page.OpenAsync(one.Address);
        await Expect(page.Log().GetByText("ERROR write failed")).ToBeVisibleAsync();
        await axe.LookAsync("log");
        await page.OpenAsync($"{one.Address}?tab=stats");
        await Expect(page.GetByText("live · one sample a second")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-chart=memory] [data-part=now]")).ToContainTextAsync("of 512 MiB");
        await axe.LookAsync("stats");
        await page.OpenAsync($"{one.Address}?tab=processes");
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "sleep 100000" }).Last).ToContainTextAsync("%");
        await axe.LookAsync("processes");
        await page.OpenAsync($"{one.Address}?tab=files");
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "note" })).ToContainTextAsync("5 B");
        await axe.LookAsync("files");
        await page.GetByRole(AriaRole.Button, new() { Name = "Browse for what to copy out" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "folder data/" })).ToBeVisibleAsync();
        await axe.LookAsync("folder browser");
        await page.OpenAsync($"{one.Address}?tab=alerts");
        await page.GetByRole(AriaRole.Button, new() { Name = "New rule" }).ClickAsync();
        await page.GetByLabel("The line contains").FillAsync("write failed");
        await Expect(page.GetByText("with this cooldown 1 notice")).ToBeVisibleAsync();
        await axe.LookAsync("alerts, form");
        await page.GetByLabel("Webhook").FillAsync("https://hooks.invalid/notices");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create rule" }).ClickAsync();
        await Expect(page.GetByText("Its secret is shown this once")).ToBeVisibleAsync();
        await axe.LookAsync("alerts");
        await page.OpenAsync($"{one.Address}?tab=facts");
        await Expect(page.GetByText("Identity")).ToBeVisibleAsync();
        await axe.LookAsync("facts");
        await page.OpenAsync($"{one.Address}?tab=history");
        await Expect(page.GetByText("Launched")).ToBeVisibleAsync();
        await axe.LookAsync("history");
        await page.GetByRole(AriaRole.Button, new() { Name = "Actions of" }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Snapshot" }).ClickAsync();
        await Expect(page.GetByLabel("Name of the new image")).ToBeFocusedAsync();
        await axe.LookAsync("snapshot dialog");

        axe.FoundNothing();
    }
}
