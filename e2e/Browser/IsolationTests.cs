using EndToEnd.Product;
using Microsoft.Playwright;
using TestKit;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Browser;

[Collection(ProductCollection.Name)]
public sealed class IsolationTests(ProductFixture fixture, BrowserFixture browser)
{
    [Fact]
    public async Task Another_projects_instances_images_and_logs_are_not_there()
    {
        var owner = await fixture.NewUserAsync();
        var stranger = await fixture.NewUserAsync();
        using var person = await fixture.PersonAsync(owner);
        var (instanceName, imageName) = ($"private-{owner.Name}", $"image-{owner.Name}");
        var image = await person.UploadAsync(imageName, TestImages.Running("sleep 1"));
        var instance = await person.BootAsync(instanceName, await person.ImageAsync("busybox"));
        var (page, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsync(stranger.Name, stranger.Password);

        await page.GotoAsync($"/instances/{instance}");
        await Expect(page.GetByText("There is no such instance here")).ToBeVisibleAsync();
        await page.GotoAsync($"/images/{image}");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("belong to another project");
        await page.OpenAsync("/instances");
        await Expect(page.Locator("main")).Not.ToContainTextAsync(instanceName);
        await page.OpenAsync("/images");
        await Expect(page.Locator("main")).Not.ToContainTextAsync(imageName);
        foreach (var path in new[] { $"/logs/{instance}", $"/logs/{instance}/download" })
        {
            Assert.Equal(404, (await page.APIRequest.GetAsync(path)).Status);
        }

        await person.DeleteServerAsync(instance);
    }

    [Fact]
    public async Task A_reader_sees_but_can_not_act()
    {
        var owner = await fixture.NewUserAsync();
        var reader = await fixture.NewUserAsync("reader", owner.ProjectId);
        using var person = await fixture.PersonAsync(owner);
        var name = $"seen-{owner.Name}";
        var instance = await person.BootAsync(name, await person.ImageAsync("busybox"));
        var (page, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsync(reader.Name, reader.Password);

        await page.OpenAsync("/launch");
        await Expect(page.GetByText("Your role may look, not launch")).ToBeVisibleAsync();
        await page.OpenAsync("/images/upload");
        await Expect(page.Locator("main input[type=file]")).ToHaveCountAsync(0);
        await page.OpenAsync($"/instances/{instance}");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = name })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = $"Actions of {name}" }).ClickAsync();
        var delete = page.GetByRole(AriaRole.Menuitem, new() { NameRegex = new("^Delete") });
        await Expect(delete).ToHaveAttributeAsync("aria-disabled", "true");
        await page.Keyboard.PressAsync("Escape");

        Assert.Contains(name, await person.ServersAsync());
        await person.DeleteServerAsync(instance);
    }
}
