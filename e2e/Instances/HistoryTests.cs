using EndToEnd.Browser;
using EndToEnd.Product;
using Microsoft.Playwright;
using TestKit;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Instances;

/// <summary>What lies behind the lines that a page loads, and what is left of an instance that was deleted.</summary>
[Collection(ProductCollection.Name)]
public sealed class HistoryTests(ProductFixture fixture, BrowserFixture browser)
{
    [Fact]
    public async Task All_history_is_searched_and_a_hit_or_a_link_opens_the_line_in_its_place()
    {
        var chatty = await Launched.NewAsync(fixture, "long", "awk 'BEGIN{for(i=1;i<=25000;i++) print \"step \" i}'; sleep 100000");
        var (page, notes) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsDemoAsync(fixture);
        await page.OpenAsync(chatty.Address);
        await Expect(page.Log().GetByText("step 25000", new() { Exact = true })).ToBeVisibleAsync();

        await page.GetByLabel("Log: filter lines").FillAsync("step 1234");
        await page.Keyboard.PressAsync("Control+Enter");
        var results = page.GetByRole(AriaRole.Region, new() { Name = "Found in everything that is kept" });
        await Expect(results).ToContainTextAsync("11 of 25,000 lines");
        await results.Locator(".log-row:visible").Filter(new() { HasText = "step 1234" }).Last.ClickAsync();

        await Expect(page.Log().Locator(".log-current")).ToContainTextAsync("step 1234");

        var cursor = await page.EvaluateAsync<string>("async id => JSON.parse((await (await fetch(`/logs/${id}/search?q=step%2077&limit=1000`)).text()).split('\\n').find(l => l.includes('\"step 77\"'))).match.cursor", chatty.Id);
        await page.OpenAsync($"{chatty.Address}?tab=log&line={cursor}");
        await Expect(page.Log().GetByText("step 77", new() { Exact = true })).ToBeVisibleAsync();
        Assert.Empty(notes.Errors);
    }

    [Fact]
    public async Task The_first_line_of_a_long_log_is_one_key_away()
    {
        var chatty = await Launched.NewAsync(fixture, "first", "awk 'BEGIN{for(i=1;i<=25000;i++) print \"step \" i}'; sleep 100000");
        var (page, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsDemoAsync(fixture);
        await page.OpenAsync(chatty.Address);
        await Expect(page.Log().GetByText("step 25000", new() { Exact = true })).ToBeVisibleAsync();

        await page.Log().FocusAsync();
        await page.Keyboard.PressAsync("Home");
        await Expect(page.Log().GetByText("step 1", new() { Exact = true })).ToBeVisibleAsync();

        await page.Keyboard.PressAsync("End");
        await Expect(page.Log().GetByText("step 25000", new() { Exact = true })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_deleted_instance_keeps_its_log_and_its_end()
    {
        var crashed = await Launched.NewAsync(fixture, "crashed", "echo 'PANIC no config'; exit 3", ends: true);
        var (page, notes) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsDemoAsync(fixture);
        using (var demo = await fixture.DemoAsync())
        {
            await demo.DeleteServerAsync(crashed.Id);
            // In the background; the page looks once.
            await Patience.UntilAsync(async () => !(await demo.ServersAsync()).Contains(crashed.Name));
        }

        var axe = new AxeLook(page);
        await page.OpenAsync("/instances/gone");
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = crashed.Name })).ToContainTextAsync("code 3");
        await axe.LookAsync("recently gone");
        await page.GetByRole(AriaRole.Link, new() { Name = crashed.Name }).ClickAsync();

        await Expect(page.GetByText("Deleted", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(page.Log().GetByText("PANIC no config")).ToBeVisibleAsync();
        await Expect(page.Foot()).ToContainTextAsync("ended (deleted)");
        await axe.LookAsync("gone instance");
        axe.FoundNothing();
        Assert.Empty(notes.Errors);
    }
}
