using System.Net;
using System.Runtime.InteropServices;
using DriverHost.Client;
using DriverHost.Files;
using DriverHost.Http;
using DriverHost.Tests.Containers;
using HostEngine = DriverHost.Docker.Engine;

namespace DriverHost.Tests.Files;

/// <summary>What is in folders of real containers, as their layers say.</summary>
[Trait("needs", "docker")]
public sealed partial class FileListTests(DriverHostFixture fixture) : IAsyncDisposable
{
    private readonly Instances _instances = new(fixture.Host);
    private readonly string _project = TestSpecs.NewProject();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private DriverHostClient Reader => fixture.Host.As(_project, "reader");

    public ValueTask DisposeAsync() => _instances.DisposeAsync();

    [Fact]
    public async Task Folder_IsListedAsTheInstanceSeesIt_RunningAndStopped()
    {
        var instance = await ReadyAsync("""
            mkdir -p /data/deep; printf 12345 > /data/b; chmod 640 /data/b; chown 7:8 /data/b; touch -d '2020-01-02 03:04:05' /data/b; ln -s /etc/passwd /data/a; mkfifo /data/pipe
            rm /bin/yes; rm -r /var; mkdir /var; touch /var/only
            """);

        var running = await Reader.ListFilesAsync(instance.Id, "/data/", Cancelled);
        var bin = await Reader.ListFilesAsync(instance.Id, "/bin", Cancelled);
        await fixture.Host.Operator.StopAsync(instance.Id, TimeSpan.Zero, Cancelled);
        var stopped = await Reader.ListFilesAsync(instance.Id, "/data", Cancelled);

        Assert.Equal(("/data", false), (running.Path, running.More));
        Assert.Equal([("deep", "folder", null), ("a", "link", "/etc/passwd"), ("b", "file", null), ("pipe", "other", null)], running.Entries.Select(e => (e.Name, e.Type, e.LinkTarget)));
        Assert.Equal(new FileEntry("b", "file", 5, 0b110_100_000, 7, 8, new DateTimeOffset(2020, 1, 2, 3, 4, 5, TimeSpan.Zero), null), running.Entries[2]);
        Assert.Equal(running.Entries, stopped.Entries);
        Assert.Contains(bin.Entries, e => e is { Name: "busybox", Type: "file", SizeBytes: > 100_000 });
        Assert.DoesNotContain(bin.Entries, e => e.Name == "yes");
        Assert.Equal(["only"], (await Reader.ListFilesAsync(instance.Id, "/var", Cancelled)).Entries.Select(e => e.Name));
        Assert.Contains((await Reader.ListFilesAsync(instance.Id, "/", Cancelled)).Entries, e => e is { Name: "bin", Type: "folder" });
    }

    [Fact]
    public async Task WhatCannotBeListed_SaysWhy()
    {
        var instance = await ReadyAsync("ln -s round /about; ln -s about /round; ln -s /proc /kernel; echo x > /file; mkdir /gone; rmdir /gone; rm /bin/yes; mkdir /moved");

        Assert.Equal((HttpStatusCode.BadRequest, "/file is no folder."), await RefusedAsync(instance, "/file/x"));
        Assert.Contains("round and round", (await RefusedAsync(instance, "/about/x")).Message, StringComparison.Ordinal);
        Assert.Contains("made up by the kernel", (await RefusedAsync(instance, "/kernel/1/root")).Message, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.NotFound, "There is no /gone in the instance."), await RefusedAsync(instance, "/gone"));
        Assert.Equal((HttpStatusCode.NotFound, "There is no /bin/yes in the instance."), await RefusedAsync(instance, "/bin/yes"));
        Assert.Equal(HttpStatusCode.BadRequest, (await RefusedAsync(instance, "/proc/1")).Status);

        // A kernel that moves folders by a note: what it means is in no one layer.
        var layer = (await Instances.InspectAsync(instance)).GetProperty("GraphDriver").GetProperty("Data").GetProperty("UpperDir").GetString();
        Assert.Equal(0, SetAttribute($"{layer}/moved", "trusted.overlay.redirect", "/old", 4, 0));
        Assert.Equal(HttpStatusCode.NotImplemented, (await RefusedAsync(instance, "/moved")).Status);
    }

    [Fact]
    public async Task Links_AreFollowedByTheirWords_AndStayInTheInstance()
    {
        var instance = await ReadyAsync("mkdir -p /data/deep; touch /data/deep/x; ln -s ../data/./deep /data/near; ln -s / /out; ln -s ../../../../../data /up; ln -s /etc/passwd /data/file");

        foreach (var path in new[] { "/data/near", "/out/data/deep", "/up/near", "/out/out/up/deep" })
        {
            var list = await Reader.ListFilesAsync(instance.Id, path, Cancelled);
            Assert.Equal(("/data/deep", "x"), (list.Path, Assert.Single(list.Entries).Name));
        }

        var file = await Assert.ThrowsAsync<DriverHostException>(() => Reader.ListFilesAsync(instance.Id, "/data/file", Cancelled));
        Assert.Equal(("not_a_folder", "/etc/passwd is no folder."), (file.Code, file.Message));
    }

    [Fact]
    public async Task Many_AreCutAndSaid()
    {
        var instance = await ReadyAsync("mkdir /many; cd /many; seq 100 130 | xargs touch; mkdir zoo");

        var list = await new FileLister(fixture.Host.Get<HostEngine>(), most: 3).ListAsync(instance.ContainerId!, FilePath.Of("/many"), Cancelled);

        Assert.True(list.More);
        Assert.Equal(["zoo", "100", "101"], list.Entries.Select(e => e.Name));
    }

    [Fact]
    public async Task Names_OfHostileKinds_AreToldAsTheyAre()
    {
        var instance = await ReadyAsync("""mkdir /names; cd /names; touch "$(printf '\342\200\256txt')" "$(printf 'a\nb')" "$(printf '\377')" '<b>'""");

        var names = (await Reader.ListFilesAsync(instance.Id, "/names", Cancelled)).Entries.Select(e => e.Name);

        // What is no UTF-8 cannot be asked for again, so it is left out rather than told wrongly.
        Assert.Equal(["<b>", "a\nb", "\u202etxt"], names);
    }

    [Fact]
    public async Task Swapping_AFolderForALink_NeverLeadsOut()
    {
        var instance = await ReadyAsync("mkdir -p /a/etc /b; ln -s / /b/link; (while true; do mv /a /c; mv /b/link /a; mv /a /b/link; mv /c /a; done) & ");
        var host = Directory.EnumerateFileSystemEntries("/etc").Select(Path.GetFileName).ToHashSet();
        var image = (await Reader.ListFilesAsync(instance.Id, "/etc", Cancelled)).Entries.Select(e => e.Name).ToHashSet();
        host.ExceptWith(image);
        Assert.NotEmpty(host);

        for (var i = 0; i < 200; i++)
        {
            try
            {
                Assert.DoesNotContain((await Reader.ListFilesAsync(instance.Id, "/a/etc", Cancelled)).Entries, e => host.Contains(e.Name));
            }
            catch (DriverHostException gone) when (gone.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest)
            {
                // Just then it was not there, or was the link.
            }
        }
    }

    [Fact]
    public async Task Foreign_IsNotThere()
    {
        var instance = await ReadyAsync(":");

        var refused = await Assert.ThrowsAsync<DriverHostException>(() => fixture.Host.As(TestSpecs.NewProject(), "member").ListFilesAsync(instance.Id, "/", Cancelled));

        Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
    }

    [Theory]
    [InlineData("root")]
    [InlineData("1000")]
    [InlineData("1000:")]
    [InlineData("-1:0")]
    [InlineData("1:2:3")]
    [InlineData("2147483648:0")]
    public void Owner_ThatIsNone_IsRefusedInWords(string owner) =>
        Assert.Contains("owner is two numbers", Assert.Throws<DriverFailure>(() => FileOwner.Of(owner)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Owner_OfTheProcess_IsFoundInTheInstancesOwnFiles()
    {
        var instance = await ReadyAsync("echo wheel:x:10: > /etc/group");
        var users = new Dictionary<string, string>
        {
            [""] = "0:0 root",
            ["1000"] = "1000:0 user",
            ["1000:2000"] = "1000:2000 user",
            ["nobody"] = "65534:65534 user",
            ["65534"] = "65534:65534 user",
            ["nobody:wheel"] = "65534:10 user",
            ["stranger"] = "0:0 root",
            ["nobody:strangers"] = "0:0 root",
        };

        foreach (var (user, owner) in users)
        {
            var found = await fixture.Host.Get<FileOwners>().OfAsync(instance.ContainerId!, user, Cancelled);
            Assert.Equal((user, owner), (user, $"{found} {found.Why}"));
        }
    }

    private async Task<HostInstance> ReadyAsync(string script)
    {
        var instance = await _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id, _project, $"{script}\necho ready; sleep 100000"));
        await fixture.Host.WaitForLineAsync(instance.Id, "ready");
        return instance;
    }

    private async Task<(HttpStatusCode? Status, string Message)> RefusedAsync(HostInstance instance, string path)
    {
        var refused = await Assert.ThrowsAsync<DriverHostException>(() => Reader.ListFilesAsync(instance.Id, path, Cancelled));
        return (refused.StatusCode, refused.Message);
    }

    [LibraryImport("libc", EntryPoint = "setxattr", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetAttribute(string path, string name, string value, nuint size, int flags);
}
