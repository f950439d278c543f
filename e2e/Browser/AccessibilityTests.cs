using Deque.AxeCore.Playwright;
using EndToEnd.Product;
using Microsoft.Playwright;
using TestKit;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Browser;

/// <summary>axe finds nothing serious or critical on any page, in light and in dark. A new page needs a line here.</summary>
[Collection(ProductCollection.Name)]
public sealed class AccessibilityTests(ProductFixture fixture, BrowserFixture browser)
{
    private static readonly string[] Pages = ["/", "/instances", "/instances/{instance}", "/launch", "/images", "/images/{image}", "/images/upload", "/approvals", "/hosts", "/api-access", "/no-such-page"];

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Axe_finds_nothing_serious_on_any_page(ColorScheme scheme)
    {
        using var admin = await fixture.AdminAsync();
        var image = await admin.UploadAsync($"axe-{scheme}", TestImages.Running("while true; do echo hello; sleep 1; done"));
        var instance = await admin.BootAsync($"axe-{scheme}", await admin.ImageAsync("busybox"));
        var (page, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl, scheme);
        await page.GotoAsync("/sign-in");
        var found = new List<string>(await ProblemsAsync(page, "/sign-in"));
        await page.SignInAsAdminAsync(fixture);

        foreach (var path in Pages)
        {
            await page.OpenAsync(path.Replace("{instance}", instance, StringComparison.Ordinal).Replace("{image}", image, StringComparison.Ordinal));
            await Expect(page.Locator("main .loading")).ToHaveCountAsync(0);
            found.AddRange(await ProblemsAsync(page, path));
        }

        await admin.DeleteServerAsync(instance);
        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Axe_finds_nothing_serious_in_what_opens_over_a_page(ColorScheme scheme)
    {
        var (page, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl, scheme);
        await page.SignInAsDemoAsync(fixture);
        var found = new List<string>();
        foreach (var (name, shown) in new[] { ("Project demo", "#project-menu"), ("Theme", "#theme-menu"), ("Account of demo", "#account-menu"), ("Search or run a command", "#palette"), ("for shortcuts", "#shortcuts") })
        {
            await page.GetByRole(AriaRole.Button, new() { Name = name }).ClickAsync();
            await Expect(page.Locator(shown)).ToBeVisibleAsync();
            found.AddRange(await ProblemsAsync(page, name));
            await page.Keyboard.PressAsync("Escape");
            await Expect(page.Locator(shown)).ToBeHiddenAsync();
        }

        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    private static async Task<IEnumerable<string>> ProblemsAsync(IPage page, string where)
    {
        var result = await page.RunAxe();
        return result.Violations.Where(v => v.Impact is "serious" or "critical")
            .SelectMany(v => v.Nodes.Select(n => $"{where}: {v.Id} ({v.Impact}): {n.Html}"));
    }
}
