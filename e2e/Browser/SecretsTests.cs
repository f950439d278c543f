using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using EndToEnd.Product;
using Microsoft.Playwright;

namespace EndToEnd.Browser;

/// <summary>
/// Everything that reaches the browser, and everything that the product prints, is searched for tokens. Keystone keeps their hashes, so each run of
/// characters that could be one is hashed and looked up: nobody needs to know the tokens.
/// </summary>
[Collection(ProductCollection.Name)]
public sealed partial class SecretsTests(ProductFixture fixture, BrowserFixture browser)
{
    private const int TokenLength = 64;
    private static readonly string[] Walk = ["/", "/instances", "/images", "/images/upload", "/launch", "/api-access", "/approvals", "/hosts", "/no-such-page"];

    [Fact]
    public async Task No_token_and_no_password_reaches_the_browser_or_the_log()
    {
        var seen = new ConcurrentBag<string>();
        var (page, notes) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        Listen(page, seen);

        await page.SignInAsAdminAsync(fixture);
        foreach (var path in Walk)
        {
            await page.OpenAsync(path);
        }

        seen.Add(await page.EvaluateAsync<string>("() => JSON.stringify({ ...localStorage, ...sessionStorage }) + document.documentElement.outerHTML"));
        var openrc = await page.APIRequest.GetAsync("/api-access/openrc");
        seen.Add(await openrc.TextAsync());
        foreach (var cookie in await page.Context.CookiesAsync())
        {
            seen.Add($"{cookie.Name}={cookie.Value}");
        }

        var all = string.Join('\n', [.. seen, fixture.Product.Output]);
        var hashes = await CloudBooks.TokenHashesAsync(fixture.Product.DataPath);
        Assert.NotEmpty(hashes);
        Assert.True(all.Length > 100_000, "Little was seen: the listener does not listen.");
        Assert.DoesNotContain(Candidates(all), candidate => hashes.Contains(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(candidate)))));
        Assert.DoesNotContain(fixture.Product.AdminPassword, all, StringComparison.Ordinal);
        Assert.Empty(notes.Foreign);
        Assert.Empty(notes.Errors);
    }

    [Fact]
    public async Task The_search_would_find_a_token()
    {
        var token = await TestKit.KeystoneUser.FirstTokenAsync(fixture.Product.CloudUrl, "admin", fixture.Product.AdminPassword);

        var hashes = await CloudBooks.TokenHashesAsync(fixture.Product.DataPath);

        Assert.Contains(Candidates($"<p data-x=\"abc{token}def\">"), candidate => hashes.Contains(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(candidate)))));
    }

    private static void Listen(IPage page, ConcurrentBag<string> seen)
    {
        page.Request += (_, request) =>
        {
            seen.Add(request.Url);
            // The sign-in form is the one place that sends a password.
            seen.Add(request.Method == "POST" && new Uri(request.Url).AbsolutePath == "/sign-in" ? "" : request.PostData ?? "");
        };
        page.Response += async (_, response) =>
        {
            seen.Add(string.Join('\n', response.Headers.Select(h => $"{h.Key}: {h.Value}")));
            try
            {
                seen.Add(await response.TextAsync());
            }
            catch (PlaywrightException)
            {
                // A redirect has no body, and a page that was left takes its bodies along.
            }
        };
        page.WebSocket += (_, socket) =>
        {
            socket.FrameReceived += (_, frame) => seen.Add(frame.Text ?? Encoding.Latin1.GetString(frame.Binary ?? []));
            socket.FrameSent += (_, frame) => seen.Add(frame.Text ?? Encoding.Latin1.GetString(frame.Binary ?? []));
        };
        page.Console += (_, message) => seen.Add(message.Text);
    }

    private static IEnumerable<string> Candidates(string text) => RunPattern().Matches(text).SelectMany(run => Enumerable.Range(0, run.Length - TokenLength + 1).Select(at => run.Value.Substring(at, TokenLength)));

    // Tokens are 48 random bytes in base64url. Longer runs, as in scripts and fonts, are searched window by window.
    [GeneratedRegex("[A-Za-z0-9_-]{64,4096}")]
    private static partial Regex RunPattern();
}
