using Microsoft.Playwright;

namespace EndToEnd.Browser;

/// <summary>Debian's Chromium, once for the whole run. Each test opens its own contexts: cookies and storage are never shared, and no page outlives its test for long.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private IPlaywright _playwright = null!;
    private QuietNetwork _network = null!;
    private readonly List<(string? Test, IBrowserContext Context)> _open = [];
    private IBrowser _browser = null!;

    public async ValueTask InitializeAsync()
    {
        // One patience for every expectation: a busy machine is not a fault of the product.
        Assertions.SetDefaultExpectTimeout(60_000);
        _playwright = await Playwright.CreateAsync();
        _network = await QuietNetwork.OpenAsync("/usr/bin/chromium-headless-shell");
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = _network.Chromium,
            Args = [_network.Rule, "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
        await _network.DisposeAsync();
    }

    /// <summary>A new page of a new visitor; every request beyond the product, every console error and every refusal of the content policy is kept in <see cref="PageNotes"/>.</summary>
    public async Task<(IPage Page, PageNotes Notes)> NewPageAsync(Uri address, ColorScheme scheme = ColorScheme.Light, int width = 1440, int height = 900)
    {
        await CloseOthersAsync();
        var context = await _browser.NewContextAsync(new()
        {
            BaseURL = address.ToString(),
            ColorScheme = scheme,
            ViewportSize = new() { Width = width, Height = height },
            ReducedMotion = ReducedMotion.Reduce,
            AcceptDownloads = true,
        });
        _open.Add((TestContext.Current.Test?.UniqueID, context));
        context.SetDefaultTimeout(60_000);
        var page = await context.NewPageAsync();
        return (page, new PageNotes(page, address));
    }

    /// <summary>The tests run one after the other: what an earlier one left open would only take time from this one.</summary>
    private async Task CloseOthersAsync()
    {
        foreach (var (test, context) in _open.Where(o => o.Test != TestContext.Current.Test?.UniqueID).ToList())
        {
            await context.CloseAsync();
            _open.Remove((test, context));
        }
    }
}

/// <summary>What a page did that a person does not see.</summary>
public sealed class PageNotes
{
    private readonly List<string> _errors = [];
    private readonly List<string> _foreign = [];

    public PageNotes(IPage page, Uri home)
    {
        page.PageError += (_, error) => _errors.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error" && message.Text.Contains("Content Security Policy", StringComparison.Ordinal))
            {
                _errors.Add(message.Text);
            }
        };
        page.Request += (_, request) =>
        {
            var address = new Uri(request.Url);
            if (address.Scheme is "http" or "https" or "ws" or "wss" && address.Authority != home.Authority)
            {
                _foreign.Add(request.Url);
            }
        };
    }

    /// <summary>Script errors and content policy refusals.</summary>
    public IReadOnlyList<string> Errors => _errors;

    /// <summary>Requests to anybody but the product.</summary>
    public IReadOnlyList<string> Foreign => _foreign;
}
