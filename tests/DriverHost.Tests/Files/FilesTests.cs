using System.Formats.Tar;
using System.Net;
using System.Text;
using DriverHost.Audit;
using DriverHost.Client;
using DriverHost.Files;
using DriverHost.Http;
using DriverHost.Images;
using DriverHost.Tests.Containers;
using HostEngine = DriverHost.Docker.Engine;

namespace DriverHost.Tests.Files;

/// <summary>Files in and out of real containers, some of which mean no good.</summary>
[Trait("needs", "docker")]
public sealed class FilesTests(DriverHostFixture fixture) : IAsyncDisposable
{
    private readonly Instances _instances = new(fixture.Host);
    private readonly string _project = TestSpecs.NewProject();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private DriverHostClient Reader => fixture.Host.As(_project, "reader");

    private DriverHostClient Member => fixture.Host.As(_project, "member");

    public ValueTask DisposeAsync() => _instances.DisposeAsync();

    [Fact]
    public async Task File_ComesOutAsItsBytes_AndIsInTheBook()
    {
        var instance = await ReadyAsync("mkdir /data; printf 12345 > '/data/a \"b\".txt'");

        using var answer = await Reader.OpenFileAsync(instance.Id, "/data/a \"b\".txt", Cancelled);

        Assert.Equal("12345", await answer.Content.ReadAsStringAsync(Cancelled));
        Assert.Equal((5L, "application/octet-stream", "attachment"), (answer.Content.Headers.ContentLength, answer.Content.Headers.ContentType?.MediaType, answer.Content.Headers.ContentDisposition?.DispositionType));
        Assert.Equal("a \"b\".txt", answer.Content.Headers.ContentDisposition?.FileNameStar);
        var entry = Assert.Single(await Reader.ListAuditAsync(instance.Id, null, null, Cancelled), e => e.Kind == AuditKind.FileRead);
        Assert.Equal(("file.read", "Copied out /data/a \"b\".txt (5 bytes).", "done"), (entry.Kind, entry.Detail, entry.Outcome));
    }

    [Fact]
    public async Task Folder_ComesOutAsATarOfFilesFoldersAndLinksAlone()
    {
        var instance = await ReadyAsync("mkdir -p /data/deep; printf 1 > /data/deep/one; chmod 4755 /data/deep/one; ln /data/deep/one /data/same; ln -s /etc/passwd /data/out; mkfifo /data/pipe; : > /data/empty");

        using var answer = await Reader.OpenFileAsync(instance.Id, "/data", Cancelled);
        await using var tar = new TarReader(await answer.Content.ReadAsStreamAsync(Cancelled));
        var entries = new Dictionary<string, (TarEntryType Type, string Link, int Mode)>();
        while (await tar.GetNextEntryAsync(true, Cancelled) is { } entry)
        {
            entries[entry.Name] = (entry.EntryType, entry.LinkName, (int)entry.Mode);
            Assert.Equal((0, 0), (entry.Uid, entry.Gid));
        }

        Assert.Equal("data.tar", answer.Content.Headers.ContentDisposition?.FileName ?? answer.Content.Headers.ContentDisposition?.FileNameStar);
        Assert.Equal(["data/", "data/deep/", "data/deep/one", "data/empty", "data/out", "data/same"], entries.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((TarEntryType.RegularFile, "", 0b111_101_101), entries["data/deep/one"]);
        Assert.Equal((TarEntryType.SymbolicLink, "/etc/passwd"), (entries["data/out"].Type, entries["data/out"].Link));
        Assert.Equal((TarEntryType.HardLink, "data/deep/one"), (entries["data/same"].Type, entries["data/same"].Link));
    }

    [Fact]
    public async Task Links_LeadNowhereOutOfTheInstance()
    {
        var instance = await ReadyAsync("ln -s / /root-of-all; ln -s ../../../../etc /up; ln -s /etc/passwd /link; mkfifo /pipe");

        foreach (var path in new[] { "/root-of-all/etc/passwd", "/up/passwd" })
        {
            using var answer = await Reader.OpenFileAsync(instance.Id, path, Cancelled);
            Assert.Equal(BusyboxPasswd, await answer.Content.ReadAsStringAsync(Cancelled));
        }

        Assert.Contains("is a link to '/etc/passwd'. Ask for that path instead.", (await RefusedAsync(instance, "/link", HttpStatusCode.BadRequest)).Message, StringComparison.Ordinal);
        Assert.Contains("a device, a pipe or a socket", (await RefusedAsync(instance, "/pipe", HttpStatusCode.BadRequest)).Message, StringComparison.Ordinal);
        Assert.Equal("There is no /none in the instance.", (await RefusedAsync(instance, "/none", HttpStatusCode.NotFound)).Message);
        Assert.Equal(new FileStat("/etc/passwd", "file", BusyboxPasswd.Length, null), await Reader.GetFileStatAsync(instance.Id, "/etc/passwd", Cancelled));
        Assert.Equal("folder", (await Reader.GetFileStatAsync(instance.Id, "/etc", Cancelled)).Type);
        Assert.Equal("other", (await Reader.GetFileStatAsync(instance.Id, "/pipe", Cancelled)).Type);
        Assert.Equal("link", (await Reader.GetFileStatAsync(instance.Id, "/link", Cancelled)).Type);
    }

    [Theory]
    [InlineData("etc/passwd", "absolute")]
    [InlineData("", "absolute")]
    [InlineData("/tmp/../etc", "'.' or '..'")]
    [InlineData("/tmp/a\nb", "control character")]
    [InlineData("/tmp/a\0b", "control character")]
    [InlineData("/tmp/\u202etxt", "control character")]
    [InlineData("/proc/1/environ", "made up by the kernel")]
    [InlineData("//sys", "made up by the kernel")]
    [InlineData("/dev", "made up by the kernel")]
    public void Path_ThatIsNone_IsRefusedInWords(string path, string words)
    {
        var refused = Assert.Throws<DriverFailure>(() => FilePath.Of(path));

        Assert.Equal(400, refused.Status);
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Path_OfALongName_IsRefused() => Assert.Throws<DriverFailure>(() => FilePath.Of("/tmp/" + new string('é', 128)));

    [Fact]
    public async Task TooLarge_IsRefusedBeforeAByteMoves_AndAFolderIsCut()
    {
        var instance = await ReadyAsync("mkdir /data; head -c 3000 /dev/zero > /data/a; head -c 3000 /dev/zero > /data/b");
        var small = fixture.Host.Get<DriverHostOptions>() with { CopyLimit = 4096 };
        var reader = new FileReader(fixture.Host.Get<HostEngine>(), small);
        var tiny = new FileReader(fixture.Host.Get<HostEngine>(), small with { CopyLimit = 100 });

        var refused = await Assert.ThrowsAsync<DriverFailure>(() => tiny.OpenAsync(instance.ContainerId!, FilePath.Of("/data/a"), Cancelled));
        await using var folder = await reader.OpenAsync(instance.ContainerId!, FilePath.Of("/data"), Cancelled);
        var cut = await Assert.ThrowsAsync<IOException>(() => folder.CopyFolderAsync(Stream.Null, Cancelled));

        Assert.Equal((413, "too_large"), (refused.Status, refused.Code));
        Assert.Equal("The folder is larger than this host copies at once.", cut.Message);
        var writer = new FileWriter(fixture.Host.Get<HostEngine>(), fixture.Host.Get<FileOwners>(), fixture.Host.Get<DriverHost.Containers.Operations>(), fixture.Host.Get<DriverHost.Containers.InstanceBook>(), fixture.Host.Get<Staging>(), small, TimeProvider.System);
        Assert.Equal(413, (await Assert.ThrowsAsync<DriverFailure>(() => writer.StageAsync(Stream.Null, 5000, Cancelled))).Status);
    }

    [Fact]
    public async Task CopyIn_IntoAPausedAndAStoppedInstance_IsThere_AndInTheBook()
    {
        var instance = await ReadyAsync(":");
        await fixture.Host.Operator.PauseAsync(instance.Id, Cancelled);
        await Member.WriteFileAsync(instance.Id, "/tmp/one.txt", null, Bytes("first"), Cancelled);
        await fixture.Host.Operator.UnpauseAsync(instance.Id, Cancelled);

        Assert.Equal("first 644 root", await Instances.RunAsync(instance, "echo $(cat /tmp/one.txt) $(stat -c '%a %U' /tmp/one.txt)"));
        await fixture.Host.Operator.StopAsync(instance.Id, TimeSpan.Zero, Cancelled);
        await Member.WriteFileAsync(instance.Id, "/tmp/one.txt", null, Bytes("second"), Cancelled);
        Assert.Equal(new FileWritten("/top", 0, 0, "root"), await Member.WriteFileAsync(instance.Id, "/top", null, Bytes(""), Cancelled));
        Assert.Equal(new FileWritten("/own", 1000, int.MaxValue, "asked"), await Member.WriteFileAsync(instance.Id, "/own", $"1000:{int.MaxValue}", Bytes("x"), Cancelled));
        using var answer = await Reader.OpenFileAsync(instance.Id, "/tmp/one.txt", Cancelled);
        Assert.Equal("second", await answer.Content.ReadAsStringAsync(Cancelled));
        Assert.Contains((await Reader.ListFilesAsync(instance.Id, "/", Cancelled)).Entries, e => e is { Name: "own", Uid: 1000, Gid: int.MaxValue });
        Assert.Contains((await Reader.ListAuditAsync(instance.Id, null, null, Cancelled)), e => e is { Kind: "file.write", Detail: "Copied in /tmp/one.txt (5 bytes, owner 0:0).", Outcome: "done" });
    }

    [Fact]
    public async Task CopyIn_WhereItCannotBe_IsRefusedInWords()
    {
        var instance = await ReadyAsync("ln -s /etc/group /tmp/link; mkdir /tmp/folder");

        Assert.Equal((HttpStatusCode.Conflict, "running"), await WriteRefusedAsync(instance, "/tmp/x", Member));
        Assert.Equal((HttpStatusCode.Forbidden, "forbidden"), await WriteRefusedAsync(instance, "/tmp/x", Reader));
        await fixture.Host.Operator.StopAsync(instance.Id, TimeSpan.Zero, Cancelled);
        Assert.Equal((HttpStatusCode.NotFound, "not_found"), await WriteRefusedAsync(instance, "/nowhere/x", Member));
        Assert.Equal((HttpStatusCode.Conflict, "not_a_file"), await WriteRefusedAsync(instance, "/tmp/folder", Member));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid"), await WriteRefusedAsync(instance, "/dev/x", Member));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid"), await WriteRefusedAsync(instance, "/", Member));

        // A link that has the name is replaced: what it leads to stays as it was.
        await Member.WriteFileAsync(instance.Id, "/tmp/link", null, Bytes("new"), Cancelled);
        Assert.Equal("file", (await Reader.GetFileStatAsync(instance.Id, "/tmp/link", Cancelled)).Type);
        Assert.DoesNotContain((await Reader.GetChangesAsync(instance.Id, Cancelled)).Changes, c => c.Path == "/etc/group");
        Assert.Contains(await Reader.ListAuditAsync(instance.Id, null, null, Cancelled), e => e is { Kind: "file.write", Outcome: "failed" } && e.Detail.Contains("There is no folder /nowhere", StringComparison.Ordinal));
    }

    [Fact]
    public async Task CopyIn_CutInTheMiddle_LeavesNothing()
    {
        var instance = await ReadyAsync(":");
        await fixture.Host.Operator.StopAsync(instance.Id, TimeSpan.Zero, Cancelled);
        var half = new StreamContent(new BreakingStream());
        half.Headers.ContentLength = 1_000_000;

        await Assert.ThrowsAnyAsync<Exception>(() => Member.WriteFileAsync(instance.Id, "/tmp/half", null, half, Cancelled));

        await RefusedAsync(instance, "/tmp/half", HttpStatusCode.NotFound);
        Assert.DoesNotContain(await Reader.ListAuditAsync(instance.Id, null, null, Cancelled), e => e.Kind == AuditKind.FileWrite);
    }

    [Fact]
    public async Task CopyOut_WhoeverLeaves_IsInTheBookAsFailed()
    {
        var instance = await ReadyAsync("head -c 40000000 /dev/zero > /large", memoryMb: 128);
        using (var answer = await Reader.OpenFileAsync(instance.Id, "/large", Cancelled))
        {
            await using var body = await answer.Content.ReadAsStreamAsync(Cancelled);
            await body.ReadExactlyAsync(new byte[1000], Cancelled);
        }

        using var patience = new CancellationTokenSource(RunningDriverHost.Patience);
        while (!(await Reader.ListAuditAsync(instance.Id, null, null, patience.Token)).Any(e => e is { Kind: AuditKind.FileRead, Outcome: AuditOutcome.Failed }))
        {
        }
    }

    private const string BusyboxPasswd = "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n";

    private async Task<HostInstance> ReadyAsync(string script, int memoryMb = 64)
    {
        var instance = await _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id, _project, $"{script}; echo ready; sleep 100000", memoryMb));
        await fixture.Host.WaitForLineAsync(instance.Id, "ready");
        return instance;
    }

    private static ByteArrayContent Bytes(string text) => new(Encoding.UTF8.GetBytes(text));

    private async Task<DriverHostException> RefusedAsync(HostInstance instance, string path, HttpStatusCode status)
    {
        var refused = await Assert.ThrowsAsync<DriverHostException>(() => Reader.OpenFileAsync(instance.Id, path, Cancelled));
        Assert.Equal(status, refused.StatusCode);
        return refused;
    }

    private static async Task<(HttpStatusCode?, string)> WriteRefusedAsync(HostInstance instance, string path, DriverHostClient client)
    {
        var refused = await Assert.ThrowsAsync<DriverHostException>(() => client.WriteFileAsync(instance.Id, path, null, Bytes("x"), Cancelled));
        return (refused.StatusCode, refused.Code);
    }

    private sealed class BreakingStream : MemoryStream
    {
        private int _reads;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            _reads++ < 3 ? ValueTask.FromResult(Math.Min(buffer.Length, 1000)) : throw new IOException("The caller's disk broke.");

        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) => CopyAsync(destination, cancellationToken);

        private async Task CopyAsync(Stream destination, CancellationToken cancellationToken)
        {
            var buffer = new byte[1000];
            while (true)
            {
                await destination.WriteAsync(buffer.AsMemory(0, await ReadAsync(buffer, cancellationToken)), cancellationToken);
            }
        }
    }
}
