using Bunit;
using Dashboard.ApiAccess;
using Dashboard.Tests.Images;
using Dashboard.Tests.Launch;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MudBlazor;
using MudBlazor.Services;

namespace Dashboard.Tests.ApiAccess;

public sealed class ApiAccessPageTests : BunitContext
{
    private readonly TestApiAccess _access = new();

    public ApiAccessPageTests()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices();
        Services.AddSingleton<IApiAccess>(_access);
        Services.AddSingleton<TimeProvider>(new FakeTimeProvider(TestImages.Now));
    }

    [Fact]
    public void Page_Loaded_ShowsWhereTheCloudIs()
    {
        var page = Render<ApiAccessPage>();

        Assert.Contains("http://cloud.test:5000/identity/v3", page.Find("dl.facts").TextContent);
        Assert.Contains("genomics", page.Find("dl.facts").TextContent);
        Assert.Contains("http://cloud.test:5000/compute/v2.1", page.Find("[aria-label=Endpoints]").TextContent);
        Assert.Equal(["/api-access/openrc", "/api-access/clouds.yaml"], page.FindAll("a[download]").Select(a => a.GetAttribute("href")));
        Assert.Contains(page.FindAll("pre"), p => p.TextContent == "docker save tools:1.0 | glance image-create --container-format=docker --disk-format=raw --name tools:1.0");
    }

    [Fact]
    public void Page_NoCatalog_SaysSo()
    {
        _access.Facts = _access.Facts with { Endpoints = [] };

        Assert.Contains("The catalog of your sign-in has no services.", Render<ApiAccessPage>().Markup);
    }

    [Fact]
    public void Credentials_WhileLoading_SaysWhatIsAwaited()
    {
        _access.OnList = token => Task.Delay(Timeout.Infinite, token);

        var page = Render<ApiAccessPage>();

        Assert.NotNull(page.Find("[aria-label='Loading application credentials']"));
    }

    [Fact]
    public void Credentials_None_SaysSo() => Assert.Contains("None yet in this project.", Render<ApiAccessPage>().Markup);

    [Fact]
    public void Credentials_ListFails_SaysWhyAndRetries()
    {
        _access.OnList = _ => throw LaunchSamples.Refusal(System.Net.HttpStatusCode.InternalServerError, "Keystone broke.");
        var page = Render<ApiAccessPage>();
        Assert.Contains("The application credentials could not be loaded.", page.Find("[role=alert]").TextContent);

        _access.OnList = null;
        _access.With("nightly");
        page.Find("[role=alert] button.o").Click();

        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("button[aria-label='Delete nightly']")));
    }

    [Fact]
    public async Task Credentials_DisposedWhileLoading_CancelsTheCall()
    {
        _access.OnList = token => Task.Delay(Timeout.Infinite, token);
        Render<ApiAccessPage>();

        await DisposeComponentsAsync();

        Assert.True(_access.LastToken.IsCancellationRequested);
    }

    [Fact]
    public void Create_Named_ShowsTheSecretOnceAndEndsInThirtyDays()
    {
        var page = Render<ApiAccessPage>();
        page.Find(".new-credential input").Input("nightly");

        page.Find(".new-credential").Submit();

        page.WaitForAssertion(() => Assert.Contains("s3cret-shown-once", page.Find(".made pre").TextContent));
        Assert.Contains("auth_type: v3applicationcredential", page.Find(".made pre").TextContent);
        Assert.Equal(TestImages.Now.AddDays(30), _access.LastExpires);
        page.Find(".made button.o").Click();
        Assert.DoesNotContain("s3cret-shown-once", page.Markup);
    }

    [Fact]
    public void Create_Refused_SaysWhyAndKeepsTheName()
    {
        _access.Failure = LaunchSamples.Refusal(System.Net.HttpStatusCode.Conflict, "Duplicate entry found with name nightly.");
        var page = Render<ApiAccessPage>();
        page.Find(".new-credential input").Input("nightly");

        page.Find(".new-credential").Submit();

        page.WaitForAssertion(() => Assert.Contains("nightly was not made.", page.Find("[role=alert]").TextContent));
        Assert.Equal("nightly", page.Find(".new-credential input").GetAttribute("value"));
    }

    [Fact]
    public void Delete_Confirmed_RemovesIt()
    {
        _access.With("nightly").With("weekly");
        var dialogs = Render<MudDialogProvider>();
        var page = Render<ApiAccessPage>();

        page.Find("button[aria-label='Delete nightly']").Click();
        dialogs.WaitForElement(".mud-dialog button.d").Click();

        page.WaitForAssertion(() => Assert.Empty(page.FindAll("button[aria-label='Delete nightly']")));
        Assert.Equal(["weekly"], _access.Credentials.Select(c => c.Name));
    }
}
