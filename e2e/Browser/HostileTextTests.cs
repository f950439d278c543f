using EndToEnd.Images;
using EndToEnd.Instances;
using EndToEnd.Product;
using Microsoft.Playwright;
using TestKit;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Browser;

/// <summary>Names, metadata, notes and log lines are what members and their containers write. Pages show them, and obey nothing in them.</summary>
[Collection(ProductCollection.Name)]
public sealed class HostileTextTests(ProductFixture fixture, BrowserFixture browser)
{
    private const int LongLine = 1_000_000;
    private const string Markup = "<img src=x onerror=window.harmed=1><script>window.harmed=1</script>";
    private const string Reversed = "\u202egnp.exe";
    private const string Hebrew = "\u05e9\u05dc\u05d5\u05dd";
    private const string Text = $"{Markup}{Reversed} {Hebrew}";
    private const string Shown = $"{Markup}⟨U+202E⟩gnp.exe {Hebrew}";

    private static readonly string Writes =
        $$"""
        echo '{{Text}}'
        printf '\033]8;;javascript:window.harmed=1\033\\press here\033]8;;\033\\ and go on\n'
        printf '\033[2J\033[H\033[5Amoved\033[1;31m red\033[0m\n'
        head -c {{LongLine}} /dev/zero | tr '\000' x
        echo
        echo the last line
        sleep 600
        """;

    [Fact]
    public async Task Text_of_others_is_shown_and_never_obeyed()
    {
        var member = await fixture.NewUserAsync();
        using var person = await fixture.PersonAsync(member);
        using var approver = await fixture.AdminAsync();
        var (imageName, instanceName) = ($"{Uploads.Unique("image")} {Text}", $"{Uploads.Unique("instance")} {Text}");
        var image = await person.UploadAsync(imageName, TestImages.Running(Writes, "test:latest", i => i with { Environment = [.. i.Environment, $"NOTE={Text}"] }), ("docker_request", Text), ("purpose", Text));
        var (page, harm) = await WatchedAsync(member.Name, member.Password);
        var (admin, adminHarm) = await WatchedAsync("admin", fixture.Product.AdminPassword);

        await admin.OpenAsync($"/approvals?image={image}");
        await Expect(admin.GetByText("hashed by the host").First).ToBeVisibleAsync();
        await adminHarm.LookAsync("approvals", imageName);
        await admin.GetByRole(AriaRole.Button, new() { Name = "Reject…" }).ClickAsync();
        await Expect(admin.GetByRole(AriaRole.Dialog)).ToContainTextAsync(Shown);
        await adminHarm.LookAsync("the question before rejecting", imageName);

        await approver.ApproveAsync(image);
        var instance = await person.BootAsync(instanceName, image, ("note", Text));
        Assert.Equal("ACTIVE", await person.BuiltAsync(instance));
        await page.OpenAsync("/images");
        await harm.LookAsync("images", imageName);
        await page.OpenAsync($"/images/{image}");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Configuration" })).ToContainTextAsync($"NOTE={Shown}");
        await harm.LookAsync("image", imageName);
        await page.OpenAsync("/launch");
        await harm.LookAsync("launch", imageName);
        await page.OpenAsync("/instances");
        await harm.LookAsync("instances", instanceName);
        await page.OpenAsync($"/instances/{instance}?tab=facts");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Metadata" })).ToBeVisibleAsync();
        await harm.LookAsync("facts", instanceName);
        await page.OpenAsync($"/instances/{instance}?tab=history");
        await Expect(page.GetByText("Launched", new() { Exact = true })).ToBeVisibleAsync();
        await harm.LookAsync("history", instanceName);

        await page.OpenAsync($"/instances/{instance}");
        await Expect(page.Log().GetByText("the last line", new() { Exact = true })).ToBeVisibleAsync();
        await harm.LookAsync("log", instanceName);
        await FilterAsync("press here", "press here and go on");
        await FilterAsync("moved", "moved red");
        await FilterAsync("gnp.exe", Shown);
        await harm.LookAsync("filtered log", instanceName);
        await page.GetByLabel("Log: filter lines").FillAsync("xxxx");
        await Expect(page.Log().Locator(".log-text:visible").First).ToContainTextAsync("more characters: see the download");
        await FilterAsync("the last", "the last line");
        await page.SetViewportSizeAsync(390, 844);
        await page.OpenAsync($"/instances/{instance}");
        await Expect(page.Log().GetByText("the last line", new() { Exact = true })).ToBeInViewportAsync();
        await harm.LookAsync("log on a phone", instanceName);

        Assert.Equal("ACTIVE", await person.BuiltAsync(instance));
        await person.DeleteServerAsync(instance);

        async Task FilterAsync(string words, string line)
        {
            await page.GetByLabel("Log: filter lines").FillAsync(words);
            await Expect(page.Log().Locator(".log-text:visible")).ToHaveTextAsync([line]);
        }
    }

    private async Task<(IPage Page, Harm Harm)> WatchedAsync(string user, string password)
    {
        var (page, notes) = await browser.NewPageAsync(fixture.Product.DashboardUrl);
        var harm = new Harm(page, notes);
        await page.SignInAsync(user, password);
        return (page, harm);
    }

    /// <summary>What a page would do if it obeyed.</summary>
    private sealed class Harm
    {
        // Right-to-left letters may turn the order of what stands beside them in a line, unless their element is isolated from it.
        // Long words may stick out of the box in which they stand, unless a box clips or scrolls them. A blank at a line's end hangs out, unseen.
        private const string Misplaced =
            """
            () => {
              const main = document.querySelector("main");
              const found = [document.documentElement, main].every(box => box.scrollWidth <= box.clientWidth)
                ? []
                : ["wider than the page:", ...[...main.querySelectorAll("*")].filter(e => e.getBoundingClientRect().right > innerWidth).map(e => e.outerHTML.slice(0, 160))];
              const texts = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
              while (texts.nextNode()) {
                const text = texts.currentNode;
                const element = text.parentElement;
                if (!/harmed|[\u0590-\u05ff]/.test(text.data) || !element.checkVisibility()) continue;
                const { display, unicodeBidi } = getComputedStyle(element);
                if (display.startsWith("inline") && !/isolate|plaintext/.test(unicodeBidi)) found.push(`not isolated: ${element.outerHTML}`);
                if (element.closest("[role=log]")) continue; // It scrolls by itself.
                const words = document.createRange();
                words.selectNodeContents(text);
                const end = words.getBoundingClientRect().right;
                for (let box = element; box && getComputedStyle(box).overflowX === "visible"; box = box.parentElement) {
                  if (getComputedStyle(box).display === "inline") continue;
                  if (end > box.getBoundingClientRect().right + 10) found.push(`sticks out of ${box.tagName}.${box.className} by ${Math.round(end - box.getBoundingClientRect().right)}: ${element.outerHTML}`);
                }
              }
              return found;
            }
            """;

        private readonly IPage _page;
        private readonly PageNotes _notes;
        private readonly List<string> _dialogs = [];

        public Harm(IPage page, PageNotes notes)
        {
            (_page, _notes) = (page, notes);
            page.Dialog += async (_, dialog) =>
            {
                _dialogs.Add(dialog.Message);
                await dialog.DismissAsync();
            };
        }

        /// <summary>Looks at the page wide and narrow.</summary>
        public async Task LookAsync(string where, string name)
        {
            await Expect(_page.Locator("main")).ToContainTextAsync(name.Replace(Text, Shown, StringComparison.Ordinal));
            foreach (var (width, height) in new[] { (390, 844), (1440, 900) })
            {
                await _page.SetViewportSizeAsync(width, height);
                var misplaced = await _page.EvaluateAsync<string[]>(Misplaced);
                Assert.True(misplaced.Length == 0, $"{where} at {width}:\n{string.Join('\n', misplaced)}");
            }

            Assert.True(await _page.EvaluateAsync<bool>("() => window.harmed === undefined"), $"{where} ran a script");
            Assert.Equal(0, await _page.Locator("[onerror], img[src=x], main script, a[href^='javascript:']").CountAsync());
            Assert.Empty(await _page.EvaluateAsync<string[]>("() => document.documentElement.outerHTML.match(/.{0,200}[\\u202a-\\u202e\\u001b]/g) ?? []"));
            Assert.Empty(_dialogs);
            Assert.Empty(_notes.Errors);
            Assert.Empty(_notes.Foreign);
        }
    }
}
