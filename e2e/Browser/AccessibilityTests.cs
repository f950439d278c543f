using EndToEnd.Instances;
using EndToEnd.Product;
using Microsoft.Playwright;
using TestKit;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Browser;

/// <summary>axe finds nothing serious or critical on any page or in what opens over it. A new page needs a line here; those of instances are in InstanceAccessibilityTests.</summary>
[Collection(ProductCollection.Name)]
public sealed class AccessibilityTests(ProductFixture fixture, BrowserFixture browser)
{
    [Fact]
    public async Task Axe_finds_what_is_there_to_find()
    {
        var (page, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        var axe = new AxeLook(page);

        await page.SetContentAsync("<html lang=en><title>x</title><main><img src=x></main></html>");
        await axe.LookAsync("a page with an image that says nothing");

        Assert.Contains("image-alt", Assert.ThrowsAny<Exception>(axe.FoundNothing).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1440)]
    [InlineData(ColorScheme.Dark, 1440)]
    [InlineData(ColorScheme.Light, 390)]
    public async Task Axe_finds_nothing_serious_from_the_sign_in_to_the_first_launch(ColorScheme scheme, int width)
    {
        var user = await fixture.NewUserAsync();
        using var person = await fixture.PersonAsync(user);
        var (page, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl, scheme, width);
        var axe = new AxeLook(page);

        await page.GotoAsync("/sign-in");
        await axe.LookAsync("sign-in");
        await page.FillSignInAsync(user.Name, "wrong");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Not signed in.");
        await axe.LookAsync("sign-in refused");
        await page.SignInAsync(user.Name, user.Password);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Start your first container" })).ToBeVisibleAsync();
        await axe.LookAsync("empty overview");

        await page.OpenAsync("/launch");
        await Expect(page.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync("busybox");
        await axe.LookAsync("launch");
        foreach (var fold in new[] { "Command and environment", "Network and access", "Description" })
        {
            await page.GetByRole(AriaRole.Button, new() { Name = fold }).ClickAsync();
        }

        await page.GetByLabel("Environment", new() { Exact = true }).FillAsync("no equals sign");
        await page.GetByLabel("How many").FillAsync("90");
        await Expect(page.GetByText("Line 1:").First).ToBeVisibleAsync();
        await axe.LookAsync("launch, opened, with errors");

        await page.OpenAsync("/api-access");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("nightly");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create", Exact = true }).ClickAsync();
        await Expect(page.GetByText("nightly is made.")).ToBeVisibleAsync();
        await axe.LookAsync("API access");
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete nightly" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await axe.LookAsync("API access, dialog");

        await person.BootAsync("seen", await person.ImageAsync("busybox"));
        await page.OpenAsync("/");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Newest instances" })).ToContainTextAsync("Running");
        await axe.LookAsync("overview");

        await page.OpenAsync("/no-such-page");
        await axe.LookAsync("not found");

        axe.FoundNothing();
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1440)]
    [InlineData(ColorScheme.Dark, 1440)]
    [InlineData(ColorScheme.Light, 390)]
    public async Task Axe_finds_nothing_serious_on_the_pages_of_images_approvals_and_hosts(ColorScheme scheme, int width)
    {
        using var admin = await fixture.AdminAsync();
        using var member = await fixture.PersonAsync(await fixture.NewUserAsync());
        var name = Launched.Unique("axe");
        var approved = await admin.UploadAsync($"{name}:1", TestImages.Running("sleep 100000", $"{name}:1"));
        var waiting = await member.UploadAsync($"{name}:2", TestImages.Running("echo changed; sleep 100000", $"{name}:2"), ("docker_request_note", "A newer one"));
        var (page, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl, scheme, width);
        var axe = new AxeLook(page);
        await page.SignInAsAdminAsync(fixture);

        await page.OpenAsync("/images");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = $"{name}:1", Exact = true })).ToBeVisibleAsync();
        await axe.LookAsync("images");
        await page.GetByRole(AriaRole.Button, new() { Name = $"Actions of {name}:1" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Menu)).ToBeVisibleAsync();
        await axe.LookAsync("images, menu");
        foreach (var image in new[] { approved, waiting })
        {
            await page.OpenAsync($"/images/{image}");
            await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Layers" })).ToBeVisibleAsync();
            await axe.LookAsync("image");
        }

        await page.OpenAsync("/images/upload");
        await axe.LookAsync("upload");
        await page.GetByLabel("Archive").SetInputFilesAsync(new FilePayload { Name = "notes.tar", MimeType = "application/x-tar", Buffer = "These are no layers."u8.ToArray() });
        await Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await axe.LookAsync("upload, wrong file");

        await page.OpenAsync("/approvals");
        await Expect(page.GetByRole(AriaRole.Complementary, new() { Name = "Queue" }).GetByRole(AriaRole.Link, new() { Name = $"{name}:2" })).ToBeVisibleAsync();
        await page.GetByText("What enforces this").ClickAsync();
        await axe.LookAsync("approvals, queue");
        await page.GetByRole(AriaRole.Link, new() { Name = $"{name}:2" }).First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Changes since" })).ToBeVisibleAsync();
        await axe.LookAsync("approvals, review");
        foreach (var decision in new[] { "Approve…", "Reject…" })
        {
            await page.GetByRole(AriaRole.Button, new() { Name = decision, Exact = true }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
            await axe.LookAsync($"approvals, {decision}");
            await page.Keyboard.PressAsync("Escape");
            await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        }

        await page.OpenAsync("/approvals?show=decided");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = $"{name}:1" }).First).ToBeVisibleAsync();
        await axe.LookAsync("approvals, decided");

        await page.OpenAsync("/hosts");
        await Expect(page.GetByText("Engine answers")).ToBeVisibleAsync();
        await axe.LookAsync("hosts");
        await page.GetByRole(AriaRole.Button, new() { Name = "Disable nova-compute on" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await axe.LookAsync("hosts, dialog");

        axe.FoundNothing();
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1440)]
    [InlineData(ColorScheme.Dark, 1440)]
    [InlineData(ColorScheme.Light, 390)]
    public async Task Axe_finds_nothing_serious_in_what_opens_over_every_page(ColorScheme scheme, int width)
    {
        var (page, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl, scheme, width);
        await page.SignInAsDemoAsync(fixture);
        var axe = new AxeLook(page);

        foreach (var (opener, shown) in new[] { (".proj", "#project-menu"), ("[popovertarget=theme-menu]", "#theme-menu"), ("[popovertarget=account-menu]", "#account-menu") })
        {
            await page.Locator(opener).ClickAsync();
            await Expect(page.Locator(shown)).ToBeVisibleAsync();
            await axe.LookAsync(shown);
            await page.Keyboard.PressAsync("Escape");
            await Expect(page.Locator(shown)).ToBeHiddenAsync();
        }

        await page.Keyboard.PressAsync("Control+k");
        await Expect(page.GetByRole(AriaRole.Combobox, new() { Name = "Search or run a command" })).ToBeFocusedAsync();
        await axe.LookAsync("palette");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("#palette")).ToBeHiddenAsync();
        if (width < 600)
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Menu", Exact = true }).ClickAsync();
            await axe.LookAsync("menu");
        }

        await page.GetByRole(AriaRole.Button, new() { Name = "for shortcuts" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog, new() { Name = "Keyboard shortcuts" })).ToBeVisibleAsync();
        await axe.LookAsync("shortcuts");

        axe.FoundNothing();
    }
}
