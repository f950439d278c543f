using EndToEnd.Browser;
using EndToEnd.Product;
using Microsoft.Playwright;
using TestKit;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Launch;

[Collection(ProductCollection.Name)]
public sealed class ApiAccessTests(ProductFixture fixture, BrowserFixture browser) : IDisposable
{
    private static readonly string[] Question = ["image", "list", "-f", "value", "-c", "Name"];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("access-");

    [Fact]
    public async Task The_downloaded_openrc_and_clouds_yaml_hold_no_password_and_work_with_the_stock_client()
    {
        var (page, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsDemoAsync(fixture);
        await page.OpenAsync("/api-access");

        var openrc = await DownloadAsync(page, "openrc");
        var clouds = await DownloadAsync(page, "clouds.yaml");

        var sourced = Command.RunAsync("sh", ["-c", $". '{openrc}' && openstack {string.Join(' ', Question)}"], Environment(), input: fixture.Product.DemoPassword + "\n");
        var named = Command.RunAsync("/usr/bin/openstack", ["--os-cloud", "demo", "--os-password", fixture.Product.DemoPassword, .. Question], Environment(clouds));
        Assert.Contains("busybox", (await sourced).Succeeded(), StringComparison.Ordinal);
        Assert.Contains("busybox", (await named).Succeeded(), StringComparison.Ordinal);
        Assert.DoesNotContain(fixture.Product.DemoPassword, await File.ReadAllTextAsync(openrc, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.DoesNotContain(fixture.Product.DemoPassword, await File.ReadAllTextAsync(clouds, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_application_credential_made_in_the_page_signs_a_program_in_until_it_is_deleted()
    {
        var user = await fixture.NewUserAsync();
        var (page, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsync(user.Name, user.Password);
        await page.OpenAsync("/api-access");

        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("nightly");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create", Exact = true }).ClickAsync();

        var clouds = Path.Combine(_folder.FullName, "clouds.yaml");
        await File.WriteAllTextAsync(clouds, await page.GetByLabel("clouds.yaml with the new secret").TextContentAsync(), TestContext.Current.CancellationToken);
        Assert.Contains("busybox", (await AskAsync()).Succeeded(), StringComparison.Ordinal);

        await page.GetByRole(AriaRole.Button, new() { Name = "Delete nightly" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        await Expect(page.GetByText("None yet in this project.")).ToBeVisibleAsync();
        var refused = await AskAsync();
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("HTTP 401", refused.Error, StringComparison.Ordinal);

        Task<Command> AskAsync() => Command.RunAsync("/usr/bin/openstack", ["--os-cloud", user.Name, .. Question], Environment(clouds));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task<string> DownloadAsync(IPage page, string link)
    {
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = link, Exact = true }).ClickAsync());
        var file = Path.Combine(_folder.FullName, download.SuggestedFilename);
        await download.SaveAsAsync(file);
        return file;
    }

    // A home of its own: no other clouds.yaml is found.
    private Dictionary<string, string> Environment(string? clouds = null)
    {
        var environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin", ["HOME"] = _folder.FullName };
        if (clouds is not null)
        {
            environment["OS_CLIENT_CONFIG_FILE"] = clouds;
        }

        return environment;
    }
}
