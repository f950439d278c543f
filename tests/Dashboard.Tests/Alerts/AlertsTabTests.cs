using System.Net;
using AngleSharp.Dom;
using Bunit;
using Dashboard.Instances;
using Dashboard.Tests.Images;
using Dashboard.Tests.Instances;
using DriverHost.Client;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Alerts;

public sealed class AlertsTabTests : InstancePagesContext
{
    private const string Hostile = "<b>full</b> \u202eno space";

    [Fact]
    public void NoRules_SaysWhatTheyAre_AndOffersOne()
    {
        var page = Opened();

        Assert.Contains("A rule watches the log", page.Find(".empty").TextContent, StringComparison.Ordinal);
        OpenForm(page);

        Assert.Empty(page.FindAll(".empty"));
    }

    [Fact]
    public void Reader_SeesRulesAndNoWayToChangeThem()
    {
        Cloud.Viewer = TestImageCloud.Reader;
        Alerts.Rules.Add(TestAlertDesk.Rule("full", new AlertRuleSpec { Text = "no space", Webhook = "https://example.org/…" }));

        var page = Opened("&like=1-0");

        Assert.Contains("lines that contain “no space”", page.Find(".rules").TextContent, StringComparison.Ordinal);
        Assert.Contains("tells example.org", page.Find(".rules").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("form[aria-label='New alert rule']"));
        Assert.DoesNotContain(page.FindAll("button"), b => b.TextContent.Contains("New rule", StringComparison.Ordinal) || b.TextContent.Contains("Delete…", StringComparison.Ordinal));
    }

    [Fact]
    public void Form_TriesEachChange_AndSaysWhatItWouldHaveDone()
    {
        Alerts.Preview = new AlertPreview(1204, 12, 3, DateTimeOffset.UnixEpoch, [new AlertMatch(DateTimeOffset.UnixEpoch, Hostile, "7-0")]);
        var page = Opened();
        OpenForm(page);

        page.Act(() => page.Find("form[aria-label='New alert rule'] input.mono").Input("no space"));

        page.WaitForAssertion(() => Assert.Contains("12 matches in 1,204 kept lines; with this cooldown 3 notices.", page.Find(".preview").TextContent, StringComparison.Ordinal));
        Assert.Equal("<b>full</b> ⟨U+202E⟩no space", page.Find(".preview code").TextContent);
        Assert.Equal(("no space", 300), (Alerts.Tried[^1].Text, Alerts.Tried[^1].CooldownSeconds));
    }

    [Fact]
    public void Form_WithAMatcherThatIsNone_SaysWhy()
    {
        Alerts.Refusal = new DriverHostException(HttpStatusCode.BadRequest, "invalid", "This is not a regular expression: (");
        var page = Opened();
        OpenForm(page);

        page.Act(() => page.Find("form[aria-label='New alert rule'] input.mono").Input("("));

        page.WaitForAssertion(() => Assert.Equal("This is not a regular expression: (", page.Find(".preview .field-error").TextContent));
    }

    [Fact]
    public void Rule_OfALine_IsNamedAfterIt_AndItsSecretIsShownOnce()
    {
        Alerts.Lines["7-0"] = "2026-01-02T03:04:05.678Z \u001b[31mERROR\u001b[0m no space left";
        var page = Opened("&like=7-0");
        page.WaitForAssertion(() => Assert.Equal("ERROR no space left", Input(page).GetAttribute("value")));

        page.Act(() => page.Find("input[type=url]").Input(" https://example.org/notices "));
        page.WaitForState(() => page.Find("input[type=url]").GetAttribute("value") == " https://example.org/notices ");
        page.Act(() => page.Find("form[aria-label='New alert rule']").Submit());

        page.WaitForAssertion(() => Assert.Contains("sesame", page.Find(".made").TextContent, StringComparison.Ordinal));
        var made = Assert.Single(Alerts.Made);
        Assert.Equal(("ERROR no space left", "ERROR no space left", "https://example.org/notices"), (made.Name, made.Text, made.Webhook));
        Assert.EndsWith("?tab=alerts", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
        page.Act(() => page.Find(".made button.o").Click());
        page.WaitForAssertion(() => Assert.DoesNotContain("sesame", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public void Rule_OfEvents_HasThoseThatAreChosen()
    {
        var page = Opened();
        OpenForm(page);

        page.Act(() => page.FindAll(".kinds button")[1].Click());
        page.WaitForElement(".events input");
        page.Act(() => page.FindAll(".events input")[2].Change(true));
        page.WaitForState(() => page.FindAll(".events input")[2].HasAttribute("checked"));
        page.Act(() => page.Find("form[aria-label='New alert rule']").Submit());

        page.WaitForAssertion(() => Assert.Equal(["exit", "oom", "start"], Assert.Single(Alerts.Made).Events));
        Assert.Equal(("Ends with a failure or runs out of memory or starts", ""), (Alerts.Made[0].Name, Alerts.Made[0].Text));
    }

    [Fact]
    public void Rule_ThatIsRefused_KeepsTheFormAndSaysWhy()
    {
        var page = Opened();
        OpenForm(page);
        page.Act(() => Input(page).Input("x"));
        page.WaitForState(() => Alerts.Tried.Count > 0);
        Alerts.Refusal = new DriverHostException(HttpStatusCode.Conflict, "too_many_rules", "The project has 20 alert rules.");

        page.Act(() => page.Find("form[aria-label='New alert rule']").Submit());

        page.WaitForAssertion(() => Assert.Equal("The rule was not made. The project has 20 alert rules.", page.Find("form [role=alert]").TextContent));
        Assert.Equal("x", Input(page).GetAttribute("value"));
    }

    [Fact]
    public void Notices_LinkToTheirLine_AndSayWhatBecameOfThem()
    {
        Alerts.Rules.Add(TestAlertDesk.Rule("full", new AlertRuleSpec { Text = "no space" }, TestAlertDesk.Firing(3, "x", "delivered")) with { Gap = "5 lines were not judged: they came faster than they could be judged.", GapAt = DateTimeOffset.UnixEpoch });
        Alerts.Firings.Add(TestAlertDesk.Firing(3, Hostile, "delivered", "7-0") with { HeldBack = 1 });
        Alerts.Firings.Add(TestAlertDesk.Firing(2, "killed: out of memory", "failed", kind: "oom") with { DeliveryWords = "The webhook answered 500." });

        var page = Opened();
        var notices = page.FindAll(".notices li");

        Assert.Equal($"/instances/{TestInstances.Id("web")}?tab=log&line=7-0", notices[0].QuerySelector("a")!.GetAttribute("href"));
        Assert.Equal("<b>full</b> ⟨U+202E⟩no space", notices[0].QuerySelector("code")!.TextContent);
        Assert.Contains("1 more match held back", notices[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("The webhook answered 500.", notices[1].TextContent, StringComparison.Ordinal);
        Assert.Null(notices[1].QuerySelector("a"));
        Assert.Contains("5 lines were not judged", page.Find(".rules").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Delete_AsksFirst()
    {
        Alerts.Rules.Add(TestAlertDesk.Rule("full", new AlertRuleSpec { Text = "no space" }));
        var dialogs = Dialogs();
        var page = Opened();

        page.Act(() => page.Find(".rules button").Click());
        dialogs.WaitForAssertion(() => Assert.Contains("Delete the rule full?", dialogs.Markup, StringComparison.Ordinal));
        Assert.Single(Alerts.Rules);
        dialogs.Act(() => dialogs.Find("button.d").Click());

        page.WaitForAssertion(() => Assert.Contains("No alert rules yet", page.Markup, StringComparison.Ordinal));
    }

    // The renderer may be busy with what the page hears of its instances: a click is done when what it opens is there.
    private static void OpenForm(IRenderedComponent<InstancePage> page)
    {
        page.Act(() => page.Find(".empty button").Click());
        page.WaitForElement("form[aria-label='New alert rule']");
    }

    private static IElement Input(IRenderedComponent<InstancePage> page) => page.Find("form[aria-label='New alert rule'] input.mono");

    private IRenderedComponent<InstancePage> Opened(string query = "")
    {
        Cloud.With("web", TestInstances.Host("web", InstanceState.Running));
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/instances/{TestInstances.Id("web")}?tab=alerts{query}");
        var page = Render<InstancePage>(p => p.Add(x => x.Id, TestInstances.Id("web")));
        page.WaitForState(() => page.FindAll(".rules, form[aria-label='New alert rule']").Count > 0 || page.Markup.Contains("No alert rules yet", StringComparison.Ordinal));
        return page;
    }
}
