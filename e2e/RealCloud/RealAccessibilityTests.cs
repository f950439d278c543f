using EndToEnd.Browser;
using EndToEnd.Instances;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.RealCloud;

/// <summary>Every page opens before a real cloud, and axe finds nothing serious or critical on it.</summary>
[Collection(RealCloudCollection.Name)]
public sealed class RealAccessibilityTests(RealCloudFixture fixture, BrowserFixture browser)
{
    [Theory]
    [InlineData(ColorScheme.Light, 1440)]
    [InlineData(ColorScheme.Dark, 390)]
    public async Task Axe_finds_nothing_serious_on_any_page(ColorScheme scheme, int width)
    {
        var demo = await fixture.PersonAsync(RealCloudFixture.Demo);
        var name = Launched.Unique("axe");
        var id = await demo.RunAsync(name, await demo.ImageAsync(fixture.Image));
        var (page, notes) = await browser.NewPageAsync(fixture.Url, scheme, width);
        await page.SignInAsync(RealCloudFixture.Admin, fixture.Password);
        var axe = new AxeLook(page);

        await LookAsync("/", "Start your first container");
        await LookAsync("/instances", "No instance in this project yet");
        await LookAsync("/launch", "How many");
        await LookAsync("/images", fixture.Image);
        await LookAsync($"/images/{await demo.ImageAsync(fixture.Image)}", "Layers");
        await LookAsync("/images/upload", "What happens");
        await LookAsync("/approvals?show=decided", fixture.Image);
        await LookAsync("/hosts", "Engine answers");
        await LookAsync("/api-access", "identity");
        await LookAsync("/logs", "No instance is chosen");
        await LookAsync("/instances/gone", "Recently gone");
        await LookAsync($"/instances/{id}", "new");
        foreach (var (tab, words) in new[] { ("terminal", "Open a terminal"), ("stats", "live · one sample a second"), ("processes", "sleep"), ("files", "mark"), ("alerts", "No alert rules yet"), ("facts", "Identity"), ("history", "Launched") })
        {
            await LookAsync($"/instances/{id}?tab={tab}", words);
        }

        await demo.DeleteAsync(id);
        axe.FoundNothing();
        Assert.Empty(notes.Errors);
        Assert.Empty(notes.Foreign);

        async Task LookAsync(string path, string words)
        {
            await page.OpenAsync(path);
            await Expect(page.Locator("main").GetByText(words).First).ToBeVisibleAsync();
            await axe.LookAsync(path);
        }
    }
}
