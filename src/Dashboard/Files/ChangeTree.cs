using DriverHost.Client;

namespace Dashboard.Files;

/// <summary>A file or folder that differs from the image, or a folder on the way to one.</summary>
internal sealed class ChangeNode(string name, string path)
{
    private readonly Dictionary<string, ChangeNode> _children = new(StringComparer.Ordinal);

    public string Name => name;

    public string Path => path;

    public ChangeRecord? Record { get; set; }

    public IReadOnlyCollection<ChangeNode> Children => _children.Values;

    /// <summary>Of the file, or of all files below it that were added or changed.</summary>
    public long Bytes { get; private set; }

    public bool IsFolder => _children.Count > 0 || Record?.Type == "folder";

    /// <summary>A folder counts as changed when something in it is: then it is only the way there.</summary>
    public bool IsWay => Record is null || (_children.Count > 0 && Record.Change == "changed");

    public ChangeNode Child(string part)
    {
        if (!_children.TryGetValue(part, out var child))
        {
            _children[part] = child = new ChangeNode(part, $"{path}/{part}");
        }

        return child;
    }

    public long Sum() => Bytes = (Record?.SizeBytes ?? 0) + _children.Values.Sum(c => c.Sum());
}

internal sealed record ChangeRow(ChangeNode Node, int Depth, bool Open);

/// <summary>What an instance's files differ in, as a tree with sizes summed by folder.</summary>
internal sealed class ChangeTree
{
    /// <summary>So many can be seen at a glance: then all folders are open at first.</summary>
    private const int FewEnough = 60;

    private readonly ChangeNode _root = new("", "");
    private readonly List<ChangeNode> _all = [];

    public ChangeTree(ChangeList list)
    {
        List = list;
        foreach (var change in list.Changes)
        {
            var node = _root;
            foreach (var part in change.Path.Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                node = node.Child(part);
            }

            node.Record = change;
            _all.Add(node);
        }

        _root.Sum();
    }

    public ChangeList List { get; }

    public long Bytes => _root.Bytes;

    /// <summary>How many were <c>added</c>, <c>changed</c> or <c>deleted</c>, without the folders on the way to them.</summary>
    public int Count(string? change) => _all.Count(n => !n.IsWay && (change is null || n.Record!.Change == change));

    public IReadOnlySet<string> OpenAtFirst => _all.Count <= FewEnough ? Folders().ToHashSet(StringComparer.Ordinal) : new HashSet<string>();

    public IEnumerable<string> Folders()
    {
        var waiting = new Stack<ChangeNode>(_root.Children);
        while (waiting.TryPop(out var node))
        {
            if (node.Children.Count > 0)
            {
                yield return node.Path;
                foreach (var child in node.Children)
                {
                    waiting.Push(child);
                }
            }
        }
    }

    /// <param name="change">Only these; null for all.</param>
    /// <param name="text">Part of the path. What is found is shown with the folders on the way to it, whether they are open or not.</param>
    /// <param name="bySize">The largest first, else by name.</param>
    public IReadOnlyList<ChangeRow> Rows(string? change, string text, bool bySize, IReadOnlySet<string> open)
    {
        var rows = new List<ChangeRow>();
        var searching = change is not null || text.Length > 0;
        foreach (var node in Sorted(_root))
        {
            Add(node, 0);
        }

        return rows;

        // A path has 4,096 characters at most, so no tree is deeper than half of that.
        bool Add(ChangeNode node, int depth)
        {
            var at = rows.Count;
            var isOpen = node.Children.Count > 0 && (searching || open.Contains(node.Path));
            rows.Add(new ChangeRow(node, depth, isOpen));
            var found = !searching || (!node.IsWay && (change is null || node.Record!.Change == change) && node.Path.Contains(text, StringComparison.OrdinalIgnoreCase));
            if (isOpen)
            {
                foreach (var child in Sorted(node))
                {
                    found |= Add(child, depth + 1);
                }
            }

            if (!found)
            {
                rows.RemoveRange(at, rows.Count - at);
            }

            return found;
        }

        IEnumerable<ChangeNode> Sorted(ChangeNode node) => bySize
            ? node.Children.OrderByDescending(c => c.Bytes).ThenBy(c => c.Name, StringComparer.Ordinal)
            : node.Children.OrderByDescending(c => c.IsFolder).ThenBy(c => c.Name, StringComparer.Ordinal);
    }
}
