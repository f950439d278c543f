using EndToEnd.Browser;
using Microsoft.Playwright;
using TestKit;

namespace EndToEnd.Images;

/// <summary>How a person brings an image in the browser.</summary>
internal static class Uploads
{
    public static string Unique(string name) => $"{name}-{Guid.NewGuid().ToString("n")[..8]}";

    public static FilePayload Archive(string name, string command) =>
        new() { Name = $"{name}.tar", MimeType = "application/x-tar", Buffer = TestImages.Running(command, $"{name}:latest") };

    public static ILocator UploadButton(this IPage page) => page.GetByRole(AriaRole.Button, new() { Name = "Upload", Exact = true });

    /// <summary>Opens the upload page and chooses the file there.</summary>
    public static async Task ChooseAsync(this IPage page, FilePayload file)
    {
        await page.OpenAsync("/images/upload");
        await page.GetByLabel("Archive").SetInputFilesAsync(file);
    }

    /// <summary>Uploads the archive under its name and stays on the page that says what happens next.</summary>
    public static async Task UploadAsync(this IPage page, string name, string command)
    {
        await page.ChooseAsync(Archive(name, command));
        await Assertions.Expect(page.GetByRole(AriaRole.Textbox, new() { NameRegex = new("^Name") })).ToHaveValueAsync(name);
        await page.UploadButton().ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = $"{name} is uploaded" })).ToBeVisibleAsync();
    }
}
