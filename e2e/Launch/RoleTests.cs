using System.Text.RegularExpressions;
using EndToEnd.Browser;
using EndToEnd.Instances;
using EndToEnd.Product;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Launch;

/// <summary>What a reader may not do is not offered, or says why; what only an administrator does.</summary>
[Collection(ProductCollection.Name)]
public sealed class RoleTests(ProductFixture fixture, BrowserFixture browser)
{
    private const string WhyNot = "Your role may look, not change. Ask for the member role.";

    [Fact]
    public async Task A_reader_sees_the_project_and_is_told_why_nothing_can_be_changed()
    {
        var member = await fixture.NewUserAsync();
        using var person = await fixture.PersonAsync(member);
        var reader = await fixture.NewUserAsync("reader", member.ProjectId);
        var (page, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsync(reader.Name, reader.Password);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Nothing runs here yet" })).ToBeVisibleAsync();
        await Expect(page.GetByText("Launching needs the role member")).ToBeVisibleAsync();

        await page.OpenAsync("/launch");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Your role may look, not launch" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Launch", Exact = true })).ToHaveCountAsync(0);

        var id = await person.BootAsync("looked-at", await person.ImageAsync("busybox"));
        await page.OpenAsync("/instances");
        var row = page.Row("looked-at");
        await Expect(row).ToContainTextAsync("Running");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Launch", Exact = true })).ToHaveAttributeAsync("aria-disabled", "true");
        foreach (var action in new[] { "Restart", "Snapshot" })
        {
            await Expect(row.GetByRole(AriaRole.Button, new() { NameRegex = Refused(action) })).ToHaveAttributeAsync("aria-disabled", "true");
        }

        await row.GetByRole(AriaRole.Checkbox).CheckAsync();
        foreach (var action in new[] { "Start", "Stop", "Restart", "Delete" })
        {
            await Expect(page.GetByRole(AriaRole.Button, new() { NameRegex = Refused($"{action} 0") })).ToHaveAttributeAsync("aria-disabled", "true");
        }

        await row.GetByRole(AriaRole.Button, new() { Name = "Actions of" }).ClickAsync();
        foreach (var item in await page.GetByRole(AriaRole.Menu).GetByRole(AriaRole.Menuitem).AllAsync())
        {
            await Expect(item).ToHaveAttributeAsync("aria-disabled", "true");
            await Expect(item).ToContainTextAsync(WhyNot);
        }

        await page.OpenAsync($"/instances/{id}");
        await Expect(page.GetByRole(AriaRole.Button, new() { NameRegex = Refused("Stop") })).ToHaveAttributeAsync("aria-disabled", "true");
        await Expect(page.Foot()).ToContainTextAsync("live");
    }

    [Fact]
    public async Task An_administrator_sees_the_host_closes_it_with_a_reason_and_opens_it_again()
    {
        var (page, notes) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsAdminAsync(fixture);
        await page.OpenAsync("/hosts");
        await Expect(page.GetByText("Engine answers")).ToBeVisibleAsync();
        await Expect(page.GetByText("System call filter", new() { Exact = true })).ToBeVisibleAsync();
        var service = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "nova-compute" });
        await Expect(service).ToContainTextAsync("Up");

        await service.GetByRole(AriaRole.Button, new() { Name = "Disable nova-compute on" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync("No other host takes instances: nothing is launched until this one is enabled again.");
        await Expect(dialog.GetByRole(AriaRole.Button, new() { Name = "Disable", Exact = true })).ToBeDisabledAsync();
        await dialog.GetByLabel("Reason, for the other administrators").FillAsync("new disk");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Disable", Exact = true }).ClickAsync();
        await Expect(service).ToContainTextAsync("new disk");
        await Expect(page.GetByText("openstack compute service set --disable --disable-reason 'new disk'")).ToBeVisibleAsync();
        await page.OpenAsync("/launch");
        await Expect(page.GetByText("No host takes instances")).ToHaveCountAsync(2);
        await Expect(page.GetByText("is disabled: new disk")).ToBeVisibleAsync();
        await page.OpenAsync("/hosts");

        await service.GetByRole(AriaRole.Button, new() { Name = "Enable nova-compute on" }).ClickAsync();
        await Expect(service.GetByRole(AriaRole.Cell, new() { Name = "Enabled", Exact = true })).ToBeVisibleAsync();
        Assert.Empty(notes.Errors);
    }

    /// <summary>A button's name that begins with the action and ends with the reason.</summary>
    private static Regex Refused(string action) => new($"^{action}\\b.*{Regex.Escape(WhyNot)}$");
}
