using System.Text;
using DriverHost.Docker;
using DriverHost.Stats;

namespace DriverHost.Tests.Stats;

/// <summary>Both versions of the kernel's files, from folders that look like them.</summary>
public sealed class CgroupReaderTests : IDisposable
{
    private const string Container = "0123456789abcdef";
    private const string Net =
        """
        Inter-|   Receive                                                |  Transmit
         face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
            lo:     999       9    0    0    0     0          0         0      999       9    0    0    0     0       0          0
          eth0:    4260       5    0    0    0     0          0         0       17       1    0    0    0     0       0          0
          eth1:       1       5    0    0    0     0          0         0        2       1    0    0    0     0       0          0

        """;

    private readonly string _root = Directory.CreateTempSubdirectory("cgroup-").FullName;
    private readonly ContainerFacts _facts = new()
    {
        Id = Container,
        InstanceId = "",
        Status = "running",
        ExitCode = 0,
        OutOfMemory = false,
        Error = "",
        StartedAt = null,
        FinishedAt = null,
        Addresses = [],
        Networks = [],
        Labels = new Dictionary<string, string>(),
        Pid = 7,
        Cpus = 2,
        MemoryLimit = 1000,
        PidsLimit = 10,
    };

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Version2_IsRead()
    {
        Proc($"0::/system.slice/docker-{Container}.scope\n", $"30 1 0:1 / {_root}/unified rw - cgroup2 cgroup2 rw\n");
        var at = $"unified/system.slice/docker-{Container}.scope";
        Put($"{at}/cpu.stat", "usage_usec 2500\nuser_usec 1\nnr_periods 40\nnr_throttled 30\nthrottled_usec 5\n");
        Put($"{at}/memory.current", "5000\n");
        Put($"{at}/memory.stat", "anon 1000\nfile 3000\ninactive_anon 77\ninactive_file 1200\n");
        Put($"{at}/pids.current", "4\n");
        Put($"{at}/io.stat", "8:0 rbytes=100 wbytes=20 rios=1 wios=1 dbytes=9 dios=0\n8:16 rbytes=5 wbytes=6 rios=1 wios=1 dbytes=0 dios=0\n");

        var read = await ReadAsync();

        Assert.Equal(new StatsCounters(read!.Value.Seconds, 2_500_000, 40, 30, 3800, 3000, 4, 4261, 19, 105, 26), read);
    }

    [Fact]
    public async Task Version1_IsReadAlsoBesideAnEmptyVersion2()
    {
        Proc($"4:memory:/docker/{Container}\n3:cpu,cpuacct:/docker/{Container}\n2:pids:/docker/{Container}\n1:blkio:/docker/{Container}\n0::/docker/{Container}\n",
            $"30 1 0:1 / {_root}/unified rw - cgroup2 cgroup2 rw\n31 1 0:2 / {_root}/memory rw shared:1 - cgroup cgroup rw,memory\n32 1 0:3 / {_root}/cpu rw - cgroup cgroup rw,cpu,cpuacct\n"
            + $"33 1 0:4 / {_root}/pids rw - cgroup cgroup rw,pids\n34 1 0:5 / {_root}/blkio rw - cgroup cgroup rw,blkio\n");
        Put($"cpu/docker/{Container}/cpuacct.usage", "2500000\n");
        Put($"cpu/docker/{Container}/cpu.stat", "nr_periods 40\nnr_throttled 30\nthrottled_time 5\n");
        Put($"memory/docker/{Container}/memory.usage_in_bytes", "5000\n");
        Put($"memory/docker/{Container}/memory.stat", "cache 1\ninactive_file 2\ntotal_cache 3000\ntotal_inactive_file 1200\n");
        Put($"pids/docker/{Container}/pids.current", "4\n");
        Put($"blkio/docker/{Container}/blkio.throttle.io_service_bytes_recursive", "8:0 Read 100\n8:0 Write 20\n8:0 Sync 1\n8:16 Read 5\n8:16 Write 6\nTotal 131\n");

        var read = await ReadAsync();

        Assert.Equal(new StatsCounters(read!.Value.Seconds, 2_500_000, 40, 30, 3800, 3000, 4, 4261, 19, 105, 26), read);
    }

    [Fact]
    public async Task Number_OfAProcessThatIsAnotherNow_IsNotRead()
    {
        Proc("0::/user.slice/somebody\n", $"30 1 0:1 / {_root}/unified rw - cgroup2 cgroup2 rw\n");

        Assert.Null(await ReadAsync());
    }

    private void Proc(string cgroup, string mounts)
    {
        Put("proc/7/cgroup", cgroup);
        Put("proc/7/net/dev", Net);
        Put("proc/self/mountinfo", mounts);
    }

    private void Put(string file, string content)
    {
        var path = Path.Combine(_root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content, Encoding.ASCII);
    }

    private async Task<StatsCounters?> ReadAsync() => CgroupReader.TryOpen(_facts, TimeProvider.System, $"{_root}/proc") is { } reader ? await reader.ReadAsync(TestContext.Current.CancellationToken) : null;
}
