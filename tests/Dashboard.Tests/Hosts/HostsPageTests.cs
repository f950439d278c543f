using System.Net;
using Bunit;
using Dashboard.Hosts;
using Dashboard.Tests.Images;
using Dashboard.Tests.Launch;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MudBlazor;
using MudBlazor.Services;

namespace Dashboard.Tests.Hosts;

public sealed class HostsPageTests : BunitContext
{
    private readonly TestHostsCloud _cloud = new();

    public HostsPageTests()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices();
        Services.AddSingleton<IHostsCloud>(_cloud);
        Services.AddSingleton<TimeProvider>(new FakeTimeProvider(TestImages.Now));
    }

    [Fact]
    public void Page_Always_IsForAdministrators() =>
        Assert.Equal("admin", typeof(HostsPage).GetCustomAttributes(typeof(AuthorizeAttribute), true).Cast<AuthorizeAttribute>().Single().Roles);

    [Fact]
    public void Page_WhileLoading_SaysWhatIsAwaited()
    {
        _cloud.OnGet = async token =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return null!;
        };

        Assert.NotNull(Render<HostsPage>().Find("[aria-label='Loading hosts and services']"));
    }

    [Fact]
    public void Page_Loaded_ShowsTheHostAndWhatIsProven()
    {
        var page = Render<HostsPage>();

        var host = page.Find("[aria-label='Host compute-1']");
        Assert.Contains("Engine answers", host.TextContent);
        Assert.Contains("2 of 3 instances running", host.TextContent);
        Assert.Contains("Docker 20.10", host.TextContent);
        Assert.Equal(["2 of 4", "2 of 8 GiB", "10 of 100 GiB"], host.QuerySelectorAll("[role=meter]").Select(m => m.GetAttribute("aria-valuetext")));
        Assert.Contains("Disk limit: does not hold", host.TextContent);
        Assert.Contains("The storage driver does not limit disk.", host.TextContent);
        Assert.Contains("System call filter", host.TextContent);
        Assert.Contains("runc 1.1.5: CVE-2024-21626", host.TextContent);
        Assert.Contains("A working directory can be a handle of the host's files. Mended in 1.1.12.", host.TextContent);
        Assert.Contains("Up", page.Find("table").TextContent);
    }

    [Fact]
    public void Page_SeveralHosts_FoldsWhatRarelyChanges()
    {
        Assert.All(Render<HostsPage>().FindAll(".host details"), d => Assert.True(d.HasAttribute("open")));
        _cloud.Facts = _cloud.Facts with { Hosts = [new("compute-1", LaunchSamples.Host()), new("compute-2", LaunchSamples.Host())] };

        var page = Render<HostsPage>();

        Assert.Equal(["compute-1", "compute-2"], page.FindAll(".host h2").Select(h => h.TextContent));
        Assert.All(page.FindAll(".host details"), d => Assert.False(d.HasAttribute("open")));
        Assert.Contains("1 of 2 does not hold", page.Find(".host details summary").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_OfACloudOfSeveralHosts_ShowsRoomAndAggregates()
    {
        _cloud.Scheduling = new(
            [new HostRoom("compute-1", new Room(3, 32, 2), new Room(192, 35389, 24105), new Room(3, 251, 251))],
            [new OpenStack.Nova.Aggregate { Id = 1, Name = "rack-1", AvailabilityZone = "north", Hosts = ["compute-1", "compute-2"], Metadata = new Dictionary<string, string> { ["availability_zone"] = "north", ["ssd"] = "true" } }]);

        var tables = Render<HostsPage>().FindAll("table");

        Assert.Equal(["compute-1", "3 of 32", "192 MiB of 34.6 GiB", "3 GiB of 251 GiB"], tables[1].QuerySelectorAll("tbody td").Select(c => c.TextContent));
        Assert.Equal(["rack-1", "north", "compute-1, compute-2", "ssd=true", "Fetch an image…"], tables[2].QuerySelectorAll("tbody td").Select(c => c.TextContent.Trim()));
    }

    [Fact]
    public void Page_NoServices_SaysWhatThatMeans()
    {
        _cloud.Facts = new HostsFacts([], [new("compute-1", LaunchSamples.Host())]);

        Assert.Contains("Nova knows no service, so nothing can be launched.", Render<HostsPage>().Markup);
    }

    [Fact]
    public void Page_DriverHostSilent_SaysSoAndShowsTheServices()
    {
        _cloud.Facts = new HostsFacts([LaunchSamples.Service(state: "down")], [new("compute-1", null, "The driver host does not answer.")]);

        var page = Render<HostsPage>();

        Assert.Contains("The driver host does not answer.", page.Find("[role=alert]").TextContent);
        Assert.Contains("Down", page.Find("table").TextContent);
    }

    [Fact]
    public void Page_EngineSilent_SaysThatTheFiguresAreOld()
    {
        _cloud.Facts = new HostsFacts([], [new("compute-1", LaunchSamples.Host(answers: false))]);

        Assert.Contains("Docker on compute-1 does not answer. The figures are the last known.", Render<HostsPage>().Find(".silent").TextContent);
    }

    [Fact]
    public void Page_Fails_SaysWhyAndRetries()
    {
        _cloud.OnGet = _ => throw LaunchSamples.Refusal(HttpStatusCode.InternalServerError, "The database is locked.");
        var page = Render<HostsPage>();
        Assert.Contains("Hosts and services could not be loaded.", page.Find("[role=alert]").TextContent);

        _cloud.OnGet = null;
        page.Find("[role=alert] button.o").Click();

        page.WaitForAssertion(() => Assert.NotNull(page.Find("[aria-label='Host compute-1']")));
    }

    [Fact]
    public async Task Page_DisposedWhileLoading_CancelsTheCall()
    {
        _cloud.OnGet = async token =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return null!;
        };
        Render<HostsPage>();

        await DisposeComponentsAsync();

        Assert.True(_cloud.LastToken.IsCancellationRequested);
    }

    [Fact]
    public void Disable_WithAReason_ShowsItAndTheCommand()
    {
        var dialogs = Render<MudDialogProvider>();
        var page = Render<HostsPage>();

        page.Find("button[aria-label='Disable nova-compute on compute-1']").Click();
        Assert.True(dialogs.WaitForElement(".mud-dialog button.d").HasAttribute("disabled"));
        dialogs.Find(".mud-dialog textarea").Input("new disk");
        dialogs.Find(".mud-dialog button.d").Click();

        page.WaitForAssertion(() => Assert.Contains("new disk", page.Find("table").TextContent));
        Assert.Equal("openstack compute service set --disable --disable-reason 'new disk' compute-1 nova-compute", page.Find(".receipt pre").TextContent);
        page.Find("button[aria-label='Enable nova-compute on compute-1']").Click();
        page.WaitForAssertion(() => Assert.Contains("Enabled", page.Find("table").TextContent));
    }

    [Fact]
    public void Disable_Asked_SaysWhoIsThereAndWhereNewOnesGo()
    {
        _cloud.Facts = _cloud.Facts with { Services = [LaunchSamples.Service(), LaunchSamples.Service() with { Id = "s2", Host = "compute-2" }] };
        var dialogs = Render<MudDialogProvider>();
        var page = Render<HostsPage>();

        page.Find("button[aria-label='Disable nova-compute on compute-1']").Click();

        var words = dialogs.WaitForElement(".mud-dialog").TextContent;
        Assert.Contains("2 instances are there: web-1, db-1.", words);
        Assert.Contains("New instances go to compute-2.", words);
    }

    [Fact]
    public void Disable_TheOnlyHost_SaysThatNothingIsLaunchedThen()
    {
        var dialogs = Render<MudDialogProvider>();

        Render<HostsPage>().Find("button[aria-label='Disable nova-compute on compute-1']").Click();

        Assert.Contains("No other host takes instances: nothing is launched until this one is enabled again.", dialogs.WaitForElement(".mud-dialog").TextContent);
    }

    [Fact]
    public void Disable_NovaSilent_SaysSoAndAsksNothing()
    {
        _cloud.LoadFailure = LaunchSamples.Refusal(HttpStatusCode.InternalServerError, "The database is locked.");
        var page = Render<HostsPage>();

        page.Find("button[aria-label='Disable nova-compute on compute-1']").Click();

        page.WaitForAssertion(() => Assert.Contains("Nova does not say what is on compute-1.", page.Find("[role=alert]").TextContent));
    }

    [Theory]
    [InlineData(0, false, "No instance is there.")]
    [InlineData(1, false, "1 instance is there: a0.")]
    [InlineData(7, false, "7 instances are there: a0, a1, a2, a3, a4 and 2 more.")]
    [InlineData(200, true, "More than 200 instances are there: a0, a1, a2, a3, a4 and others.")]
    public void Load_OfAHost_IsSaidInWords(int count, bool more, string words) =>
        Assert.Equal(words, new HostLoad(count, [.. Enumerable.Range(0, count).Select(i => $"a{i}")], more).Words);

    [Fact]
    public void Page_HostsInTrouble_SayWhoIsAffected()
    {
        _cloud.Facts = new HostsFacts(
            [LaunchSamples.Service(state: "down"), LaunchSamples.Service() with { Id = "s2", Host = "compute-2" }],
            [new("compute-1", null, "The driver host does not answer."), new("compute-2", LaunchSamples.Host(answers: false))])
        {
            Affected = new Dictionary<string, HostLoad> { ["compute-1"] = new(1, ["web-1"]), ["compute-2"] = new(1, ["db-1"]) },
        };

        var page = Render<HostsPage>();

        Assert.Contains("The driver host does not answer. 1 instance is there: web-1.", page.Find("[role=alert]").TextContent);
        Assert.Contains("1 instance is there: db-1.", page.Find(".silent").TextContent);
        Assert.Contains("1 instance is there: web-1.", page.Find("table").TextContent);
    }

    [Fact]
    public void Disable_Refused_SaysWhy()
    {
        _cloud.ChangeFailure = LaunchSamples.Refusal(HttpStatusCode.Forbidden, "Policy doesn't allow it.");
        _cloud.Facts = new HostsFacts([LaunchSamples.Service("disabled")], [new("compute-1", LaunchSamples.Host())]);
        var page = Render<HostsPage>();

        page.Find("button[aria-label='Enable nova-compute on compute-1']").Click();

        page.WaitForAssertion(() => Assert.Contains("nova-compute on compute-1 was not enabled.", page.Find("[role=alert]").TextContent));
    }
}
