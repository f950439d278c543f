using Microsoft.Playwright;
using TestKit;

namespace Benchmarks.Measuring;

/// <summary>Chromium, signed in as the administrator, with a page open.</summary>
internal sealed class Screen : IAsyncDisposable
{
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;
    private readonly ICDPSession _tools;

    private Screen(IPlaywright playwright, IBrowser browser, IPage page, ICDPSession tools)
    {
        _playwright = playwright;
        _browser = browser;
        _tools = tools;
        Page = page;
    }

    public IPage Page { get; }

    public ILocator Foot => Page.Locator(".log-foot");

    public static async Task<Screen> SignInAsync(ProductProcess product)
    {
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium-headless-shell", Args = ["--no-sandbox", "--disable-gpu"] });
        var context = await browser.NewContextAsync(new() { BaseURL = product.DashboardUrl.ToString(), ViewportSize = new() { Width = 1440, Height = 900 } });
        var page = await context.NewPageAsync();
        await page.GotoAsync("/sign-in");
        await page.GetByLabel("User").FillAsync("admin");
        await page.GetByLabel("Password").FillAsync(product.AdminPassword);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Assertions.Expect(page.Locator("main h1")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        return new Screen(playwright, browser, page, await context.NewCDPSessionAsync(page));
    }

    /// <summary>The page of an instance, when its log is live.</summary>
    public async Task OpenLogAsync(string server)
    {
        await Page.GotoAsync($"/instances/{server}");
        await Assertions.Expect(Foot).ToContainTextAsync("live", new() { Timeout = 60_000 });
    }

    /// <summary>The page's script memory after a collection, in MiB.</summary>
    public async Task<double> HeapAsync()
    {
        await _tools.SendAsync("HeapProfiler.collectGarbage");
        var usage = await _tools.SendAsync("Runtime.getHeapUsage");
        return usage!.Value.GetProperty("usedSize").GetDouble() / 1024 / 1024;
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
