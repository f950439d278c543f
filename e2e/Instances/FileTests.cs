using EndToEnd.Browser;
using EndToEnd.Product;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Instances;

/// <summary>Files in and out of an instance, as a person copies them.</summary>
[Collection(ProductCollection.Name)]
public sealed class FileTests(ProductFixture fixture, BrowserFixture browser)
{
    [Fact]
    public async Task Files_come_out_and_go_in_once_the_instance_is_paused()
    {
        var one = await Launched.NewAsync(fixture, "files", "mkdir /data; printf hello > /data/note; sleep 100000");
        var (page, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsDemoAsync(fixture);

        await page.OpenAsync($"{one.Address}?tab=files");
        var note = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download /data/note" }).ClickAsync());
        Assert.Equal(("note", "hello"), (note.SuggestedFilename, await File.ReadAllTextAsync(await note.PathAsync(), TestContext.Current.CancellationToken)));
        // By the keyboard alone: the root's list has the focus; "data" is behind "bin".
        await page.GetByRole(AriaRole.Button, new() { Name = "Browse for what to copy out" }).PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "folder bin/" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "folder data/" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "file note" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Backspace");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "folder bin/" })).ToBeFocusedAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "folder data/" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Choose this folder" }).ClickAsync();
        await Expect(page.GetByLabel("Copy out: path in the instance")).ToHaveValueAsync("/data");
        var folder = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Download", Exact = true }).ClickAsync());
        Assert.Equal("data.tar", folder.SuggestedFilename);

        await Expect(page.GetByText("Pause or stop the instance first")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Actions of" }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Pause", Exact = true }).ClickAsync();
        var input = page.GetByLabel("File to copy in");
        await Expect(input).ToBeEnabledAsync();
        await input.SetInputFilesAsync(new FilePayload { Name = "in.txt", MimeType = "text/plain", Buffer = "from outside"u8.ToArray() });
        await page.GetByLabel("Owner").FillAsync("1000:50");
        await page.GetByRole(AriaRole.Button, new() { Name = "Upload", Exact = true }).ClickAsync();
        await Expect(page.GetByText("in.txt is in /tmp. It belongs to 1000:50.")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "in.txt" })).ToContainTextAsync("12 B");

        await page.OpenAsync($"{one.Address}?tab=history");
        await Expect(page.GetByText("Copied in /tmp/in.txt (12 bytes, owner 1000:50).")).ToBeVisibleAsync();
        await Expect(page.GetByText("Copied out the folder /data.")).ToBeVisibleAsync();
    }
}
