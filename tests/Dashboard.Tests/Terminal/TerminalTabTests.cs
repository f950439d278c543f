using System.Net;
using AngleSharp.Dom;
using Bunit;
using Dashboard.Terminal;
using Dashboard.Tests.Instances;
using DriverHost.Client;
using Microsoft.Extensions.DependencyInjection;
using TestImages = Dashboard.Tests.Images.TestImages;

namespace Dashboard.Tests.Terminal;

public sealed class TerminalTabTests : InstancePagesContext
{
    private readonly TestTerminalDesk _desk = new();
    private readonly BunitJSModuleInterop _viewer;

    public TerminalTabTests()
    {
        Services.AddSingleton<ITerminalDesk>(_desk);
        var module = JSInterop.SetupModule("./js/terminal.js");
        module.Mode = JSRuntimeMode.Loose;
        _viewer = module.SetupModule("mount", _ => true);
        _viewer.Mode = JSRuntimeMode.Loose;
    }

    [Fact]
    public void Tab_WithoutTheRight_SaysWhatToAskFor()
    {
        _desk.Allowed = false;

        var tab = Opened();

        Assert.Equal("You have no right to use terminals here", tab.Find("h2").TextContent);
        Assert.Equal("openstack role add --user u1 --project p1 terminal", tab.Find("pre").TextContent);
        Assert.Empty(tab.FindAll("section.terminals"));
    }

    [Fact]
    public void Tab_NoneOpen_SaysSo()
    {
        var tab = Opened();

        tab.WaitForAssertion(() => Assert.StartsWith("No terminal is open.", tab.Find(".terminal-none").TextContent.Trim(), StringComparison.Ordinal));
        Assert.Contains("written to the audit", tab.Find(".terminal-note").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain(JSInterop.Invocations, i => i.Identifier == "import");
    }

    [Fact]
    public void Tab_InstanceStopped_OffersNoneAndSaysWhy()
    {
        var tab = Opened(TestInstances.Host("web", InstanceState.Exited));

        Button(tab, "Open a terminal").Click();

        Assert.Equal("true", Button(tab, "Open a terminal").GetAttribute("aria-disabled"));
        Assert.Contains("Start it, then open a terminal.", tab.Find(".terminal-none").TextContent, StringComparison.Ordinal);
        Assert.Empty(_desk.Asked);
    }

    [Fact]
    public void Tab_OpenOnes_AreFoundAgainAndTheNewestIsShown()
    {
        _desk.Open.AddRange([TestTerminalDesk.Record("a", "/bin/ash"), TestTerminalDesk.Record("b", "top", "<b>\u202e")]);

        var tab = Opened();

        tab.WaitForAssertion(() => Assert.Equal(2, tab.FindAll("[data-shell-tab]").Count));
        Assert.Equal("true", tab.Find("[data-shell-tab=b]").GetAttribute("aria-pressed"));
        Assert.Equal("top '<b>⟨U+202E⟩'", tab.Find("[data-shell-tab=b]").GetAttribute("title"));
        Assert.Equal(["b"], Shown());
    }

    [Fact]
    public void Open_AsTyped_IsAskedForAndKeptForTheImage()
    {
        var tab = Opened();
        Button(tab, "Command, user").Click();
        tab.Find("#terminal-command").Change("sh -c 'ls -l'");
        tab.Find("#terminal-user").Change(" app ");
        tab.Find("#terminal-directory").Change("/srv");

        Button(tab, "Open a terminal").Click();

        tab.WaitForAssertion(() => Assert.Equal(["new1"], Shown()));
        var asked = Assert.Single(_desk.Asked);
        Assert.Equal(["sh", "-c", "ls -l"], asked.Command!);
        Assert.Equal(("app", "/srv"), (asked.User!, asked.WorkingDir!));
        Assert.Equal(new TerminalChoice("sh -c 'ls -l'", "app", "/srv"), _desk.Choices[TestImages.Id]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Recorded_IsSaidBeforeTheFirstOneOpens(bool recorded)
    {
        _desk.Recorded = recorded;

        var tab = Opened();

        tab.WaitForAssertion(() => Assert.Equal("false", Button(tab, "Open a terminal").GetAttribute("aria-disabled")));
        Assert.Equal(recorded, tab.FindAll(".terminal-recorded").Count == 1);
        Assert.Equal(!recorded, tab.Markup.Contains("What is typed is not.", StringComparison.Ordinal));
    }

    [Fact]
    public void Recorded_IsSaidOfOneThatIsOpenStill_ThoughTheOperatorSwitchedItOff()
    {
        _desk.Open.Add(TestTerminalDesk.Record("a", "/bin/ash") with { Recorded = true });

        var tab = Opened();

        tab.WaitForAssertion(() => Assert.Contains("Terminals here are recorded.", tab.Find(".terminal-recorded").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Open_WithAnOpenQuote_IsRefusedBesideTheField()
    {
        var tab = Opened();
        Button(tab, "Command, user").Click();
        tab.Find("#terminal-command").Change("sh 'x");

        Button(tab, "Open a terminal").Click();

        Assert.Equal("A ' is opened and not closed.", tab.Find("#terminal-help").TextContent);
        Assert.Empty(_desk.Asked);
    }

    [Fact]
    public void Open_InAnImageWithoutAShell_SaysSoAndOpensTheForm()
    {
        _desk.Refusal = new DriverHostException(HttpStatusCode.UnprocessableEntity, "no_shell", "The image has no shell.");
        var tab = Opened();

        Button(tab, "Open a terminal").Click();

        tab.WaitForAssertion(() => Assert.Contains("The image has no shell.", tab.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Assert.NotNull(tab.Find("#terminal-command"));
    }

    [Fact]
    public async Task Ended_StaysUntilItIsRemoved()
    {
        _desk.Open.Add(TestTerminalDesk.Record("a", "/bin/ash"));
        var tab = Opened();
        tab.WaitForAssertion(() => Assert.Equal(["a"], Shown()));

        await tab.InvokeAsync(() => tab.Instance.TerminalEnded("a"));
        Assert.Contains("ended", tab.Find("[data-shell-tab=a]").TextContent, StringComparison.Ordinal);
        tab.Find("[aria-label='Close terminal 1']").Click();

        tab.WaitForAssertion(() => Assert.Empty(tab.FindAll("[data-shell-tab]")));
        Assert.Equal("a", _viewer.Invocations.Single(i => i.Identifier == "remove").Arguments[0]);
    }

    private IEnumerable<object?> Shown() => _viewer.Invocations.Where(i => i.Identifier == "show").Select(i => i.Arguments[0]);

    private IRenderedComponent<TerminalTab> Opened(HostInstance? host = null) => Render<TerminalTab>(p => p.Add(x => x.View, Views.Of("web", host)));

    private static IElement Button(IRenderedComponent<TerminalTab> tab, string words) => tab.FindAll("button").First(b => b.TextContent.Trim().StartsWith(words, StringComparison.Ordinal));
}
