using Dashboard.Processes;
using DriverHost.Client;

namespace Dashboard.Tests.Processes;

public sealed class ProcessTableTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly IReadOnlySet<int> Open = new HashSet<int>();

    [Fact]
    public void Tree_ParentsStandBeforeTheirChildren()
    {
        var rows = ProcessTable.Of(List(Init, Shell, Sleep, Other), null).Rows(ProcessOrder.Tree, false, "", Open);

        Assert.Equal([(1, 0, true), (7, 1, true), (8, 2, false), (9, 1, false)], rows.Select(r => (r.Pid, r.Depth, r.HasChildren)));
        Assert.All(rows, r => Assert.Null(r.CpuPercent));
    }

    [Fact]
    public void Tree_Folded_HidesWhatIsBelow_ButNotWhatIsLookedFor()
    {
        var table = ProcessTable.Of(List(Init, Shell, Sleep, Other), null);
        var folded = new HashSet<int> { Shell.HostPid };

        Assert.Equal([1, 7, 9], table.Rows(ProcessOrder.Tree, false, "", folded).Select(r => r.Pid));
        Assert.Equal([1, 7, 8], table.Rows(ProcessOrder.Tree, false, "SLEEP 5", folded).Select(r => r.Pid));
        Assert.Empty(table.Rows(ProcessOrder.Tree, false, "nothing", folded));
    }

    [Theory]
    [InlineData(nameof(ProcessOrder.Memory), true, 9)]
    [InlineData(nameof(ProcessOrder.Memory), false, 1)]
    [InlineData(nameof(ProcessOrder.Pid), true, 9)]
    [InlineData(nameof(ProcessOrder.Cpu), true, 7)]
    public void Sorted_IsFlat(string order, bool descending, int first)
    {
        var before = ProcessTable.Of(List(Init, Shell, Sleep, Other), null);
        var table = ProcessTable.Of(List(Init, Shell with { CpuSeconds = 3 }, Sleep, Other) with { At = Now.AddSeconds(2) }, before);

        var rows = table.Rows(Enum.Parse<ProcessOrder>(order), descending, "", Open);

        Assert.Equal((first, 4), (rows[0].Pid, rows.Count));
        Assert.All(rows, r => Assert.Equal(0, r.Depth));
    }

    [Fact]
    public void Cpu_IsWhatWasUsedBetweenTwoLooks()
    {
        var before = ProcessTable.Of(List(Init, Shell), null);
        var reborn = Sleep with { HostPid = Shell.HostPid, StartedAt = Now.AddSeconds(1), CpuSeconds = 4 };

        var same = ProcessTable.Of(List(Init, Shell with { CpuSeconds = 2 }) with { At = Now.AddSeconds(2) }, before);
        var other = ProcessTable.Of(List(Init, reborn) with { At = Now.AddSeconds(2) }, before);

        Assert.Equal([0, 50], same.Rows(ProcessOrder.Pid, false, "", Open).Select(r => r.CpuPercent));
        Assert.Equal([0, null], other.Rows(ProcessOrder.Pid, false, "", Open).Select(r => r.CpuPercent));
    }

    [Fact]
    public void Loop_OfParentsThatTheHostSaysWrong_ShowsNothingTwice()
    {
        var table = ProcessTable.Of(List(Init, Shell with { ParentHostPid = Sleep.HostPid }, Sleep), null);

        Assert.Equal([1], table.Rows(ProcessOrder.Tree, false, "", Open).Select(r => r.Pid));
    }

    internal static readonly ProcessRecord Init = Process(1, 101, null, "/sbin/docker-init -- sh", 1000);
    internal static readonly ProcessRecord Shell = Process(7, 102, 101, "sh -c work", 2000) with { CpuSeconds = 1 };
    internal static readonly ProcessRecord Sleep = Process(8, 103, 102, "sleep 5", 3000);
    internal static readonly ProcessRecord Other = Process(9, 104, 101, "other", 4000);

    internal static ProcessList List(params ProcessRecord[] processes) => new() { At = Now, State = InstanceState.Running, Source = "proc", Total = processes.Length, Processes = processes };

    private static ProcessRecord Process(int pid, int hostPid, int? parent, string command, long kibibytes) => new()
    {
        Pid = pid,
        HostPid = hostPid,
        ParentHostPid = parent,
        UserId = 0,
        State = "S",
        Threads = 1,
        CpuSeconds = 0,
        MemoryBytes = kibibytes * 1024,
        StartedAt = Now.AddHours(-1),
        Command = command,
    };
}
