using System.Text.RegularExpressions;
using EndToEnd.Browser;
using EndToEnd.Product;
using Microsoft.Playwright;
using TestKit;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Instances;

[Collection(ProductCollection.Name)]
public sealed partial class TerminalTests(ProductFixture fixture, BrowserFixture browser)
{
    [Theory]
    [InlineData(ColorScheme.Light, 1440)]
    [InlineData(ColorScheme.Dark, 1440)]
    [InlineData(ColorScheme.Light, 390)]
    public async Task A_shell_answers_and_axe_finds_nothing_serious(ColorScheme scheme, int width)
    {
        var (page, notes) = await browser.NewPageAsync(fixture.Product.DashboardUrl, scheme, width);
        await page.SignInAsAdminAsync(fixture);
        await page.OpenAsync(await AddressAsync());
        var axe = new AxeLook(page);
        await Expect(page.GetByText("No terminal is open.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Command, user, directory" }).ClickAsync();
        await axe.LookAsync("terminal, form");

        await page.GetByRole(AriaRole.Button, new() { Name = "Open a terminal" }).ClickAsync();
        await TypeAsync(page, "echo $((6*7))");

        await Expect(Screen(page)).ToContainTextAsync("42");
        // Its paper is all of one colour: rules of ours that reach its root move its text off it.
        Assert.Equal("0px", await page.Locator(".xterm").EvaluateAsync<string>("e => getComputedStyle(e).paddingLeft"));
        await axe.LookAsync("terminal");
        axe.FoundNothing();
        Assert.Empty(notes.Errors);
        Assert.Empty(notes.Foreign);
    }

    [Fact]
    public async Task A_shell_survives_other_pages_and_a_reload_and_its_end_is_in_the_history()
    {
        var (page, notes) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsAdminAsync(fixture);
        var address = await AddressAsync();
        await page.OpenAsync(address);
        await page.GetByRole(AriaRole.Button, new() { Name = "Open a terminal" }).ClickAsync();
        await TypeAsync(page, "kept=$((6*7)); echo got$kept");
        await Expect(Screen(page)).ToContainTextAsync("got42");

        await page.GetByRole(AriaRole.Link, new() { Name = "Facts", Exact = true }).ClickAsync();
        await Expect(page.GetByText("Identity")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Terminal", Exact = true }).ClickAsync();
        await Expect(Screen(page)).ToContainTextAsync("got42");
        await page.ReloadAsync();
        await Expect(Screen(page)).ToContainTextAsync("got42");
        await TypeAsync(page, "echo still$kept");
        await Expect(Screen(page)).ToContainTextAsync("still42");

        await page.Keyboard.PressAsync("Control+Shift+L");
        await Expect(page.Locator("[data-shell-tab]")).ToBeFocusedAsync();
        await TypeAsync(page, "exit 3");
        await Expect(page.GetByText("The process ended with code 3.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Close terminal 1" }).ClickAsync();
        await Expect(page.GetByText("No terminal is open.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "History" }).ClickAsync();
        await Expect(page.GetByText("Terminal opened")).ToBeVisibleAsync();
        await Expect(page.GetByText("The process ended with code 3.")).ToBeVisibleAsync();
        Assert.Empty(notes.Errors);
    }

    [Fact]
    public async Task A_shell_has_the_size_of_its_screen_also_the_full_one_and_ends_with_the_sign_in()
    {
        var (page, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsAdminAsync(fixture);
        var address = await AddressAsync();
        await page.OpenAsync(address);
        await page.GetByRole(AriaRole.Button, new() { Name = "Open a terminal" }).ClickAsync();
        // Of the shell's own word: what it was told of the first size, and that the next one is larger.
        await TypeAsync(page, "set -- $(stty size); rows=$1; cols=$2; echo has-$((rows > 5 && cols > 40))");
        await Expect(Screen(page)).ToContainTextAsync("has-1");

        await page.GetByRole(AriaRole.Button, new() { Name = "Full screen" }).ClickAsync();
        await Expect(page.Locator(".terminals:fullscreen")).ToHaveCountAsync(1);
        await TypeAsync(page, "until set -- $(stty size); [ $1 -gt $rows ] && [ $2 -gt $cols ]; do sleep 0.1; done; echo larger-$((6*7))");
        await Expect(Screen(page)).ToContainTextAsync("larger-42");
        await page.EvaluateAsync("() => document.exitFullscreen()");

        await page.Locator("[popovertarget=account-menu]").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/sign-in"));
        await page.SignInAsAdminAsync(fixture);
        await page.OpenAsync(address.Replace("tab=terminal", "tab=history", StringComparison.Ordinal));
        await Patience.UntilAsync(async () =>
        {
            await page.ReloadAsync();
            await Expect(page.GetByText("Terminal opened")).ToBeVisibleAsync();
            return await page.GetByText("The sign-in ended, so the terminal was closed.").CountAsync() == 1;
        });
    }

    [Fact]
    public async Task A_broken_connection_is_said_and_comes_back_to_the_same_shell()
    {
        await using var cable = new CuttingProxy(fixture.Product.DashboardUrl);
        var (page, _) = await browser.NewPageAsync(cable.Url);
        await page.SignInAsAdminAsync(fixture);
        await page.OpenAsync(await AddressAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Open a terminal" }).ClickAsync();
        await TypeAsync(page, "kept=$((6*7)); echo got$kept");
        await Expect(Screen(page)).ToContainTextAsync("got42");

        cable.PullOut();
        await Expect(page.GetByText("The connection broke.")).ToBeVisibleAsync();
        cable.PutBack();
        await TypeAsync(page, "echo still$kept");

        await Expect(Screen(page)).ToContainTextAsync("still42");
        await Expect(Screen(page).GetByText("got42", new() { Exact = true })).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Hostile_output_reaches_nothing_but_the_screen()
    {
        var (page, notes) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await page.SignInAsAdminAsync(fixture);
        await page.OpenAsync(await AddressAsync());
        await page.EvaluateAsync("() => navigator.clipboard.writeText('mine')");
        page.Dialog += (_, _) => Assert.Fail("A terminal opened a dialog.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Open a terminal" }).ClickAsync();
        await Expect(page).ToHaveTitleAsync(Named());

        await TypeAsync(page, @"printf '\033]0;stolen\007\033]2;stolen\007\033]52;c;c3RvbGVu\007\033]8;;javascript:alert(1)\007click\033]8;;\007<img src=x onerror=alert(1)>\033[21t'; echo en''d");
        await Expect(Screen(page)).ToContainTextAsync("click<img src=x onerror=alert(1)>end");
        await page.Locator(".xterm-rows").GetByText("click<img").Last.ClickAsync(new() { Force = true });

        await Expect(page).ToHaveTitleAsync(Named());
        Assert.Equal("mine", await page.EvaluateAsync<string>("() => navigator.clipboard.readText()"));
        await Expect(page.Locator(".terminal-screen a, .terminal-screen img")).ToHaveCountAsync(0);
        Assert.Empty(notes.Errors);
        Assert.Empty(notes.Foreign);
    }

    [Fact]
    public async Task A_member_is_told_whom_to_ask_and_may_once_the_role_is_given()
    {
        var user = await fixture.NewUserAsync();
        using var person = await fixture.PersonAsync(user);
        var id = await person.BootAsync(Launched.Unique("told"), await person.ImageAsync("busybox"));
        var (page, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await page.SignInAsync(user.Name, user.Password);
        await page.OpenAsync($"/instances/{id}?tab=terminal");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "You have no right to use terminals here" })).ToBeVisibleAsync();
        var axe = new AxeLook(page);
        await axe.LookAsync("terminal, no right");
        axe.FoundNothing();
        var command = await page.GetByLabel("Command", new() { Exact = true }).InnerTextAsync();

        (await fixture.OpenStackAsync("dashboard", command.Split(' ')[1..])).Succeeded();
        var (again, _) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        await again.SignInAsync(user.Name, user.Password);
        await again.OpenAsync($"/instances/{id}?tab=terminal");
        await again.GetByRole(AriaRole.Button, new() { Name = "Open a terminal" }).ClickAsync();
        await TypeAsync(again, "echo $((6*7))");

        await Expect(Screen(again)).ToContainTextAsync("42");
    }

    [GeneratedRegex("^shell-[0-9a-f]+ · Terminal · Dashboard$")]
    private static partial Regex Named();

    private async Task<string> AddressAsync()
    {
        using var admin = await fixture.AdminAsync();
        var id = await admin.BootAsync(Launched.Unique("shell"), await admin.ImageAsync("busybox"), ("docker:command", "[\"/bin/busybox\",\"sleep\",\"100000\"]"));
        Assert.Equal("ACTIVE", await admin.BuiltAsync(id));
        return $"/instances/{id}?tab=terminal";
    }

    private static ILocator Screen(IPage page) => page.Locator(".terminal-screen:not([hidden]) .xterm-rows");

    private static async Task TypeAsync(IPage page, string line)
    {
        await Expect(page.Locator(".terminal-screen:not([hidden])")).ToHaveAttributeAsync("data-state", "open");
        await page.Locator(".terminal-screen:not([hidden]) textarea").FocusAsync();
        await page.Keyboard.TypeAsync(line);
        await page.Keyboard.PressAsync("Enter");
    }
}
