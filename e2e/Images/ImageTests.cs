using System.Net;
using EndToEnd.Browser;
using EndToEnd.Product;
using Microsoft.Playwright;
using TestKit;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Images;

[Collection(ProductCollection.Name)]
public sealed class ImageTests(ProductFixture fixture, BrowserFixture browser)
{
    [Fact]
    public async Task Another_project_does_not_see_an_image_and_a_reader_sees_it_but_can_not_change_it()
    {
        var name = Uploads.Unique("seen");
        var member = await fixture.NewUserAsync();
        var reader = await fixture.NewUserAsync("reader", member.ProjectId);
        using var person = await fixture.PersonAsync(member);
        using var looking = await fixture.PersonAsync(reader);
        using var stranger = await fixture.PersonAsync(await fixture.NewUserAsync());
        var id = await person.UploadAsync(name, TestImages.Running("true"));
        var (page, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsync(reader.Name, reader.Password);

        await page.OpenAsync("/images");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true })).ToBeVisibleAsync();
        await Expect(page.UploadButton()).ToHaveAttributeAsync("aria-disabled", "true");
        await Expect(page.GetByText("Your role may look, not upload")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = $"Actions of {name}" }).ClickAsync();
        var delete = page.GetByRole(AriaRole.Menuitem, new() { NameRegex = new("^Delete") });
        await Expect(delete).ToHaveAttributeAsync("aria-disabled", "true");
        await Expect(delete).ToContainTextAsync("Your role may look, not delete.");

        var upload = await Assert.ThrowsAsync<CloudRefusedException>(() => looking.UploadAsync("mine", TestImages.Running("true")));
        var deletion = await Assert.ThrowsAsync<CloudRefusedException>(() => looking.DeleteImageAsync(id));
        var hidden = await Assert.ThrowsAsync<CloudRefusedException>(() => stranger.DeleteImageAsync(id));
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.NotFound), (upload.Status, deletion.Status, hidden.Status));
        Assert.Empty(await stranger.ImagesAsync(name));
        Assert.Single(await person.ImagesAsync(name));
    }

    [Fact]
    public async Task An_image_is_deleted_after_its_loss_was_told()
    {
        var name = Uploads.Unique("deleted");
        var member = await fixture.NewUserAsync();
        using var person = await fixture.PersonAsync(member);
        await person.UploadAsync(name, TestImages.Running("true"));
        var (page, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsync(member.Name, member.Password);
        await page.OpenAsync("/images");

        await page.GetByRole(AriaRole.Button, new() { Name = $"Actions of {name}" }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Delete…" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync($"Delete {name}?");
        await Expect(dialog).ToContainTextAsync("are lost, and nobody launches it again.");
        await Expect(dialog).ToContainTextAsync("No instance that you can see was made from it.");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel", Exact = true }).ClickAsync();
        Assert.Single(await person.ImagesAsync(name));
        await page.GetByRole(AriaRole.Button, new() { Name = $"Actions of {name}" }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Delete…" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true })).ToHaveCountAsync(0);
        Assert.Empty(await person.ImagesAsync(name));
    }
}
