using System.Text.RegularExpressions;
using EndToEnd.Browser;
using EndToEnd.Product;
using Microsoft.Playwright;
using TestKit;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Instances;

[Collection(ProductCollection.Name)]
public sealed partial class LogTests(ProductFixture fixture, BrowserFixture browser)
{
    [Fact]
    public async Task The_log_of_a_running_instance_grows_while_it_is_watched()
    {
        var chatty = await Launched.NewAsync(fixture, "chatty", Launched.Counting);
        var (page, notes) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsDemoAsync(fixture);

        await page.OpenAsync("/instances");
        await page.GetByRole(AriaRole.Link, new() { Name = $"Log of {chatty.Name}" }).ClickAsync();

        var seen = await page.NewestAsync();
        await Expect(page.Log().GetByText($"line {seen + 5}", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(page.Foot()).ToContainTextAsync("live");
        Assert.Empty(notes.Errors);
    }

    [Fact]
    public async Task The_log_survives_a_dropped_connection_without_a_line_twice_or_a_hole()
    {
        var chatty = await Launched.NewAsync(fixture, "dropped", Launched.Counting);
        await using var cable = new CuttingProxy(fixture.Product.DashboardUrl);
        var (page, _) = await browser.NewPageAsync(cable.Url);
        await page.SignInAsDemoAsync(fixture);
        await page.OpenAsync(chatty.Address);
        await page.NewestAsync();

        cable.PullOut();
        await Expect(page.Foot()).ToContainTextAsync("reconnecting");
        var before = await Written.LinesAsync(fixture, chatty);
        await Written.WaitForLinesAsync(fixture, chatty, before + 10);
        cable.PutBack();
        await Expect(page.Foot()).ToContainTextAsync("live");
        (await fixture.OpenStackAsync("dashboard-demo", "server", "stop", chatty.Id)).Succeeded();
        await Expect(page.Foot()).ToContainTextAsync("ended");

        await page.GetByLabel("Log: filter lines").FillAsync("line ");
        await Expect(page.Locator("[data-log=count]")).ToContainTextAsync(" of ");
        var written = await Written.LinesAsync(fixture, chatty);
        Assert.Equal(Enumerable.Range(1, written), await page.NumbersAsync());
        Assert.Equal(written, await page.CountAsync());
        await Expect(page.Foot()).ToContainTextAsync("0 gaps");
    }

    [Fact]
    public async Task A_network_that_changes_while_the_page_loads_does_not_lose_the_log()
    {
        var chatty = await Launched.NewAsync(fixture, "changed", Launched.Counting);
        var (page, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsDemoAsync(fixture);
        // A container that starts changes the machine's network: Chromium drops what it is loading then.
        await page.RouteAsync("**/js/log/words.*.js", route => route.AbortAsync("internetdisconnected"), new() { Times = 2 });

        await page.OpenAsync(chatty.Address);

        await page.NewestAsync();
        await Expect(page.Foot()).ToContainTextAsync("live");
    }

    [Fact]
    public async Task A_container_that_ended_shows_its_code_and_its_log_is_still_there()
    {
        var failing = await Launched.NewAsync(fixture, "failing", "echo reading; echo 'config file not found' >&2; exit 3", ends: true);
        var (page, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsDemoAsync(fixture);

        await page.OpenAsync("/instances?state=look");
        await Expect(page.Row(failing.Name)).ToContainTextAsync("Exited · code 3");
        await page.OpenAsync(failing.Address);

        await Expect(page.Log().GetByText("config file not found")).ToBeVisibleAsync();
        await Expect(page.Log().GetByText("reading", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(page.Foot()).ToContainTextAsync("ended (exited, code 3)");
        await page.GetByRole(AriaRole.Button, new() { Name = "err", Exact = true }).ClickAsync();
        await Expect(page.Log().GetByText("config file not found")).ToBeHiddenAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "err", Exact = true }).ClickAsync();
    }

    [Fact]
    public async Task A_stopped_instance_keeps_its_log_and_starting_it_goes_on_with_it()
    {
        var chatty = await Launched.NewAsync(fixture, "stopped", "echo hello from the start; sleep 100000");
        var (page, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsDemoAsync(fixture);
        await page.OpenAsync(chatty.Address);
        await Expect(page.Log().GetByText("hello from the start")).ToHaveCountAsync(1);

        await page.GetByRole(AriaRole.Button, new() { Name = "Stop", Exact = true }).ClickAsync();
        await Expect(page.Locator(".ph .st")).ToContainTextAsync("Exited · stopped");
        await page.ReloadAsync();
        await Expect(page.Log().GetByText("hello from the start")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true }).ClickAsync();

        await Expect(page.Locator(".ph .st")).ToContainTextAsync("Running");
        await Expect(page.Log().GetByText("hello from the start")).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task Keys_pause_follow_filter_and_wrap_the_log()
    {
        var chatty = await Launched.NewAsync(fixture, "keys", Launched.Counting);
        var (page, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsDemoAsync(fixture);
        await page.OpenAsync(chatty.Address);
        await page.NewestAsync();
        var follow = page.Locator("[data-log=follow]");

        await page.Keyboard.PressAsync(" ");
        await Expect(follow).ToHaveTextAsync(New());
        await Expect(page.Foot()).ToContainTextAsync("paused");
        await page.Keyboard.PressAsync("f");
        await Expect(follow).ToContainTextAsync("Following");
        await page.Keyboard.PressAsync("w");
        await Expect(page.Locator("[data-log=wrap][data-key]")).ToHaveAttributeAsync("aria-pressed", "true");
        await page.Keyboard.PressAsync("t");
        await Expect(page.Locator("[data-log=time][data-key]")).ToContainTextAsync("UTC");
        await page.Keyboard.PressAsync("/");
        await Expect(page.GetByLabel("Log: filter lines")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("^line 2$");
        await Expect(page.Locator("[data-log=count]")).ToHaveTextAsync(Nothing());
        await page.GetByLabel("Log: regular expression").ClickAsync();
        await Expect(page.Log().Locator(".log-text:visible")).ToHaveTextAsync(["line 2"]);
        await page.GetByLabel("Log: filter lines").FocusAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByLabel("Log: filter lines")).ToHaveValueAsync("");

        await page.Keyboard.PressAsync("d");
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download", Exact = true }).ClickAsync());
        Assert.StartsWith("line 1\n", await File.ReadAllTextAsync(await download.PathAsync(), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reader_mode_walks_the_lines_and_a_link_to_one_leads_back_to_it()
    {
        var one = await Launched.NewAsync(fixture, "reader", "i=0; while [ $i -lt 400 ]; do i=$((i+1)); echo \"line $i\"; done; sleep 100000");
        var (page, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await page.SignInAsDemoAsync(fixture);
        await page.OpenAsync(one.Address);
        await Expect(page.Log().GetByText("line 400", new() { Exact = true })).ToBeVisibleAsync();

        await PressReaderAsync(page);
        await Expect(page.GetByRole(AriaRole.Listbox)).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("ArrowUp");
        await page.Keyboard.PressAsync("ArrowUp");
        var walked = page.Locator($"[id='{await page.GetByRole(AriaRole.Listbox).GetAttributeAsync("aria-activedescendant")}']");
        await Expect(walked).ToHaveRoleAsync(AriaRole.Option);
        var text = await walked.Locator(".log-text").TextContentAsync();
        Assert.StartsWith("line 39", text, StringComparison.Ordinal);
        // It is read by what it shows: its text first, its time and stream after it.
        Assert.Matches($@"option ""{text} \d\d:\d\d:\d\d\.\d{{3}} out""", await walked.AriaSnapshotAsync());
        Assert.True((await walked.Locator(".log-time").BoundingBoxAsync())!.X < (await walked.Locator(".log-text").BoundingBoxAsync())!.X);
        var axe = new AxeLook(page);
        await axe.LookAsync("reader mode");
        axe.FoundNothing();

        await page.Keyboard.PressAsync("p");
        await Expect(page.GetByText("Copied a link to the line.").First).ToBeVisibleAsync();
        var link = await page.EvaluateAsync<string>("() => navigator.clipboard.readText()");
        Assert.StartsWith($"{fixture.Product.DashboardUrl}instances/{one.Id}?tab=log&line=", link, StringComparison.Ordinal);
        await page.OpenAsync(link);
        await Expect(page.Locator(".log-marked:visible .log-text")).ToHaveTextAsync(text!);
        // The choice is kept for this user, whom other tests are, too.
        await PressReaderAsync(page);
        await Expect(page.GetByRole(AriaRole.Listbox)).ToHaveCountAsync(0);
    }

    /// <summary>Turns reader mode on or off, and waits until that is kept: the next page begins with it.</summary>
    private static async Task PressReaderAsync(IPage page) =>
        await page.RunAndWaitForResponseAsync(() => page.Keyboard.PressAsync("Shift+R"), answer => answer.Url.EndsWith("/preferences/log", StringComparison.Ordinal));

    [Fact]
    public async Task Searching_jumps_between_the_hits_and_a_field_filters()
    {
        const string Said = "for i in 1 2 3; do echo \"step $i\"; echo 'ERROR boom'; echo '  at one'; done; echo '{\"msg\":\"structured\",\"user\":\"ann\"}'; sleep 100000";
        var talking = await Launched.NewAsync(fixture, "search", Said);
        var (page, notes) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsDemoAsync(fixture);
        await page.OpenAsync(talking.Address);
        await Expect(page.Log().GetByText("structured")).ToBeVisibleAsync();
        var count = page.Locator("[data-log=count]");

        await page.GetByLabel("Log: filter lines").FillAsync("step");
        await Expect(page.Log().Locator(".log-text:visible")).ToHaveCountAsync(3);
        await page.GetByLabel("Log: show all lines, mark what matches").ClickAsync();
        await Expect(count).ToHaveTextAsync("3 found");
        await page.GetByLabel("Log: filter lines").PressAsync("Shift+Enter");
        await page.GetByLabel("Log: filter lines").PressAsync("Shift+Enter");
        await Expect(page.Log().Locator(".log-current .log-text")).ToHaveTextAsync("step 2");
        await page.GetByLabel("Log: filter lines").PressAsync("Enter");
        await Expect(count).ToHaveTextAsync("3 of 3");

        await page.GetByLabel("Log: filter lines").FillAsync("at one");
        await page.GetByLabel("Log: show all lines, mark what matches").ClickAsync();
        await Expect(page.Log().Locator(".log-text:visible").First).ToHaveTextAsync("ERROR boom");
        await page.GetByLabel("Log: filter lines").PressAsync("Escape");
        await page.Keyboard.PressAsync("End");
        await page.Keyboard.PressAsync("ArrowUp");
        await Expect(page.Log().Locator(".log-current")).ToContainTextAsync("structured");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Button, new() { Name = "Only lines with user = ann" }).ClickAsync();
        await Expect(page.Log().Locator(".log-text:visible")).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove the filter user = ann" }).ClickAsync();
        await Expect(page.Log().GetByText("step 1")).ToBeVisibleAsync();
        Assert.Empty(notes.Errors);
    }

    [GeneratedRegex("^\\d+ new")]
    private static partial Regex New();

    [GeneratedRegex("^0 of")]
    private static partial Regex Nothing();
}
