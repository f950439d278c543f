using System.Text.RegularExpressions;
using EndToEnd.Browser;
using EndToEnd.Instances;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.RealCloud;

/// <summary>The life of an instance that a real Nova looks after and our driver host runs.</summary>
[Collection(RealCloudCollection.Name)]
public sealed partial class RealInstanceTests(RealCloudFixture fixture, BrowserFixture browser)
{
    [Fact]
    public async Task An_instance_launched_from_an_approved_image_says_what_it_does_stops_starts_and_goes()
    {
        var name = Launched.Unique("life");
        var (page, notes) = await SignedInAsync();
        await page.OpenAsync("/launch");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
        await page.GetByRole(AriaRole.Button, new() { Name = "Command and environment" }).ClickAsync();
        await page.GetByLabel("Command", new() { Exact = true }).FillAsync($"sh -c '{Launched.Counting}'");
        await page.GetByRole(AriaRole.Button, new() { NameRegex = LaunchButton() }).ClickAsync();

        await Expect(page).ToHaveURLAsync(AnInstance());
        await Expect(State(page)).ToContainTextAsync("Running");
        var seen = await page.NewestAsync();
        await Expect(page.Log().GetByText($"line {seen + 5}", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(page.Foot()).ToContainTextAsync("live");

        await page.GetByRole(AriaRole.Button, new() { Name = "Stop", Exact = true }).ClickAsync();
        await Expect(State(page)).ToContainTextAsync("Exited · stopped");
        await page.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true }).ClickAsync();
        await Expect(State(page)).ToContainTextAsync("Running");

        await page.GetByRole(AriaRole.Button, new() { Name = "Actions of" }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Delete" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        await Expect(page.GetByText($"{name} was deleted.")).ToBeVisibleAsync();
        await page.OpenAsync("/instances/gone");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = name })).ToBeVisibleAsync();
        Assert.Empty(notes.Errors);
    }

    [Fact]
    public async Task A_snapshot_boots_with_what_was_written()
    {
        var demo = await fixture.PersonAsync(RealCloudFixture.Demo);
        var origin = await demo.RunAsync(Launched.Unique("origin"), await demo.ImageAsync(fixture.Image));
        var snapshot = Launched.Unique("snap");
        var (page, _) = await SignedInAsync();
        await page.OpenAsync($"/instances/{origin}");
        await Expect(page.Log().GetByText("new", new() { Exact = true })).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Snapshot", Exact = true }).ClickAsync();
        await page.GetByLabel("Name of the new image").FillAsync(snapshot);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create snapshot" }).ClickAsync();
        await Expect(page.GetByText($"Snapshot {snapshot} is ready.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Launch from it" }).ClickAsync();
        await Expect(page.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync(snapshot);
        await page.GetByRole(AriaRole.Button, new() { NameRegex = LaunchButton() }).ClickAsync();

        await Expect(page.GetByText("managed snapshot, taken by the driver host")).ToBeVisibleAsync();
        await Expect(page.Log().GetByText("marked", new() { Exact = true })).ToBeVisibleAsync();
        await demo.DeleteAsync(new Uri(page.Url).Segments[^1]);
        await demo.DeleteAsync(origin);
    }

    [Fact]
    public async Task While_the_driver_host_is_out_of_reach_the_page_says_so_and_shows_novas_console()
    {
        var demo = await fixture.PersonAsync(RealCloudFixture.Demo);
        var id = await demo.RunAsync(Launched.Unique("away"), await demo.ImageAsync(fixture.Image), Launched.Counting);
        var (page, _) = await SignedInAsync();
        fixture.DriverHost.PullOut();
        try
        {
            await page.OpenAsync($"/instances/{id}");

            await Expect(page.GetByText("The driver host does not answer. This is Nova's word")).ToBeVisibleAsync();
            await Expect(page.Foot()).ToContainTextAsync("Nova console, refreshed every 5 s, not live");
            var seen = await page.NewestAsync();
            await Expect(page.Log().GetByText($"line {seen + 1}", new() { Exact = true })).ToBeVisibleAsync();
        }
        finally
        {
            fixture.DriverHost.PutBack();
        }

        await Expect(page.Foot()).ToContainTextAsync("live · complete");
        await Expect(page.GetByText("This is Nova's word")).ToHaveCountAsync(0);
        // The log itself again, from its first line and without the console's lines between.
        var numbers = await page.NumbersAsync();
        Assert.Equal(Enumerable.Range(1, numbers.Max), numbers);
        await demo.DeleteAsync(id);
    }

    [Fact]
    public async Task A_reader_sees_the_project_and_is_told_why_nothing_can_be_changed()
    {
        var demo = await fixture.PersonAsync(RealCloudFixture.Demo);
        var id = await demo.RunAsync(Launched.Unique("looked-at"), await demo.ImageAsync(fixture.Image));
        var reader = await fixture.NewUserAsync("reader");
        var (page, _) = await browser.NewPageAsync(fixture.Url);
        await page.SignInAsync(reader.Name, reader.Password);

        await page.OpenAsync("/launch");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Your role may look, not launch" })).ToBeVisibleAsync();
        await page.OpenAsync($"/instances/{id}");

        await Expect(page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Stop ?: Your role may look, not change") })).ToHaveAttributeAsync("aria-disabled", "true");
        await Expect(page.Foot()).ToContainTextAsync("live");
        await demo.DeleteAsync(id);
    }

    private static ILocator State(IPage page) => page.Locator(".ph .st");

    private async Task<(IPage Page, PageNotes Notes)> SignedInAsync()
    {
        var (page, notes) = await browser.NewPageAsync(fixture.Url);
        await page.SignInAsync(RealCloudFixture.Demo, fixture.Password);
        return (page, notes);
    }

    [GeneratedRegex("^Launch")]
    private static partial Regex LaunchButton();

    [GeneratedRegex("/instances/[0-9a-f-]{36}$")]
    private static partial Regex AnInstance();
}
