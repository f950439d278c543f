using System.Runtime.InteropServices;
using DriverHost.Client;
using DriverHost.Images;
using TestKit;

namespace DriverHost.Tests.Containers;

/// <summary>What an instance can do to the host and its neighbours: as much as its flavor has, and no more.</summary>
[Trait("needs", "docker")]
public sealed class AbuseTests(DriverHostFixture fixture) : IAsyncDisposable
{
    private readonly Instances _instances = new(fixture.Host);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _instances.DisposeAsync();

    [Fact]
    public async Task Processor_WantedWithoutEnd_IsHeldToTheFlavors()
    {
        var hog = await _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id, script: "for i in 1 2 3 4; do while true; do :; done & done; wait"));

        // One processor of them all; a sample's edges may take in a period more.
        var seen = 0;
        await foreach (var sample in fixture.Host.Operator.StatsAsync(hog.Id, Cancelled).InTimeAsync())
        {
            if (sample.Sample is { } used)
            {
                Assert.InRange(used.CpuPercent, 1, 125);
                if (++seen == 2)
                {
                    break;
                }
            }
        }

        await AssertNeighbourIsWellAsync();
    }

    [Fact]
    public async Task Memory_ByWayOfSharedMemoryAndTmp_IsTheFlavors()
    {
        var spawned = await _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id, memoryMb: 64));

        var full = await Command.RunAsync("docker", "exec", spawned.ContainerId!, "sh", "-c", "head -c 60000000 /dev/zero > /dev/shm/big");

        Assert.NotEqual(0, full.ExitCode);
        Assert.Equal(32L << 20, long.Parse(await Instances.RunAsync(spawned, "stat -c %s /dev/shm/big"), System.Globalization.CultureInfo.InvariantCulture));
        await AssertNeighbourIsWellAsync();
    }

    [Fact]
    public async Task Log_FloodedWithoutEnd_StaysWithinItsBound()
    {
        var flood = await _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id, script: "yes $(seq 1 400 | tr '\\n' ' ') | head -c 40000000; exit 7"));

        Assert.Equal(7, (await fixture.Host.WaitAsync(flood.Id, i => i.State == InstanceState.Exited)).Exit!.Code);

        var file = await Engine.DockerAsync("inspect", "-f", "{{.LogPath}}", flood.ContainerId!);
        var kept = Directory.GetFiles(Path.GetDirectoryName(file)!, $"{Path.GetFileName(file)}*").Sum(f => new FileInfo(f).Length);
        Assert.InRange(kept, 10_000_000, 31_000_000);
        await AssertNeighbourIsWellAsync();
    }

    [Fact]
    public async Task Line_WithoutEnd_IsReadInBoundedParts()
    {
        var spawned = await _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id, script: "head -c 5000000 /dev/zero | tr '\\0' x; echo; echo after"));
        await fixture.Host.WaitAsync(spawned.Id, i => i.State == InstanceState.Exited);

        var longest = 0;
        var after = false;
        await foreach (var record in fixture.Host.Operator.LogsAsync(spawned.Id, new LogQuery(), Cancelled).InTimeAsync())
        {
            longest = Math.Max(longest, record.Text?.Length ?? 0);
            after |= record.Text == "after";
        }

        Assert.InRange(longest, 1, 70_000);
        Assert.True(after);
    }

    [Fact]
    public async Task Ways_ToTheHostOrOthers_AreClosed()
    {
        string[] ways =
        [
            "unshare -m true", "unshare -n true", "mount -o remount,rw /proc/sys", "sysctl -w kernel.core_pattern=x", "dmesg", "ip link set lo down", "arping -c 1 127.0.0.1",
            "cat /proc/kcore", "cat /sys/firmware/acpi/tables/DSDT", "nsenter -t 1 -n true", "swapoff -a", "insmod /x.ko",
        ];
        var spawned = await _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id));
        foreach (var way in ways)
        {
            var tried = await Command.RunAsync("docker", "exec", spawned.ContainerId!, "/bin/busybox", "sh", "-c", $"busybox {way}");

            Assert.True(tried.ExitCode != 0, $"{way}: {tried.Output}{tried.Error}");
            Assert.DoesNotContain("applet not found", tried.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task SystemCalls_IntoTheKernelsDepths_AreNotPermitted()
    {
        Assert.SkipUnless(RuntimeInformation.ProcessArchitecture == Architecture.X64, "The numbers are those of x86-64.");
        const int NotPermitted = 1;
        (string Name, int Number, int First)[] calls =
        [
            ("bpf", 321, 0), ("add_key", 248, 0), ("request_key", 249, 0), ("keyctl", 250, 0), ("userfaultfd", 323, 1), ("perf_event_open", 298, 0), ("unshare of users", 272, 0x10000000),
            ("open_by_handle_at", 304, 0), ("init_module", 175, 0), ("kexec_load", 246, 0), ("settimeofday", 164, 0), ("personality", 135, 0x0080000),
        ];
        var programs = calls.Select(c => ArchiveFile.Of($"call{c.Number}", CallingProgram.Of(c.Number, c.First), "755"));
        var image = fixture.Cloud.Glance.Add(TestImages.Running("sleep 100000", change: i => i with { Layers = [.. i.Layers, new ArchiveLayer([.. programs, ArchiveFile.Of("getpid", CallingProgram.Of(39, 0), "755")])] })).Id;
        var spawned = await _instances.SpawnAsync(TestSpecs.Of(image));

        foreach (var (name, number, _) in calls)
        {
            var tried = await Command.RunAsync("docker", "exec", spawned.ContainerId!, $"/call{number}");

            Assert.True(tried.ExitCode == NotPermitted, $"{name}: {tried.ExitCode} {tried.Error}");
        }

        Assert.Equal(0, (await Command.RunAsync("docker", "exec", spawned.ContainerId!, "/getpid")).ExitCode);
    }

    [Fact]
    public async Task CryptoSockets_AreAsTheHostSays()
    {
        Assert.SkipUnless(RuntimeInformation.ProcessArchitecture == Architecture.X64, "The numbers are those of x86-64.");
        const int Socket = 41, CryptoFamily = 38, NotPermitted = 1, NoSuchType = 94, NoSuchFamily = 97;
        var program = ArchiveFile.Of("open", CallingProgram.Of(Socket, CryptoFamily), "755");
        var image = fixture.Cloud.Glance.Add(TestImages.Running("sleep 100000", change: i => i with { Layers = [.. i.Layers, new ArchiveLayer([program])] })).Id;
        var spawned = await _instances.SpawnAsync(TestSpecs.Of(image));
        var said = (await fixture.Host.Operator.GetHostAsync(Cancelled)).Features.Single(f => f.Name == "crypto-sockets-closed");

        var tried = await Command.RunAsync("docker", "exec", spawned.ContainerId!, "/open");

        // A family that is there refuses the program's type.
        Assert.Contains(tried.ExitCode, said.Holds ? [NotPermitted, NoSuchFamily] : new[] { NoSuchType });
        Assert.NotEqual(said.Holds, said.Words.Contains("/etc/modprobe.d/af_alg.conf", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Processes_ThatForkWithoutEnd_AreHeldToTheirNumber()
    {
        // A shell that cannot fork ends: so one of its own forks, and what it made stays.
        var bomb = await _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id, memoryMb: 256, script: "sleep 100000 & (while true; do sleep 100000 & done) & wait"));

        await foreach (var sample in fixture.Host.Operator.StatsAsync(bomb.Id, Cancelled).InTimeAsync())
        {
            if (sample.Sample is { } used && used.Pids > 400)
            {
                Assert.InRange(used.Pids, 400, 512);
                break;
            }
        }

        await AssertNeighbourIsWellAsync();
    }

    [Fact]
    public async Task OpenFiles_WantedWithoutEnd_AreHeldToTheirNumber()
    {
        var spawned = await _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id));

        var most = int.Parse(await Instances.RunAsync(spawned, "ulimit -n"), System.Globalization.CultureInfo.InvariantCulture);
        var beyond = await Command.RunAsync("docker", "exec", spawned.ContainerId!, "sh", "-c", $"ulimit -n {most + 1}");

        Assert.InRange(most, 1024, 65_536);
        Assert.NotEqual(0, beyond.ExitCode);
    }

    [Fact]
    public async Task MakingAndDeleting_OverAndOver_LeavesNothingOnTheEngine()
    {
        var project = TestSpecs.NewProject();
        await Parallel.ForEachAsync(Enumerable.Range(0, 12), new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Cancelled }, async (_, stop) =>
        {
            var id = TestSpecs.NewId();
            await fixture.Host.Operator.SpawnAsync(id, TestSpecs.Of(fixture.Busybox.Id, project, network: "auto"), stop);
            await fixture.Host.Operator.DeleteAsync(id, stop);
        });

        Assert.DoesNotContain(project, await Engine.DockerAsync("network", "ls", "--format", "{{.Name}}"), StringComparison.Ordinal);
        Assert.Equal("", await Engine.DockerAsync("ps", "-aq", "--filter", $"label=openstack.project={project}"));
        await AssertNeighbourIsWellAsync();
    }

    private async Task AssertNeighbourIsWellAsync()
    {
        var neighbour = await _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id));
        Assert.Equal("well", await Instances.RunAsync(neighbour, "echo well"));
    }
}
