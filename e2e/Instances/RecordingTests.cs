using System.Text.Json;
using EndToEnd.Browser;
using EndToEnd.Product;
using Microsoft.Playwright;
using TestKit;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Instances;

/// <summary>A product of its own: its operator wants terminals recorded, and it is killed.</summary>
[Collection(ProductCollection.Name)]
public sealed class RecordingTests(BrowserFixture browser)
{
    [Fact]
    public async Task A_recorded_terminal_says_so_before_and_what_it_showed_survives_a_kill()
    {
        await using var product = await ProductProcess.StartNewAsync("--DriverHost:TerminalRecording", "Always");
        using var admin = CloudPerson.Of(product.CloudUrl, await KeystoneUser.FirstTokenAsync(product.CloudUrl, "admin", product.AdminPassword));
        var id = await admin.BootAsync("recorded", await admin.ImageAsync("busybox"));
        await admin.BuiltAsync(id);
        var (page, _) = await browser.NewPageAsync(product.DashboardUrl);
        var axe = new AxeLook(page);
        await page.SignInAsync("admin", product.AdminPassword);

        await page.OpenAsync($"/instances/{id}?tab=terminal");
        await Expect(page.GetByText("Terminals here are recorded.")).ToBeVisibleAsync();
        await Expect(page.GetByText("No terminal is open.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Open a terminal" }).ClickAsync();
        await Expect(page.Locator(".terminal-screen")).ToHaveAttributeAsync("data-state", "open");
        await page.Locator(".terminal-screen textarea").FocusAsync();
        await page.Keyboard.TypeAsync("echo $((6*7))");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".xterm-rows")).ToContainTextAsync("42");
        await Expect(page.GetByText("Terminals here are recorded.")).ToBeVisibleAsync();
        await axe.LookAsync("recorded terminal");
        await product.KillAsync();
        await product.StartAsync();

        // The sign-in is kept, too.
        await page.OpenAsync($"/instances/{id}?tab=history");
        var file = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download the recording of" }).ClickAsync());
        var lines = (await File.ReadAllLinesAsync(await file.PathAsync(), TestContext.Current.CancellationToken)).Select(l => JsonDocument.Parse(l).RootElement).ToArray();
        await axe.LookAsync("history with recordings");

        Assert.Equal(2, lines[0].GetProperty("version").GetInt32());
        Assert.Contains("42", string.Concat(lines.Skip(1).Where(l => l[1].GetString() == "o").Select(l => l[2].GetString())), StringComparison.Ordinal);
        await page.ReloadAsync();
        await Expect(page.GetByText("Recording read")).ToBeVisibleAsync();
        axe.FoundNothing();
    }
}
