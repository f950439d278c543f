using System.Net;
using EndToEnd.Browser;
using EndToEnd.Product;
using Microsoft.Playwright;
using TestKit;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Images;

[Collection(ProductCollection.Name)]
public sealed class ApprovalTests(ProductFixture fixture, BrowserFixture browser)
{
    [Fact]
    public async Task An_uploaded_image_waits_does_not_boot_and_boots_once_an_administrator_approved_it()
    {
        var name = Uploads.Unique("waits");
        var member = await fixture.NewUserAsync();
        using var person = await fixture.PersonAsync(member);
        var (page, notes) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsync(member.Name, member.Password);

        await page.UploadAsync(name, "sleep 600");
        await Expect(page.GetByText("Waiting for review. An administrator looks at it")).ToBeVisibleAsync();
        var (id, status) = Assert.Single(await person.ImagesAsync(name));
        Assert.Equal("active", status);
        var refused = await Assert.ThrowsAsync<CloudRefusedException>(() => person.BootAsync("early", id));
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Equal($"Image '{name}' waits for an administrator's approval. Until then it cannot boot.", refused.Words);
        await page.OpenAsync("/launch");
        await Expect(page.Offer(name)).ToBeDisabledAsync();
        await Expect(page.GetByText("Waiting for review: An administrator has to approve it before it boots.")).ToBeVisibleAsync();

        var admin = await AdminAsync();
        await admin.OpenAsync("/approvals");
        await admin.GetByRole(AriaRole.Complementary, new() { Name = "Queue" }).GetByRole(AriaRole.Link, new() { NameRegex = new($"^{name}") }).ClickAsync();
        await Expect(admin.Review().GetByRole(AriaRole.Heading, new() { Name = name })).ToBeVisibleAsync();
        await Expect(admin.Review().GetByText("hashed by the host").First).ToBeVisibleAsync();
        await admin.GetByRole(AriaRole.Button, new() { Name = "Approve…" }).ClickAsync();
        await admin.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Approve", Exact = true }).ClickAsync();
        await Expect(admin.Review().GetByText("Approved by admin")).ToBeVisibleAsync();

        await page.OpenAsync($"/images/{id}");
        await page.GetByRole(AriaRole.Link, new() { Name = "Launch", Exact = true }).ClickAsync();
        await Expect(page.Offer(name)).ToBeCheckedAsync();
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Launch") }).ClickAsync();
        await Expect(page.Locator(".ph .st")).ToContainTextAsync("Running");
        var server = new Uri(page.Url).Segments[^1];
        Assert.Equal("ACTIVE", await person.BuiltAsync(server));
        Assert.Empty(notes.Errors);
        await person.DeleteServerAsync(server);
    }

    [Fact]
    public async Task A_rejected_image_tells_its_uploader_why()
    {
        var name = Uploads.Unique("rejected");
        var member = await fixture.NewUserAsync();
        using var person = await fixture.PersonAsync(member);
        var id = await person.UploadAsync(name, TestImages.Running("sleep 600"));
        var admin = await AdminAsync();
        await admin.OpenAsync($"/approvals?image={id}");

        await admin.GetByRole(AriaRole.Button, new() { Name = "Reject…" }).ClickAsync();
        var dialog = admin.GetByRole(AriaRole.Dialog);
        var reject = dialog.GetByRole(AriaRole.Button, new() { Name = "Reject", Exact = true });
        await Expect(reject).ToBeDisabledAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Say what it is for." }).ClickAsync();
        var reason = dialog.GetByLabel("Reason", new() { Exact = true });
        await Expect(reason).ToHaveValueAsync("Say what it is for.");
        await reason.FillAsync("Say what it is for. Use the base of the house.");
        await reject.ClickAsync();
        await Expect(admin.Review().GetByText("Rejected: Say what it is for. Use the base of the house.")).ToBeVisibleAsync();

        var (page, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsync(member.Name, member.Password);
        await page.OpenAsync($"/images/{id}");
        await Expect(page.GetByText("By admin: Say what it is for. Use the base of the house.")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Launch", Exact = true })).ToHaveCountAsync(0);
        var refused = await Assert.ThrowsAsync<CloudRefusedException>(() => person.BootAsync("no", id));
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Equal($"An administrator rejected Image '{name}': it cannot boot.", refused.Words);
    }

    [Fact]
    public async Task Revoking_tells_what_still_runs_from_the_image_and_from_then_on_it_no_longer_boots()
    {
        var name = Uploads.Unique("revoked");
        var member = await fixture.NewUserAsync();
        using var person = await fixture.PersonAsync(member);
        using var approver = await fixture.AdminAsync();
        var id = await person.UploadAsync(name, TestImages.Running("sleep 600"));
        await approver.ApproveAsync(id);
        var server = await person.BootAsync($"runs-{name}", id);
        Assert.Equal("ACTIVE", await person.BuiltAsync(server));
        var admin = await AdminAsync();
        await admin.OpenAsync($"/approvals?show=decided&image={id}");

        await admin.GetByRole(AriaRole.Button, new() { Name = "Revoke…" }).ClickAsync();
        var dialog = admin.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync("From now on no instance starts from it. What runs goes on until somebody stops it.");
        await Expect(dialog).ToContainTextAsync($"runs-{name}: running, {member.Name} in {member.Name}");
        var revoke = dialog.GetByRole(AriaRole.Button, new() { Name = "Revoke", Exact = true });
        await dialog.GetByLabel("Reason; the people who use it read it").FillAsync("A hole in its library.");
        await Expect(revoke).ToBeDisabledAsync();
        await dialog.GetByLabel($"Type {name} to go on").FillAsync(name);
        await revoke.ClickAsync();
        await Expect(admin.Review().GetByText("Revoked: A hole in its library.")).ToBeVisibleAsync();

        var refused = await Assert.ThrowsAsync<CloudRefusedException>(() => person.BootAsync("again", id));
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Equal($"An administrator withdrew the approval of Image '{name}': it no longer boots.", refused.Words);
        Assert.Equal("ACTIVE", await person.BuiltAsync(server));
        await person.DeleteServerAsync(server);
    }

    private async Task<IPage> AdminAsync()
    {
        var (page, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsAdminAsync(fixture);
        return page;
    }
}

file static class Places
{
    public static ILocator Review(this IPage page) => page.GetByRole(AriaRole.Region, new() { Name = "Review" });

    /// <summary>The image in the launch form.</summary>
    public static ILocator Offer(this IPage page, string image) => page.GetByRole(AriaRole.Radiogroup, new() { Name = "Image" }).GetByRole(AriaRole.Radio, new() { NameRegex = new(image) });
}
