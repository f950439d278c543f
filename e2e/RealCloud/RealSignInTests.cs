using EndToEnd.Browser;
using EndToEnd.Images;
using Microsoft.Playwright;
using TestKit;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.RealCloud;

[Collection(RealCloudCollection.Name)]
public sealed class RealSignInTests(RealCloudFixture fixture, BrowserFixture browser)
{
    [Fact]
    public async Task A_wrong_password_is_told_and_the_right_one_opens_the_project_in_the_clouds_region()
    {
        var (page, notes) = await browser.NewPageAsync(fixture.Url);
        await page.GotoAsync("/sign-in");

        await page.FillSignInAsync(RealCloudFixture.Demo, "wrong");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Keystone did not accept this user and password.");
        await page.FillSignInAsync(RealCloudFixture.Demo, fixture.Password);
        await page.ReadyAsync();

        await Expect(page.GetByText("demo, RegionOne")).ToBeVisibleAsync();
        Assert.Empty(notes.Foreign);
        Assert.Empty(notes.Errors);
    }

    [Fact]
    public async Task A_user_of_another_domain_signs_in_with_its_name_and_not_without()
    {
        var domain = Uploads.Unique("lab");
        var id = await KeystoneUser.CreateDomainAsync(fixture.AuthUrl, fixture.Password, domain);
        var user = await fixture.NewUserAsync("member", id);
        var (page, _) = await browser.NewPageAsync(fixture.Url);
        await page.GotoAsync("/sign-in");

        await page.FillSignInAsync(user.Name, user.Password);
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Keystone did not accept this user and password.");
        await page.GetByText("Use another domain").ClickAsync();
        await page.GetByLabel("Domain").FillAsync(domain);
        await page.FillSignInAsync(user.Name, user.Password);
        await page.ReadyAsync();

        await Expect(page.Locator("button.proj")).ToContainTextAsync(domain);
    }
}
