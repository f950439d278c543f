using EndToEnd.Browser;
using EndToEnd.Instances;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.RealCloud;

/// <summary>"Why did it fail?", to the one who launched it and to the one who can mend it.</summary>
[Collection(RealCloudCollection.Name)]
public sealed class RealFailureTests(RealCloudFixture fixture, BrowserFixture browser)
{
    [Fact]
    public async Task An_instance_that_no_host_took_is_explained_to_its_owner_and_to_an_administrator()
    {
        var demo = await fixture.PersonAsync(RealCloudFixture.Demo);
        var admin = await fixture.PersonAsync(RealCloudFixture.Admin);
        string id;
        await admin.CloseHostAsync("a new disk");
        try
        {
            id = await demo.BootAsync(Launched.Unique("homeless"), await demo.ImageAsync(fixture.Image));
            Assert.Equal("ERROR", await demo.BuiltAsync(id));

            var ownersWhy = await WhyAsync(RealCloudFixture.Demo, id);
            await Expect(ownersWhy).ToContainTextAsync("No host could take it. It asks for 1 CPU, 64 MiB of memory, 1 GiB of disk");
            await Expect(ownersWhy).ToContainTextAsync("Nova's step conductor_schedule_and_build_instances failed");
            await Expect(ownersWhy).ToContainTextAsync("give an operator the request id");
            await Expect(ownersWhy).ToContainTextAsync("req-");
            await Expect(ownersWhy.GetByText("Nova's own traceback")).ToHaveCountAsync(0);

            var operatorsWhy = await WhyAsync(RealCloudFixture.Admin, id);
            await Expect(operatorsWhy).ToContainTextAsync("localhost takes no instances. Disabled: a new disk");
            await Expect(operatorsWhy).ToContainTextAsync("Enable the host under Hosts & services");
            await operatorsWhy.GetByText("Nova's own traceback").ClickAsync();
            await Expect(operatorsWhy.GetByText("NoValidHost").First).ToBeVisibleAsync();
        }
        finally
        {
            await admin.OpenHostAsync();
        }

        await demo.DeleteAsync(id);
    }

    private async Task<ILocator> WhyAsync(string user, string id)
    {
        var (page, _) = await browser.NewPageAsync(fixture.Url);
        await page.SignInAsync(user, fixture.Password);
        await page.OpenAsync($"/instances/{id}");
        var why = page.GetByRole(AriaRole.Region, new() { Name = "Why did it fail?" });
        await Expect(why).ToBeVisibleAsync();
        var axe = new AxeLook(page);
        await axe.LookAsync($"why, to {user}");
        axe.FoundNothing();
        return why;
    }

    [Fact]
    public async Task An_administrator_sees_the_host_and_its_room_closes_it_with_a_reason_and_opens_it_again()
    {
        var (page, notes) = await browser.NewPageAsync(fixture.Url);
        await page.SignInAsync(RealCloudFixture.Admin, fixture.Password);
        await page.OpenAsync("/hosts");
        await Expect(page.GetByText("Engine answers")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Room for the scheduler" })).ToBeVisibleAsync();
        var service = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "nova-compute" }).Filter(new() { HasText = "localhost" });
        await Expect(service).ToContainTextAsync("Up");

        await service.GetByRole(AriaRole.Button, new() { Name = "Disable nova-compute on" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Reason, for the other administrators").FillAsync("a longer cable");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Disable", Exact = true }).ClickAsync();
        await Expect(service).ToContainTextAsync("a longer cable");
        await service.GetByRole(AriaRole.Button, new() { Name = "Enable nova-compute on" }).ClickAsync();

        await Expect(service).ToContainTextAsync("Enabled");
        Assert.Empty(notes.Errors);
    }
}
