using System.Text.RegularExpressions;
using EndToEnd.Browser;
using EndToEnd.Instances;
using EndToEnd.Product;
using Microsoft.Playwright;
using TestKit;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Launch;

[Collection(ProductCollection.Name)]
public sealed partial class LaunchTests(ProductFixture fixture, BrowserFixture browser)
{
    [Fact]
    public async Task The_first_launch_from_an_empty_project_ends_at_the_running_instance()
    {
        var user = await fixture.NewUserAsync();
        var (page, notes) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsync(user.Name, user.Password);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Start your first container" })).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "Launch busybox", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Ready to launch" })).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync("busybox");
        await page.Keyboard.PressAsync("Control+Enter");

        await Expect(page).ToHaveURLAsync(AnInstance());
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "busybox", Level = 1 })).ToBeVisibleAsync();
        await Expect(page.Locator(".ph .st")).ToContainTextAsync("Running");
        await page.OpenAsync("/");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Newest instances" })).ToContainTextAsync("Running");
        Assert.Empty(notes.Errors);
        Assert.Empty(notes.Foreign);
    }

    [Fact]
    public async Task A_launch_whose_boot_fails_keeps_the_form_says_why_and_offers_to_delete_what_is_left()
    {
        var user = await fixture.NewUserAsync();
        using var person = await fixture.PersonAsync(user);
        var (page, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsync(user.Name, user.Password);
        await page.OpenAsync("/launch");
        var name = page.GetByLabel("Name", new() { Exact = true });
        var command = page.GetByLabel("Command", new() { Exact = true });
        await name.FillAsync("does not start");
        await page.GetByRole(AriaRole.Button, new() { Name = "Command and environment" }).ClickAsync();
        await command.FillAsync("no-such-program --x");
        await Expect(page.GetByLabel("The same as a command")).ToContainTextAsync("docker:command=[\"no-such-program\",\"--x\"]");

        await page.GetByRole(AriaRole.Button, new() { Name = "Launch", Exact = true }).ClickAsync();

        var alert = page.GetByRole(AriaRole.Alert);
        await Expect(alert).ToContainTextAsync("Not launched.");
        await Expect(alert).ToContainTextAsync("The image has no program no-such-program");
        await Expect(alert).ToContainTextAsync("Change the command, then launch again.");
        await Expect(name).ToHaveValueAsync("does not start");
        await Expect(command).ToHaveValueAsync("no-such-program --x");
        await Expect(command).ToBeFocusedAsync();
        Assert.Equal(["does not start"], await person.ServersAsync());
        await alert.GetByRole(AriaRole.Button, new() { Name = "Delete the failed instance" }).ClickAsync();
        await Expect(alert).ToContainTextAsync("What failed is deleted.");
        await Patience.UntilAsync(async () => (await person.ServersAsync()).Count == 0);
    }

    [Fact]
    public async Task A_launch_over_the_quota_is_not_offered_and_says_what_to_do()
    {
        var user = await fixture.NewUserAsync();
        using var admin = await fixture.AdminAsync();
        await admin.LimitInstancesAsync(user.ProjectId!, 1);
        var (page, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsync(user.Name, user.Password);
        await page.OpenAsync("/launch");
        var launch = page.GetByRole(AriaRole.Button, new() { Name = "Launch", Exact = true });
        await Expect(launch).Not.ToHaveAttributeAsync("aria-disabled", "true");

        await page.GetByLabel("How many").FillAsync("3");

        await Expect(page.GetByText("instances: 2 over 1. An operator can raise it.")).ToBeVisibleAsync();
        await Expect(launch).ToHaveAttributeAsync("aria-disabled", "true");
        await Expect(launch).ToHaveAccessibleDescriptionAsync("Over quota");
        await page.GetByRole(AriaRole.Button, new() { Name = "Launch 1", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Ready to launch" })).ToBeVisibleAsync();
        await Expect(launch).Not.ToHaveAttributeAsync("aria-disabled", "true");
    }

    [Fact]
    public async Task A_snapshot_is_taken_and_launched_from_in_the_browser()
    {
        var user = await fixture.NewUserAsync();
        using var person = await fixture.PersonAsync(user);
        var origin = await person.BootAsync("origin", await person.ImageAsync("busybox"), ("docker:command", """["/bin/busybox","sh","-c","echo kept > /kept; sleep 100000"]"""));
        var (page, notes) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsync(user.Name, user.Password);
        await page.OpenAsync($"/instances/{origin}");
        await Expect(page.Locator(".ph .st")).ToContainTextAsync("Running");

        await page.GetByRole(AriaRole.Button, new() { Name = "Snapshot", Exact = true }).ClickAsync();
        await page.GetByLabel("Name of the new image").FillAsync("second");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create snapshot" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Launch from it" }).ClickAsync();
        await Expect(page.GetByText("Image is a managed snapshot")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync("second");
        await page.GetByRole(AriaRole.Button, new() { Name = "Command and environment" }).ClickAsync();
        await page.GetByLabel("Command", new() { Exact = true }).FillAsync("""/bin/busybox sh -c "cat /kept; sleep 100000" """);
        await page.GetByRole(AriaRole.Button, new() { Name = "Launch", Exact = true }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "second", Level = 1 })).ToBeVisibleAsync();
        await Expect(page.Log().GetByText("kept", new() { Exact = true })).ToBeVisibleAsync();
        Assert.Empty(notes.Errors);
    }

    [GeneratedRegex("/instances/[0-9a-f-]{36}$")]
    private static partial Regex AnInstance();
}
