using System.Text.RegularExpressions;
using EndToEnd.Browser;
using EndToEnd.Instances;
using Microsoft.Playwright;
using TestKit;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.RealCloud;

/// <summary>Two compute hosts of one Nova in one dashboard: the second is added in the browser.</summary>
[Collection(RealCloudCollection.Name)]
public sealed partial class RealHostsTests(RealCloudFixture fixture, BrowserFixture browser)
{
    [Fact]
    public async Task A_second_host_is_added_its_logs_meet_the_firsts_its_silence_is_named_and_it_is_removed()
    {
        // The way to the second host alone, which can be cut.
        await using var cable = new CuttingProxy(fixture.SecondHost);
        var door = $"https://{cable.Url.Authority}";
        var admin = await fixture.PersonAsync(RealCloudFixture.Admin);
        var image = await admin.ImageAsync(fixture.Image);
        var (here, there) = (Launched.Unique("here"), Launched.Unique("there"));
        await admin.OpenHostAsync("compute-2");
        var (hereId, thereId) = (await admin.RunAsync(here, image, Launched.Counting, "nova:localhost"), await admin.RunAsync(there, image, Launched.Counting, "north:compute-2"));
        await admin.CloseHostAsync("for the tests of several hosts", "compute-2");
        var (page, notes) = await browser.NewPageAsync(fixture.Url);
        await page.SignInAsync(RealCloudFixture.Admin, fixture.Password);

        // Before: a host that has no driver host here is Nova's alone.
        await page.OpenAsync($"/instances/{thereId}");
        await Expect(page.Foot()).ToContainTextAsync("Nova console");

        await AddAsync(page, door, "00000-00000-00000-00000");
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("The code is not this host's");
        await dialog.GetByLabel("Code").FillAsync(fixture.SecondHostCode);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Host compute-2" })).ToContainTextAsync("Engine answers");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Host localhost" })).ToContainTextAsync("Engine answers");

        await page.OpenAsync($"/logs?instances={hereId},{thereId}");
        var states = page.GetByRole(AriaRole.Group, new() { Name = "States of the logs" });
        foreach (var name in new[] { here, there })
        {
            await Expect(states.Locator(".log-source-state").Filter(new() { HasText = name })).ToContainTextAsync("live");
            await Expect(page.Locator(".log-row:visible .log-source").Filter(new() { HasText = name }).First).ToBeVisibleAsync();
        }

        await page.OpenAsync("/instances");
        await Expect(Row(page, there)).ToContainTextAsync("Running");
        cable.PullOut();
        await Expect(page.GetByText("No word from the driver host on compute-2.")).ToBeVisibleAsync();
        await Expect(page.Locator(".att").First).ToContainTextAsync($"1 instance is there: {there}.");
        await Expect(Row(page, here)).ToContainTextAsync("Running");
        cable.PutBack();
        await Expect(page.GetByText("No word from the driver host on compute-2.")).ToHaveCountAsync(0);

        await page.OpenAsync("/hosts");
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove compute-2" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Remove", Exact = true }).ClickAsync();
        await Expect(page.GetByText("compute-2 was removed.")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Host compute-2" })).ToHaveCountAsync(0);
        Assert.Empty(notes.Errors);
        await admin.DeleteAsync(hereId);
        await admin.DeleteAsync(thereId);
    }

    [Fact]
    public async Task Zones_are_offered_at_launch_while_there_are_several()
    {
        var (admin, demo) = (await fixture.PersonAsync(RealCloudFixture.Admin), await fixture.PersonAsync(RealCloudFixture.Demo));
        await admin.OpenHostAsync("compute-2");
        var name = Launched.Unique("north");
        var (page, notes) = await browser.NewPageAsync(fixture.Url);
        await page.SignInAsync(RealCloudFixture.Demo, fixture.Password);

        await page.OpenAsync("/launch");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
        await page.GetByLabel("Availability zone").SelectOptionAsync("north");
        await page.GetByRole(AriaRole.Button, new() { NameRegex = LaunchButton() }).ClickAsync();
        await Expect(page).ToHaveURLAsync(AnInstance());
        var id = new Uri(page.Url).Segments[^1];

        Assert.Equal("ACTIVE", await demo.BuiltAsync(id));
        Assert.Equal("north", await demo.ZoneAsync(id));
        await demo.DeleteAsync(id);
        await admin.CloseHostAsync("for the tests of several hosts", "compute-2");
        await page.OpenAsync("/launch");
        await Expect(page.GetByLabel("Name", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Availability zone")).ToHaveCountAsync(0);
        Assert.Empty(notes.Errors);
    }

    [Fact]
    public async Task An_image_is_fetched_ahead_on_the_hosts_of_an_aggregate()
    {
        var image = await (await fixture.PersonAsync(RealCloudFixture.Admin)).ImageAsync(fixture.Image);
        var (page, notes) = await browser.NewPageAsync(fixture.Url);
        await page.SignInAsync(RealCloudFixture.Admin, fixture.Password);
        await page.OpenAsync("/hosts");

        await page.GetByRole(AriaRole.Button, new() { Name = "Fetch an image ahead on rack-2" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Combobox).SelectOptionAsync(new SelectOptionValue { Value = image });
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Fetch", Exact = true }).ClickAsync();

        await Expect(page.Locator(".receipt")).ToContainTextAsync($"openstack aggregate cache image rack-2 {image}");
        Assert.Empty(notes.Errors);
    }

    [Fact]
    public async Task A_virtual_machine_of_the_same_cloud_shows_what_nova_tells_and_offers_no_more()
    {
        var admin = await fixture.PersonAsync(RealCloudFixture.Admin);
        var name = Launched.Unique("machine");
        await admin.OpenHostAsync("machines");
        var id = await admin.RunAsync(name, await admin.ImageAsync(fixture.Image), zone: "nova:machines");
        await admin.CloseHostAsync("for the tests of virtual machines", "machines");
        var (page, notes) = await browser.NewPageAsync(fixture.Url);
        await page.SignInAsync(RealCloudFixture.Admin, fixture.Password);

        await page.OpenAsync("/instances");
        await Expect(Row(page, name)).ToContainTextAsync("Running");
        await page.OpenAsync($"/instances/{id}");

        await Expect(page.Foot()).ToContainTextAsync("Nova console");
        await Expect(page.Log().GetByText("FAKE CONSOLE OUTPUT", new() { Exact = true })).ToBeVisibleAsync();
        var parts = page.GetByRole(AriaRole.Navigation, new() { Name = "Parts" });
        await Expect(parts.GetByRole(AriaRole.Link, new() { Name = "Log" })).ToBeVisibleAsync();
        foreach (var part in new[] { "Stats", "Processes", "Terminal", "Files", "Alerts" })
        {
            await Expect(parts.GetByRole(AriaRole.Link, new() { Name = part })).ToHaveCountAsync(0);
        }

        Assert.Empty(notes.Errors);
        await admin.DeleteAsync(id);
    }

    private static ILocator Row(IPage page, string name) => page.GetByRole(AriaRole.Row).Filter(new() { HasText = name });

    private static async Task AddAsync(IPage page, string address, string code)
    {
        await page.OpenAsync("/hosts");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a host…" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Address").FillAsync(address);
        await dialog.GetByLabel("Code").FillAsync(code);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
    }

    [GeneratedRegex("^Launch")]
    private static partial Regex LaunchButton();

    [GeneratedRegex("/instances/[0-9a-f-]{36}$")]
    private static partial Regex AnInstance();
}
