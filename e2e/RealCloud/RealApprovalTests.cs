using EndToEnd.Browser;
using EndToEnd.Images;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.RealCloud;

/// <summary>What may boot, decided on a real Glance and held by the driver host of a real Nova.</summary>
[Collection(RealCloudCollection.Name)]
public sealed class RealApprovalTests(RealCloudFixture fixture, BrowserFixture browser)
{
    [Fact]
    public async Task An_uploaded_image_waits_fails_to_boot_with_the_reason_and_boots_once_an_administrator_approved_it()
    {
        var name = Uploads.Unique("waits");
        var demo = await fixture.PersonAsync(RealCloudFixture.Demo);
        var (page, notes) = await SignedInAsync(RealCloudFixture.Demo);
        await page.UploadAsync(name, "echo approved; sleep 600");
        await Expect(page.GetByText("Waiting for review. An administrator looks at it")).ToBeVisibleAsync();
        var image = await demo.ImageAsync(name);
        var early = await demo.BootAsync("early", image);
        Assert.Equal("ERROR", await demo.BuiltAsync(early));
        await page.OpenAsync($"/instances/{early}");
        await Expect(page.GetByText($"Image '{name}' waits for an administrator's approval. Until then it cannot boot.").First).ToBeVisibleAsync();
        await Expect(page.GetByText("Ask an administrator to review the image").First).ToBeVisibleAsync();
        await demo.DeleteAsync(early);

        var (admin, _) = await SignedInAsync(RealCloudFixture.Admin);
        await admin.OpenAsync("/approvals");
        await admin.GetByRole(AriaRole.Complementary, new() { Name = "Queue" }).GetByRole(AriaRole.Link, new() { NameRegex = new($"^{name}") }).ClickAsync();
        var review = admin.GetByRole(AriaRole.Region, new() { Name = "Review" });
        await Expect(review.GetByText("hashed by the host").First).ToBeVisibleAsync();
        await admin.GetByRole(AriaRole.Button, new() { Name = "Approve…" }).ClickAsync();
        await admin.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Approve", Exact = true }).ClickAsync();
        await Expect(review.GetByText("Approved by admin")).ToBeVisibleAsync();

        await page.OpenAsync($"/images/{image}");
        await page.GetByRole(AriaRole.Link, new() { Name = "Launch", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Launch") }).ClickAsync();
        await Expect(page.Locator(".ph .st")).ToContainTextAsync("Running");
        await Expect(page.GetByRole(AriaRole.Log).GetByText("approved", new() { Exact = true })).ToBeVisibleAsync();
        Assert.Empty(notes.Errors);
        await demo.DeleteAsync(new Uri(page.Url).Segments[^1]);
    }

    [Fact]
    public async Task An_administrators_own_upload_is_approved_with_it()
    {
        var name = Uploads.Unique("own");
        var (page, _) = await SignedInAsync(RealCloudFixture.Admin);

        await page.UploadAsync(name, "sleep 600");

        await Expect(page.GetByText("Approved: it can be launched now.")).ToBeVisibleAsync();
    }

    private async Task<(IPage Page, PageNotes Notes)> SignedInAsync(string user)
    {
        var (page, notes) = await browser.NewPageAsync(fixture.Url);
        await page.SignInAsync(user, fixture.Password);
        return (page, notes);
    }
}
