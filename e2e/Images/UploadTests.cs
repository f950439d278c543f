using System.Text.Json;
using System.Text.RegularExpressions;
using EndToEnd.Browser;
using EndToEnd.Product;
using Microsoft.Playwright;
using TestKit;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Images;

[Collection(ProductCollection.Name)]
public sealed partial class UploadTests(ProductFixture fixture, BrowserFixture browser) : IDisposable
{
    private const int FileBytes = 60_000_000;
    private const int SlowBytesPerSecond = 2_000_000;
    private readonly string _files = Directory.CreateTempSubdirectory("uploads-").FullName;

    public void Dispose() => Directory.Delete(_files, recursive: true);

    [Fact]
    public async Task A_cancelled_upload_leaves_neither_bytes_nor_an_image()
    {
        var (member, page) = await MemberAsync();
        using var person = await fixture.PersonAsync(member);
        var before = ImageFiles();
        var devTools = await page.Context.NewCDPSessionAsync(page);
        await devTools.SendAsync("Network.enable");

        var cancelled = await StartAsync(page, devTools, "cancelled");
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel", Exact = true }).ClickAsync();
        await Expect(page.UploadButton()).ToBeEnabledAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
        await NothingStaysAsync(cancelled);

        var left = await StartAsync(page, devTools, "left");
        await page.GetByRole(AriaRole.Link, new() { Name = "All images", Exact = true }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync($"The upload of {left} is not complete. Leaving ends it, and nothing of it is kept.");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Leave", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Images", Level = 1 })).ToBeVisibleAsync();
        await NothingStaysAsync(left);

        var closed = await StartAsync(page, devTools, "closed");
        await page.CloseAsync();
        await NothingStaysAsync(closed);

        async Task NothingStaysAsync(string name)
        {
            await person.GoneAsync(name);
            // The half file goes as soon as Glance has seen that its sender is gone.
            await Patience.UntilAsync(() => ImageFiles().SequenceEqual(before));
        }
    }

    [Fact]
    public async Task A_file_that_is_no_archive_is_refused_before_anything_is_sent()
    {
        var (member, page) = await MemberAsync();
        using var person = await fixture.PersonAsync(member);
        var sent = new List<string>();
        page.Request += (_, request) => sent.Add($"{request.Method} {new Uri(request.Url).AbsolutePath}");

        await page.ChooseAsync(new() { Name = "notes.txt", MimeType = "text/plain", Buffer = "hello"u8.ToArray() });
        await Expect(page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("notes.txt was not taken. It is not a tar. Upload the file that docker save writes: docker save NAME -o NAME.tar.");
        await page.UploadButton().ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("notes.txt was not taken.");
        await page.GetByLabel("Archive").SetInputFilesAsync(new FilePayload { Name = "packed.tar.gz", MimeType = "application/gzip", Buffer = [0x1f, 0x8b, 8, 0] });
        await Expect(page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("packed.tar.gz was not taken. It is packed with gzip. Unpack it first: gunzip FILE, then upload what comes out.");

        Assert.DoesNotContain(sent, request => request.StartsWith("POST /images/", StringComparison.Ordinal));
        Assert.Empty(await person.ImagesAsync("notes.txt"));
    }

    private async Task<(KeystoneUser Member, IPage Page)> MemberAsync()
    {
        var member = await fixture.NewUserAsync();
        var (page, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsync(member.Name, member.Password);
        return (member, page);
    }

    private static Task<JsonElement?> UploadAtAsync(ICDPSession devTools, int bytesPerSecond) =>
        devTools.SendAsync("Network.emulateNetworkConditions", new() { ["offline"] = false, ["latency"] = 0, ["downloadThroughput"] = -1, ["uploadThroughput"] = bytesPerSecond });

    /// <summary>Starts an upload that takes half a minute, and waits until Glance has some of its bytes.</summary>
    private async Task<string> StartAsync(IPage page, ICDPSession devTools, string name)
    {
        name = Uploads.Unique(name);
        var file = Path.Combine(_files, $"{name}.tar");
        await File.WriteAllBytesAsync(file, TestImages.Running("true"), TestContext.Current.CancellationToken);
        using (var archive = File.OpenHandle(file, FileMode.Open, FileAccess.Write))
        {
            RandomAccess.SetLength(archive, FileBytes);
        }

        // Only the upload is slow: a page behind a slow line would be another test.
        await UploadAtAsync(devTools, -1);
        await page.OpenAsync("/images/upload");
        await UploadAtAsync(devTools, SlowBytesPerSecond);
        await page.GetByLabel("Archive").SetInputFilesAsync(file);
        await page.UploadButton().ClickAsync();
        await Expect(page.GetByRole(AriaRole.Progressbar, new() { Name = $"Upload of {name}" })).ToHaveAttributeAsync("aria-valuenow", Underway());
        var staged = Directory.EnumerateFiles(Path.Combine(fixture.Product.DataPath, "images", "staging")).Select(f => new FileInfo(f).Length);
        // What the browser has sent is on its way to Glance.
        await Patience.UntilAsync(() => staged.ToArray() is [>= 1 and < FileBytes]);
        return name;
    }

    private string[] ImageFiles() => [.. Directory.EnumerateFiles(Path.Combine(fixture.Product.DataPath, "images"), "*", SearchOption.AllDirectories).Order()];

    [GeneratedRegex("^[1-9][0-9]?$")]
    private static partial Regex Underway();
}
