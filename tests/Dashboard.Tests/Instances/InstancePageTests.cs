using System.Net;
using AngleSharp.Dom;
using Bunit;
using Dashboard.Instances;
using Dashboard.Tests.Images;
using Dashboard.Tests.Launch;
using DriverHost.Client;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using OpenStack.Glance;
using NovaAction = OpenStack.Nova.InstanceAction;

namespace Dashboard.Tests.Instances;

public sealed class InstancePageTests : InstancePagesContext
{
    [Fact]
    public void Page_BeforeNovaAnswers_ShowsSkeletons()
    {
        Cloud.Nova.Hold();

        Assert.Equal("Loading the instance", Open("web").Find("[role=status].loading").GetAttribute("aria-label"));
    }

    [Fact]
    public void Page_Loaded_ShowsStatePassportAndTheLogFirst()
    {
        Cloud.With("web");

        var page = Loaded("web");

        Assert.Equal("web", page.Find("h1").TextContent);
        Assert.Contains("Running", page.Find(".st").TextContent, StringComparison.Ordinal);
        Assert.Contains("runs exactly what was approved 1 Nov 2026, dana", Words(page.Find("dl")), StringComparison.Ordinal);
        Assert.Contains("1 CPU · 512 MiB, then killed", Words(page.Find("dl")), StringComparison.Ordinal);
        Assert.NotNull(page.Find("[role=log]"));
        Assert.Equal("Log", page.Find("nav [aria-current=page]").TextContent);
    }

    [Fact]
    public void Page_NoDriverHostHasIt_ShowsWhatNovaShowsAndHidesTheRest()
    {
        Cloud.Nova.With(TestInstances.Server("machine"));

        var page = Loaded("machine", "terminal");

        Assert.Equal(["Log", "Facts", "History"], page.FindAll("nav.tabs > a[href*='tab=']").Select(Words));
        Assert.Equal("Log", page.Find("nav [aria-current=page]").TextContent);
        Assert.Empty(page.FindAll("[data-log=searchAll]"));
    }

    [Fact]
    public void Page_InErrorToAMember_ExplainsWithoutAskingWhatMembersMayNotKnow()
    {
        Hosts.OnGet = _ => throw new NotSupportedException();
        Cloud.Nova.With(TestInstances.Server("web", "ERROR", change: s => s with { Fault = new OpenStack.Nova.ServerFault(500, "No valid host was found. ") }));
        Cloud.Nova.Actions.Add(new NovaAction { Action = "create", RequestId = "req-9", StartTime = TestInstances.Now.UtcDateTime, Message = "Error" });

        var why = Loaded("web").WaitForElement(".why");

        Assert.Contains("No host could take it. It asks for 1 CPU, 512 MiB of memory", Words(why), StringComparison.Ordinal);
        Assert.Equal("req-9", why.QuerySelector("code")!.TextContent);
        Assert.Contains("give an operator the request id", Words(why), StringComparison.Ordinal);
    }

    [Fact]
    public void Page_InErrorToAnAdministrator_NamesTheHostThatIsClosed()
    {
        Cloud.Viewer = TestImageCloud.Administrator;
        Hosts.Facts = new([LaunchSamples.Service("disabled") with { DisabledReason = "new disk" }], []);
        Cloud.Nova.With(TestInstances.Server("web", "ERROR", change: s => s with { Fault = new OpenStack.Nova.ServerFault(500, "No valid host was found. ", Details: "Traceback (most recent call last)") }));

        var why = Loaded("web").WaitForElement(".why");

        Assert.Contains("compute-1 takes no instances. Disabled: new disk", Words(why), StringComparison.Ordinal);
        Assert.Contains("Traceback (most recent call last)", Words(why), StringComparison.Ordinal);
    }

    [Fact]
    public void Page_InErrorThatNovaExplains_SaysTheReasonAndTheRemedyOnce()
    {
        Cloud.Nova.With(TestInstances.Server("web", "ERROR", change: s => s with { Fault = new OpenStack.Nova.ServerFault(500, "Image 'ingest' waits for an administrator's approval. Until then it cannot boot.") }));
        Cloud.Nova.Actions.Add(new NovaAction { Action = "create", RequestId = "req-9", StartTime = TestInstances.Now.UtcDateTime, Message = "Error" });

        var page = Loaded("web");
        page.WaitForElement(".why code");

        Assert.Equal(2, page.Markup.Split("waits for an administrator").Length);
        Assert.Equal(2, page.Markup.Split("Ask an administrator to review the image").Length);
    }

    [Fact]
    public void Page_DriverHostSilent_SaysSoAndOffersWhatComesBack()
    {
        Cloud.With("web");
        Cloud.HostDown = true;

        var page = Loaded("web");

        Assert.Contains("The driver host does not answer. This is Nova's word: the log is Nova's console output", Words(page.Find(".att[role=status]")), StringComparison.Ordinal);
        Assert.Contains("Terminal", page.Find("nav.tabs").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_NobodyKnowsIt_SaysSo()
    {
        var page = Open("nobody");

        page.WaitForAssertion(() => Assert.Contains("There is no such instance here", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public void Page_NovaSilent_SaysSoAndRetryLoads()
    {
        Cloud.With("web");
        Cloud.Nova.ListFailure = TestCompute.Silence;
        var page = Open("web");
        page.WaitForAssertion(() => Assert.Contains("Nova does not answer", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));

        Cloud.Nova.ListFailure = null;
        page.Act(() => page.Find("[role=alert] button").Click());

        page.WaitForAssertion(() => Assert.Equal("web", page.Find("h1").TextContent));
    }

    [Fact]
    public void Event_ItEnds_TurnsTheChipAndSaysHow()
    {
        Cloud.With("web");
        var page = Loaded("web");

        Cloud.Push(TestInstances.Exited("web", 137, outOfMemory: true));

        page.WaitForAssertion(() => Assert.Contains("Exited · killed", page.Find(".st").TextContent, StringComparison.Ordinal));
        Assert.Contains("out of memory at 512 MiB", page.Find(".att").TextContent, StringComparison.Ordinal);
        Assert.NotNull(page.Find("[role=log]"));
    }

    [Fact]
    public void Deleted_WhileOpen_KeepsWhatWasKnown()
    {
        Cloud.With("web");
        var page = Loaded("web");

        Cloud.Nova.Servers.Clear();
        Cloud.PushDeleted("web");

        page.WaitForAssertion(() => Assert.Contains("web was deleted.", page.Markup, StringComparison.Ordinal));
        Assert.Contains("Deleted", page.Find(".st").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("[aria-haspopup=menu]"));
    }

    [Fact]
    public void Fault_OfAnUnapprovedImage_SaysWhatToDo()
    {
        Cloud.Glance.With(TestImages.Docker());
        Cloud.With("web", TestInstances.Host("web", InstanceState.Error, h => h with { Fault = new InstanceFault("image_not_approved", "Image 'ingest' waits for an administrator's approval.", TestInstances.Now) }), "ERROR");

        var page = Loaded("web");

        var note = page.Find(".att.e");
        Assert.Contains("waits for an administrator's approval. Ask an administrator to review the image", Words(note), StringComparison.Ordinal);
        Assert.Equal($"/launch?image={TestImages.Id}", note.QuerySelector("a")!.GetAttribute("href"));
        Assert.Contains("never ran", Words(page.Find("dl")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Approval.Managed, "managed snapshot")]
    [InlineData(Approval.Revoked, "approval withdrawn since the launch")]
    public void Passport_SaysHowTheImageStandsNow(string approval, string words)
    {
        Cloud.Glance.With(TestImages.Docker(approval: approval));
        Cloud.With("web");

        Assert.Contains(words, Words(Loaded("web").Find("dl")), StringComparison.Ordinal);
    }

    [Fact]
    public void Passport_ImageDeleted_SaysSo()
    {
        Cloud.Glance.Images.Clear();
        Cloud.With("web");

        Assert.Contains("deleted image", Words(Loaded("web").Find("dl")), StringComparison.Ordinal);
    }

    [Fact]
    public void Stop_Refused_IsSaidWithTheRequest()
    {
        Cloud.With("web");
        Cloud.Nova.Refusals[TestInstances.Id("web")] = TestCompute.Refusal(HttpStatusCode.Conflict, "Cannot 'stop' now.");
        var page = Loaded("web");

        page.Act(() => Button(page, "Stop").Click());

        page.WaitForAssertion(() => Assert.Contains("web was not stopped.", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Assert.Contains("req-77", page.Find("[role=alert]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Buttons_Exited_OfferStartAndSayWhyNotRestart()
    {
        Cloud.With("web", TestInstances.Exited("web", 0));
        var page = Loaded("web");

        Assert.Equal("false", Button(page, "Start").GetAttribute("aria-disabled"));
        Assert.Equal("true", Button(page, "Restart").GetAttribute("aria-disabled"));
        Assert.Contains("Start it instead", Button(page, "Restart").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Reader_Page_OffersNothing()
    {
        Cloud.Viewer = TestImageCloud.Reader;
        Cloud.With("web");
        var page = Loaded("web");

        Assert.All(page.FindAll(".ph button:not([aria-haspopup])"), b => Assert.Equal("true", b.GetAttribute("aria-disabled")));
    }

    [Fact]
    public void Facts_Tab_HasIdAndCommand()
    {
        Cloud.With("web");

        var page = Loaded("web", "facts");

        Assert.Contains($"openstack server show {TestInstances.Id("web")}", page.Markup, StringComparison.Ordinal);
        Assert.Contains("genomics", page.Find(".facts").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("[role=log]"));
    }

    [Fact]
    public void Stats_Tab_DrawsTheFrameOfFourCharts_AndLeavesTheFiguresToTheScript()
    {
        Cloud.With("web");

        var page = Loaded("web", "stats");

        Assert.Equal(["cpu", "memory", "network", "disk"], page.FindAll("[data-chart]").Select(c => c.GetAttribute("data-chart")!));
        Assert.Equal(["300", "3600", "21600", "86400"], page.FindAll("[data-range]").Select(c => c.GetAttribute("data-range")!));
        Assert.Equal("What web uses", page.Find(".stats-viewer").GetAttribute("aria-label"));
        Assert.Single(page.FindAll("table"));
    }

    [Fact]
    public void History_Tab_ListsWhoDidWhat()
    {
        Cloud.With("web", TestInstances.Exited("web", 3));
        Cloud.Nova.Actions.Add(new NovaAction { Action = "create", RequestId = "req-1", UserId = "u1", StartTime = TestInstances.Now.UtcDateTime.AddHours(-2), UpdatedAt = TestInstances.Now.UtcDateTime.AddHours(-2).AddSeconds(2) });
        Cloud.Nova.Actions.Add(new NovaAction { Action = "start", RequestId = "req-2", UserId = "u9", StartTime = TestInstances.Now.UtcDateTime, Message = "Error" });
        Cloud.Nova.ActionDetails["req-2"] = "The command was not found.";

        var page = Loaded("web", "history");

        page.WaitForAssertion(() => Assert.Equal(4, page.FindAll("ol li").Count));
        Assert.Contains("Start by dana", Words(page.FindAll("ol li")[0]), StringComparison.Ordinal);
        Assert.Contains("The command was not found.", page.FindAll("ol li")[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("Launched by lab-user (you) · 2 s", Words(page.FindAll("ol li")[^1]), StringComparison.Ordinal);
        page.WaitForAssertion(() => Assert.Equal("History4", page.Find("nav [aria-current=page]").TextContent));
    }

    [Fact]
    public void Administrator_OfAnotherProjectsInstance_SeesIt()
    {
        Cloud.Nova.With(TestInstances.Server("theirs", change: s => s with { TenantId = "p2", Host = "node-1" }));
        Cloud.Push(TestInstances.Host("theirs") with { ProjectId = "p2" });

        var page = Loaded("theirs");

        Assert.Contains("node-1", Words(page.Find("dl")), StringComparison.Ordinal);
    }

    [Fact]
    public void History_DriverHostSilent_SaysWhatIsMissingAndShowsTheRest()
    {
        Cloud.With("web");
        Cloud.Nova.Actions.Add(new NovaAction { Action = "create", RequestId = "req-1", UserId = "u1", StartTime = TestInstances.Now.UtcDateTime });
        Cloud.AuditFailure = new DriverHostException(null, "unreachable", "The driver host does not answer.");

        var page = Loaded("web", "history");

        page.WaitForAssertion(() => Assert.Contains("Who opened logs, terminals and files is missing here. The driver host does not answer.", Words(page.Find("[role=alert]")), StringComparison.Ordinal));
        Assert.Contains("Launched", page.Find(".history").TextContent, StringComparison.Ordinal);
    }

    private IRenderedComponent<InstancePage> Open(string name, string? tab = null)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/instances/{TestInstances.Id(name)}{(tab is null ? "" : $"?tab={tab}")}");
        return Render<InstancePage>(p => p.Add(x => x.Id, TestInstances.Id(name)));
    }

    private IRenderedComponent<InstancePage> Loaded(string name, string? tab = null)
    {
        var page = Open(name, tab);
        page.WaitForElement(".st");
        return page;
    }

    private static string Words(IElement element) => string.Join(' ', element.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static IElement Button(IRenderedComponent<InstancePage> page, string words) => page.FindAll("button").First(b => b.TextContent.Trim().StartsWith(words, StringComparison.Ordinal));
}
