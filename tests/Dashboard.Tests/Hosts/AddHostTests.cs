using Bunit;
using Dashboard.Hosts;
using Dashboard.Hosts.Enrolment;
using Dashboard.Tests.Images;
using Dashboard.Tests.Launch;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MudBlazor;
using MudBlazor.Services;

namespace Dashboard.Tests.Hosts;

public sealed class AddHostTests : BunitContext
{
    private const string Code = "ABCDE-FGHJK-MNPQR-STVWX";
    private readonly TestHostsCloud _cloud = new();

    public AddHostTests()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices();
        Services.AddSingleton<IHostsCloud>(_cloud);
        Services.AddSingleton<TimeProvider>(new FakeTimeProvider(TestImages.Now));
    }

    [Theory]
    [InlineData("compute-2", "https://compute-2:9520/")]
    [InlineData(" https://compute-2.example.org ", "https://compute-2.example.org:9520/")]
    [InlineData("10.0.0.7:9521", "https://10.0.0.7:9521/")]
    [InlineData("https://[fd00::7]:9520/", "https://[fd00::7]:9520/")]
    [InlineData("http://compute-2:9520", null)]
    [InlineData("https://me@compute-2:9520", null)]
    [InlineData("https://compute-2:9520/v1", null)]
    [InlineData("two words", null)]
    public void Address_AsPeopleWriteIt_IsReadOrRefused(string text, string? url) => Assert.Equal(url, AddHostDialog.AddressOf(text)?.ToString());

    [Fact]
    public void Add_WithAddressAndCode_ShowsTheHost()
    {
        var dialogs = Render<MudDialogProvider>();
        var page = Open(dialogs);

        Write(dialogs, "compute-2", Code);

        page.WaitForAssertion(() => Assert.NotNull(page.Find("[aria-label='Host compute-2']")));
        Assert.Equal((new Uri("https://compute-2:9520/"), Code), Assert.Single(_cloud.Added));
        Assert.Contains("compute-2 was added.", page.Find(".receipt").TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", Code, "Write the host's address.")]
    [InlineData("http://compute-2", Code, "Write an address like https://compute-2.example.org:9520.")]
    [InlineData("compute-2", "", "Write the host's code.")]
    [InlineData("compute-2", "ABCDE", "A code has 20 letters and digits. This has 5.")]
    public void Add_WithoutWhatItNeeds_SaysSoAndAsksNobody(string address, string code, string words)
    {
        var dialogs = Render<MudDialogProvider>();
        Open(dialogs);

        Write(dialogs, address, code);

        Assert.Contains(words, dialogs.Find(".field-error").TextContent, StringComparison.Ordinal);
        Assert.Empty(_cloud.Added);
    }

    [Fact]
    public void Add_Refused_SaysWhyAndKeepsWhatWasTyped()
    {
        _cloud.AddFailure = new HostEnrolmentException("The code is not this host's.");
        var dialogs = Render<MudDialogProvider>();
        Open(dialogs);

        Write(dialogs, "compute-2", Code);

        dialogs.WaitForAssertion(() => Assert.Contains("The code is not this host's.", dialogs.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Assert.Equal("compute-2", dialogs.Find("[inputmode=url]").GetAttribute("value"));
    }

    [Fact]
    public void Remove_Confirmed_TakesTheHostOffThePage()
    {
        _cloud.Facts = _cloud.Facts with { Hosts = [new("compute-1", LaunchSamples.Host()), new("compute-2", null, "The driver host does not answer.", "h2")] };
        var dialogs = Render<MudDialogProvider>();
        var page = Render<HostsPage>();
        Assert.Equal(["Remove compute-2…"], page.FindAll("button").Select(b => b.TextContent.Trim()).Where(t => t.StartsWith("Remove", StringComparison.Ordinal)));

        page.FindAll("button").Single(b => b.TextContent.Contains("Remove compute-2", StringComparison.Ordinal)).Click();
        dialogs.WaitForElement(".mud-dialog button.d").Click();

        page.WaitForAssertion(() => Assert.Contains("compute-2 was removed.", page.Find(".receipt").TextContent, StringComparison.Ordinal));
        Assert.DoesNotContain("The driver host on compute-2 is silent.", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_NoHostAtAll_SaysWhatIsMissing()
    {
        _cloud.Facts = _cloud.Facts with { Hosts = [] };

        Assert.Contains("No driver host is known.", Render<HostsPage>().Find(".att").TextContent, StringComparison.Ordinal);
    }

    private IRenderedComponent<HostsPage> Open(IRenderedComponent<MudDialogProvider> dialogs)
    {
        var page = Render<HostsPage>();
        page.FindAll("button").Single(b => b.TextContent.Contains("Add a host", StringComparison.Ordinal)).Click();
        dialogs.WaitForElement("[inputmode=url]");
        return page;
    }

    private static void Write(IRenderedComponent<MudDialogProvider> dialogs, string address, string code)
    {
        dialogs.Find("[inputmode=url]").Input(address);
        dialogs.Find("input.mono").Input(code);
        dialogs.Find(".mud-dialog button.p").Click();
    }
}
