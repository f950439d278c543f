using EndToEnd.Browser;
using EndToEnd.Product;
using Microsoft.Playwright;
using TestKit;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Instances;

/// <summary>Alert rules, as a person makes them.</summary>
[Collection(ProductCollection.Name)]
public sealed class AlertTests(ProductFixture fixture, BrowserFixture browser)
{
    [Fact]
    public async Task A_rule_made_from_a_line_notes_the_next_one_and_leads_to_it()
    {
        var one = await Launched.NewAsync(fixture, "alarming", "echo '2026-01-02T03:04:05Z ERROR disk full'; while [ ! -e /go ]; do sleep 0.1; done; echo '2026-01-03T03:04:05Z ERROR disk full again'; sleep 100000");
        var (page, notes) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsDemoAsync(fixture);
        await page.OpenAsync(one.Address);

        await page.Log().GetByText("ERROR disk full").HoverAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Log: actions of this line" }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Alert on lines like this" }).ClickAsync();
        await Expect(page.GetByLabel("The line contains")).ToHaveValueAsync("ERROR disk full");
        await Expect(page.GetByRole(AriaRole.Status, new() { Name = "What it would have done" })).ToContainTextAsync("1 match in 1 kept line; with this cooldown 1 notice.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create rule" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Alert rules" })).ToContainTextAsync("Never fired");

        await Engine.DockerAsync("exec", $"os-{one.Id}", "touch", "/go");
        await page.GetByRole(AriaRole.Region, new() { Name = "Notices" }).GetByRole(AriaRole.Link, new() { Name = "ERROR disk full again" }).ClickAsync();

        await Expect(page.Log().Locator(".log-row:visible").Filter(new() { HasText = "ERROR disk full again" })).ToBeVisibleAsync();
        Assert.Contains("tab=log&line=", page.Url, StringComparison.Ordinal);
        Assert.Empty(notes.Errors);
    }
}
