using System.Globalization;
using DriverHost.Client;

namespace Dashboard.Processes;

/// <summary>In which order the processes stand. All but <see cref="Tree"/> are flat.</summary>
internal enum ProcessOrder
{
    Tree,
    Pid,
    Cpu,
    Memory,
}

/// <param name="CpuPercent">Between the last two looks; 100 is one core. Null until there were two.</param>
/// <param name="Depth">How many ancestors it has here; 0 in a flat order.</param>
/// <param name="HasChildren">Something can be folded away under it.</param>
internal sealed record ProcessRow(ProcessRecord Process, double? CpuPercent, int Depth = 0, bool HasChildren = false)
{
    /// <summary>Inside the container where that is known, else on the host.</summary>
    public int Pid => Process.Pid ?? Process.HostPid;
}

/// <summary>One look at an instance's processes, with what each used since the look before.</summary>
internal sealed class ProcessTable
{
    private readonly List<ProcessRow> _rows;
    private readonly ILookup<int, ProcessRow> _children;

    private ProcessTable(ProcessList list, ProcessTable? before)
    {
        List = list;
        var seconds = before is null ? 0 : (list.At - before.List.At).TotalSeconds;
        var known = before?.List.Processes.ToDictionary(p => p.HostPid) ?? [];
        _rows = [.. list.Processes.Select(p => new ProcessRow(p, Percent(known.GetValueOrDefault(p.HostPid), p, seconds)))];
        _children = _rows.Where(r => r.Process.ParentHostPid is not null).ToLookup(r => r.Process.ParentHostPid!.Value);
        HasCpu = seconds > 0;
        Seconds = seconds;
    }

    public ProcessList List { get; }

    /// <summary>There was a look before.</summary>
    public bool HasCpu { get; }

    /// <summary>How long ago that was.</summary>
    public double Seconds { get; }

    public static ProcessTable Of(ProcessList list, ProcessTable? before) => new(list, before?.List.State == list.State ? before : null);

    /// <param name="filter">Words that must all stand in the command, the number or the user. In the tree the ancestors of what is found stay.</param>
    /// <param name="folded">The numbers on the host of those whose descendants are hidden; not while filtered.</param>
    public IReadOnlyList<ProcessRow> Rows(ProcessOrder order, bool descending, string filter, IReadOnlySet<int> folded)
    {
        var words = filter.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (order != ProcessOrder.Tree)
        {
            Comparison<ProcessRow> comparison = order switch
            {
                ProcessOrder.Cpu => (a, b) => (a.CpuPercent ?? 0).CompareTo(b.CpuPercent ?? 0),
                ProcessOrder.Memory => (a, b) => a.Process.MemoryBytes.CompareTo(b.Process.MemoryBytes),
                _ => (a, b) => a.Pid.CompareTo(b.Pid),
            };
            var sorted = _rows.Where(r => Has(r, words)).Order(Comparer<ProcessRow>.Create(comparison));
            return [.. descending ? sorted.Reverse() : sorted];
        }

        var shown = new List<ProcessRow>();
        foreach (var root in _rows.Where(r => r.Process.ParentHostPid is null).OrderBy(r => r.Pid))
        {
            Add(root, 0);
        }

        return shown;

        // Deep trees are as deep as the list is long at most; that is bounded.
        bool Add(ProcessRow row, int depth)
        {
            var at = shown.Count;
            var children = _children[row.Process.HostPid].ToArray();
            shown.Add(row with { Depth = depth, HasChildren = children.Length > 0 });
            var found = Has(row, words);
            if (words.Length > 0 || !folded.Contains(row.Process.HostPid))
            {
                foreach (var child in children.OrderBy(c => c.Pid))
                {
                    found |= Add(child, depth + 1);
                }
            }

            if (!found)
            {
                shown.RemoveRange(at, shown.Count - at);
            }

            return found;
        }
    }

    private static double? Percent(ProcessRecord? before, ProcessRecord now, double seconds) =>
        // A number may be given again: then another process used that time.
        before is null || seconds <= 0 || now.CpuSeconds < before.CpuSeconds || (now.StartedAt - before.StartedAt).Duration() > TimeSpan.FromSeconds(2)
            ? null
            : (now.CpuSeconds - before.CpuSeconds) / seconds * 100;

    private static bool Has(ProcessRow row, string[] words) => words.All(word =>
        row.Process.Command.Contains(word, StringComparison.OrdinalIgnoreCase)
        || row.Pid.ToString(CultureInfo.InvariantCulture) == word
        || string.Equals(ProcessWords.User(row.Process.UserId), word, StringComparison.OrdinalIgnoreCase));
}
