using Bunit;
using Dashboard.Files;
using Dashboard.Instances;
using Dashboard.Tests.Images;
using Dashboard.Tests.Instances;
using DriverHost.Client;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using static Dashboard.Tests.Files.ChangeTreeTests;

namespace Dashboard.Tests.Files;

public sealed class CopyPanelTests : InstancePagesContext
{
    [Fact]
    public void CopyIn_WhileItRuns_SaysWhyNot()
    {
        var page = Opened(InstanceState.Running);

        Assert.Contains("Pause or stop the instance first", page.Find("#copy-in-help").TextContent, StringComparison.Ordinal);
        Assert.True(page.Find("input[type=file]").HasAttribute("disabled"));
    }

    [Fact]
    public void CopyIn_OfAReader_SaysWhyNot()
    {
        Cloud.Viewer = TestImageCloud.Reader;

        var page = Opened(InstanceState.Paused);

        Assert.Contains("Your role may look, not change", page.Find("#copy-in-help").TextContent, StringComparison.Ordinal);
        Assert.True(page.Find("input[type=file]").HasAttribute("disabled"));
        Assert.NotEmpty(page.FindAll("td.get a"));
    }

    [Fact]
    public void CopyIn_Paused_IsOffered()
    {
        var page = Opened(InstanceState.Paused);

        Assert.False(page.Find("input[type=file]").HasAttribute("disabled"));
        Assert.Contains("will belong to whom the instance's process runs as", page.Find("#copy-in-help").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_OfWhatIsThere_CanBeDownloaded()
    {
        var page = Opened(InstanceState.Running);

        Assert.Equal(["/data", "/data/deep", "/data/deep/a", "/data/b", "/etc", "/etc/group"], page.FindAll("td.get a").Select(a => a.GetAttribute("aria-label")!["Download ".Length..]));
        Assert.Equal($"files/{TestInstances.Id("web")}?path=%2Fdata%2Fdeep%2Fa", page.FindAll("td.get a")[2].GetAttribute("href"));
        Assert.All(page.FindAll("td.get a"), a => Assert.True(a.HasAttribute("download")));
    }

    [Fact]
    public void CopyOut_OfAFile_GoesToTheBrowser()
    {
        Cloud.FileStat = new FileStat("/var/a b", "file", 5, null);
        var page = Opened(InstanceState.Running);

        Ask(page, " /var/a b ");

        page.WaitForAssertion(() => Assert.EndsWith($"/files/{TestInstances.Id("web")}?path=%2Fvar%2Fa%20b", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("link", "/x is a link to <b>. Ask for that path instead.")]
    [InlineData("other", "/x is a device, a pipe or a socket: it has no bytes to copy.")]
    [InlineData(null, "There is no such instance on this host.")]
    public void CopyOut_OfWhatIsNone_SaysSo(string? type, string words)
    {
        Cloud.FileStat = type is null ? null : new FileStat("/x", type, null, type == "link" ? "<b>" : null);
        var page = Opened(InstanceState.Running);

        Ask(page, "/x");

        page.WaitForAssertion(() => Assert.Equal(words, page.Find("#copy-out-help[role=alert]").TextContent));
        page.WaitForAssertion(() => Assert.EndsWith("tab=files", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal));
    }

    [Fact]
    public void Browse_GoesThroughTheFolders_AndGivesThePathBack()
    {
        Cloud.Folders["/"] = Folder("/", Entry("bin", "link", "usr/bin"), Entry("proc", "folder"), Entry("var", "folder"));
        Cloud.Folders["/var"] = Folder("/var", Entry("a\u202eb", "file"), Entry("app.log", "file"), Entry("pipe", "other"));
        Cloud.Folders["/bin"] = Folder("/usr/bin");
        var dialogs = Dialogs();
        var page = Opened(InstanceState.Running);

        page.Act(() => page.Find("[aria-label^='Browse for what']").Click());
        Press(dialogs, 1, of: 3);
        Assert.Equal("Made up by the kernel: there are no files to copy.", Entries(dialogs, 3)[1].GetAttribute("title"));
        Press(dialogs, 0, of: 3);
        dialogs.WaitForAssertion(() => Assert.Equal(["/", "usr", "bin"], dialogs.FindAll(".crumb").Select(c => c.TextContent)));
        Assert.Equal("This folder is empty.", dialogs.Find(".status").TextContent);
        dialogs.Act(() => dialogs.FindAll(".crumb")[0].Click());
        Press(dialogs, 2, of: 3);

        dialogs.WaitForAssertion(() => Assert.Contains("\u27e8U+202E\u27e9", dialogs.Find(".entry").TextContent, StringComparison.Ordinal));
        Assert.Equal(["true", null, "true"], Entries(dialogs, 3).Select(e => e.GetAttribute("aria-disabled")));
        Press(dialogs, 1, of: 3);
        page.WaitForAssertion(() => Assert.Equal("/var/app.log", page.Find("form.copy input").GetAttribute("value")));
    }

    [Fact]
    public void Browse_ForAFolder_TakesNoFile_AndAHostThatCannotLookSaysSo()
    {
        Cloud.Folders["/"] = Folder("/", Entry("file", "file"));
        Cloud.Folders["/tmp"] = Folder("/tmp", Entry("deep", "folder"));
        Cloud.Folders["/tmp/deep"] = Folder("/tmp/deep", Entry("note", "file"));
        var dialogs = Dialogs();
        var page = Opened(InstanceState.Paused);

        page.Act(() => page.Find("[aria-label^='Browse for the folder']").Click());
        Press(dialogs, 0, of: 1);
        dialogs.WaitForAssertion(() => Assert.Contains("choose the folder", Entries(dialogs, 1)[0].GetAttribute("title")!, StringComparison.Ordinal));
        dialogs.Act(() => dialogs.FindAll("button").Single(b => b.TextContent == "Choose this folder").Click());
        page.WaitForAssertion(() => Assert.Equal("/tmp/deep", page.Find("[aria-label='Copy in'] input").GetAttribute("value")));

        Cloud.FoldersFailure = new DriverHostException(System.Net.HttpStatusCode.NotImplemented, "not_seen", "This host cannot see the files. Type the path instead.");
        page.Act(() => page.Find("[aria-label^='Browse for the folder']").Click());
        dialogs.WaitForAssertion(() => Assert.Contains("Type the path instead.", dialogs.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Assert.True(dialogs.FindAll("button").Single(b => b.TextContent == "Choose this folder").HasAttribute("disabled"));
    }

    [Fact]
    public async Task CopyIn_WithAnOwner_AsksForIt_AndSaysWhose()
    {
        var page = Opened(InstanceState.Paused);
        var panel = page.FindComponent<CopyPanel>();
        await page.InvokeAsync(() => panel.Instance.Sender.OnChosen("in.txt", 12, null));
        page.Act(() => page.Find(".owner input").Input(" 1000:50 "));
        page.WaitForAssertion(() => Assert.Contains("It will belong to 1000:50", page.Find("#copy-in-help").TextContent, StringComparison.Ordinal));

        page.Act(() => page.FindAll("button").Single(b => b.TextContent == "Upload").Click());
        page.WaitForElement("[role=progressbar]");
        await page.InvokeAsync(() => panel.Instance.Sender.OnEnded(true, "It belongs to 1000:50."));

        Assert.Equal($"files/{TestInstances.Id("web")}?path=%2Ftmp%2Fin.txt&owner=1000%3A50", JSInterop.Invocations.Single(i => i.Identifier == "start").Arguments[0]);
        page.WaitForAssertion(() => Assert.Equal("in.txt is in /tmp. It belongs to 1000:50.", page.Find("#copy-in-help").TextContent));
    }

    [Theory]
    [InlineData(0b000_110_100_100, "rw-r--r--")]
    [InlineData(0b000_111_101_101, "rwxr-xr-x")]
    [InlineData(0b111_111_101_100, "rwsr-sr-T")]
    [InlineData(0b001_111_111_111, "rwxrwxrwt")]
    [InlineData(0b100_110_000_000, "rwS------")]
    public void Mode_IsWrittenAsLsWritesIt(int mode, string words) => Assert.Equal(words, FileModes.Words(mode));

    private static FileList Folder(string path, params FileEntry[] entries) => new(path, entries, false);

    private static FileEntry Entry(string name, string type, string? target = null) => new(name, type, type == "file" ? 5 : null, 0b110_100_100, 0, 0, DateTimeOffset.UnixEpoch, target);

    private static IReadOnlyList<AngleSharp.Dom.IElement> Entries(IRenderedComponent<MudBlazor.MudDialogProvider> dialogs, int count) => dialogs.WaitForElements(".entry", count);

    private static void Press(IRenderedComponent<MudBlazor.MudDialogProvider> dialogs, int entry, int of)
    {
        Entries(dialogs, of);
        dialogs.Act(() => dialogs.FindAll(".entry")[entry].Click());
    }

    private static void Ask(IRenderedComponent<InstancePage> page, string path)
    {
        page.Act(() => page.Find("form.copy input").Input(path));
        page.Act(() => page.Find("form.copy").Submit());
    }

    private IRenderedComponent<InstancePage> Opened(InstanceState state)
    {
        Cloud.Changes = Some;
        Cloud.With("web", TestInstances.Host("web", state), state == InstanceState.Paused ? "PAUSED" : "ACTIVE");
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/instances/{TestInstances.Id("web")}?tab=files");
        var page = Render<InstancePage>(p => p.Add(x => x.Id, TestInstances.Id("web")));
        page.WaitForElement(".list tbody tr");
        return page;
    }
}
