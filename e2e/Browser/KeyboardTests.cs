using EndToEnd.Product;
using Microsoft.Playwright;
using TestKit;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Browser;

[Collection(ProductCollection.Name)]
public sealed class KeyboardTests(ProductFixture fixture, BrowserFixture browser)
{
    [Fact]
    public async Task The_first_link_of_every_page_leads_past_the_menus_to_the_content()
    {
        var (page, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsDemoAsync(fixture);
        var skip = page.GetByRole(AriaRole.Link, new() { Name = "Skip to the content" });

        Assert.True(await page.EvaluateAsync<bool>("() => document.querySelector('a[href], button, input, select, textarea, [tabindex=\"0\"]').matches('.skip')"));
        await skip.FocusAsync();
        await Expect(skip).ToBeInViewportAsync();
        await page.Keyboard.PressAsync("Enter");

        await Expect(page.Locator("main")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Focus_is_seen_on_everything_that_the_tab_key_reaches()
    {
        var (page, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsDemoAsync(fixture);
        await page.EvaluateAsync("() => document.activeElement.blur()");

        var unseen = new List<string>();
        for (var i = 0; i < 18; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            var ring = await page.EvaluateAsync<string>("() => { const e = document.activeElement, s = getComputedStyle(e); return e === document.body || s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 1 || s.boxShadow !== 'none' ? '' : e.outerHTML.slice(0, 120); }");
            unseen.AddRange(ring.Length > 0 ? [ring] : []);
        }

        Assert.Empty(unseen);
    }

    [Fact]
    public async Task Keys_lead_to_pages_and_the_question_mark_lists_them()
    {
        var (page, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsDemoAsync(fixture);

        var images = page.GetByRole(AriaRole.Heading, new() { Name = "Images", Level = 1 });
        // The first key is forgotten after a moment: on a busy machine before the second comes.
        await Patience.UntilAsync(async () =>
        {
            await page.Keyboard.PressAsync("g");
            await page.Keyboard.PressAsync("m");
            return await images.IsVisibleAsync();
        });
        await Expect(page.GetByLabel("Filter images")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("?");

        var help = page.GetByRole(AriaRole.Dialog, new() { Name = "Keyboard shortcuts" });
        await Expect(help).ToContainTextAsync("On this page");
        await Expect(help).ToContainTextAsync("G I");
        await help.GetByLabel("Single keys work while no field has the focus").UncheckAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(help).ToBeHiddenAsync();
        await page.Keyboard.PressAsync("?");
        await Expect(help).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Ctrl_K_finds_pages_and_actions_by_a_few_letters()
    {
        var (page, notes) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsDemoAsync(fixture);

        await page.Keyboard.PressAsync("Control+k");
        var palette = page.GetByRole(AriaRole.Combobox, new() { Name = "Search or run a command" });
        await Expect(palette).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("theme dark");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await page.Keyboard.PressAsync("Control+k");
        await page.Keyboard.TypeAsync("api acc");
        await page.Keyboard.PressAsync("Enter");

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "API access", Level = 1 })).ToBeVisibleAsync();
        Assert.Empty(notes.Errors);
    }
}
