using EndToEnd.Browser;
using EndToEnd.Product;
using Microsoft.Playwright;
using TestKit;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Instances;

[Collection(ProductCollection.Name)]
public sealed class InstanceTests(ProductFixture fixture, BrowserFixture browser)
{
    [Fact]
    public async Task Stopping_and_starting_from_the_list_changes_the_row_in_place()
    {
        var one = await Launched.NewAsync(fixture, "power", "sleep 100000");
        var (page, notes) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsDemoAsync(fixture);
        await page.OpenAsync($"/instances?q={one.Name}");
        await Expect(page.Row(one.Name)).ToContainTextAsync("Running");

        await page.Row(one.Name).GetByRole(AriaRole.Checkbox).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Stop 1" }).ClickAsync();
        await Expect(page.Row(one.Name)).ToContainTextAsync("Exited · stopped");
        await page.Row(one.Name).GetByRole(AriaRole.Button, new() { Name = "Actions of" }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Start", Exact = true }).ClickAsync();

        await Expect(page.Row(one.Name)).ToContainTextAsync("Running");
        Assert.Empty(notes.Errors);
    }

    [Fact]
    public async Task A_container_that_dies_is_no_longer_green_within_a_second_of_the_engines_event()
    {
        var (page, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsDemoAsync(fixture);
        // A busy machine is late now and then, a page that asks every few seconds nearly always: the best of five counts.
        var late = TimeSpan.MaxValue;
        for (var i = 0; i < 5 && late > TimeSpan.FromSeconds(1); i++)
        {
            late = await DieAsync(page);
        }

        Assert.InRange(late, TimeSpan.FromMilliseconds(-50), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_snapshot_is_followed_until_it_is_ready_and_boots_with_what_was_written()
    {
        var origin = await Launched.NewAsync(fixture, "origin", "echo kept > /kept; sleep 100000");
        var image = Launched.Unique("snap");
        var (page, notes) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsDemoAsync(fixture);
        await page.OpenAsync(origin.Address);

        await page.GetByRole(AriaRole.Button, new() { Name = "Snapshot", Exact = true }).ClickAsync();
        await page.GetByLabel("Name of the new image").FillAsync(image);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create snapshot" }).ClickAsync();

        await Expect(page.GetByText($"Snapshot {image} is ready.")).ToBeVisibleAsync();
        var copy = await Launched.NewAsync(fixture, "copy", "cat /kept; sleep 100000", image);
        await page.OpenAsync(copy.Address);
        await Expect(page.Log().GetByText("kept", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(page.GetByText("managed snapshot, taken by the driver host")).ToBeVisibleAsync();
        Assert.Empty(notes.Errors);
    }

    [Fact]
    public async Task Deleting_asks_first_says_what_is_lost_and_then_the_row_and_the_container_go()
    {
        var one = await Launched.NewAsync(fixture, "deleted", "sleep 100000");
        var container = await Written.ContainerOfAsync(fixture, one);
        var (page, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsDemoAsync(fixture);
        await page.OpenAsync("/instances");
        await page.Row(one.Name).GetByRole(AriaRole.Button, new() { Name = "Actions of" }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Delete" }).ClickAsync();

        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync($"Delete {one.Name}?");
        await Expect(dialog).ToContainTextAsync("Lost for good: every file written since the start, and the log.");
        await Expect(dialog.GetByRole(AriaRole.Button, new() { Name = "Snapshot first" })).ToBeVisibleAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();

        await Expect(page.Row(one.Name)).ToHaveCountAsync(0);
        Assert.DoesNotContain(container, await Engine.ContainersAsync(fixture.Product.DataPath));
    }

    [Fact]
    public async Task An_instance_launched_elsewhere_appears_without_a_reload()
    {
        await Launched.NewAsync(fixture, "there", "sleep 100000");
        var (page, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsDemoAsync(fixture);
        await page.OpenAsync("/instances");
        await Expect(page.GetByRole(AriaRole.Table, new() { Name = "Instances" })).ToBeVisibleAsync();

        var added = await Launched.NewAsync(fixture, "added", "sleep 100000");

        await Expect(page.Row(added.Name)).ToContainTextAsync("Running");
    }

    /// <summary>How long after its end an instance's row says so.</summary>
    private async Task<TimeSpan> DieAsync(IPage page)
    {
        var one = await Launched.NewAsync(fixture, "dies", "sleep 100000");
        var container = await Written.ContainerOfAsync(fixture, one);
        await page.OpenAsync($"/instances?q={one.Name}");
        await Expect(page.Row(one.Name)).ToContainTextAsync("Running");
        var seen = page.EvaluateAsync<double>(
            """
            id => new Promise(done => {
              const row = document.querySelector(`tr[data-instance="${id}"]`);
              const look = () => row.textContent.includes('Exited') && (watch.disconnect(), done(Date.now()));
              const watch = new MutationObserver(look);
              watch.observe(row, { subtree: true, childList: true, characterData: true });
              look();
            })
            """,
            one.Id);

        await Engine.DockerAsync("kill", container);

        var shown = DateTimeOffset.FromUnixTimeMilliseconds((long)await seen.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        var ended = DateTimeOffset.Parse(await Engine.DockerAsync("inspect", "-f", "{{.State.FinishedAt}}", container), System.Globalization.CultureInfo.InvariantCulture);
        return shown - ended;
    }
}
