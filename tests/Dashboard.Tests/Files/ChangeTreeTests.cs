using Dashboard.Files;
using DriverHost.Client;

namespace Dashboard.Tests.Files;

public sealed class ChangeTreeTests
{
    private static readonly IReadOnlySet<string> Closed = new HashSet<string>();

    [Fact]
    public void Sizes_AreSummedByFolder_AndFoldersOnTheWayAreNotCounted()
    {
        var tree = new ChangeTree(Some);

        var rows = tree.Rows(null, "", false, tree.Folders().ToHashSet());

        Assert.Equal(
            [("/data", 0, 1500L), ("/data/deep", 1, 1000L), ("/data/deep/a", 2, 1000L), ("/data/b", 1, 500L), ("/etc", 0, 7L), ("/etc/group", 1, 7L), ("/etc/old", 1, 0L)],
            rows.Select(r => (r.Node.Path, r.Depth, r.Node.Bytes)));
        Assert.Equal((6, 4, 1, 1, 1507L), (tree.Count(null), tree.Count("added"), tree.Count("changed"), tree.Count("deleted"), tree.Bytes));
    }

    [Fact]
    public void Closed_ShowsTheTopAlone_AndBySizePutsTheLargestFirst()
    {
        var tree = new ChangeTree(Some);

        Assert.Equal(["/data", "/etc"], tree.Rows(null, "", false, Closed).Select(r => r.Node.Path));
        Assert.Equal(["/data", "/data/deep", "/data/b", "/etc"], tree.Rows(null, "", true, new HashSet<string> { "/data" }).Select(r => r.Node.Path));
    }

    [Fact]
    public void Filter_FindsInClosedFolders_AndKeepsTheWay()
    {
        var tree = new ChangeTree(Some);

        Assert.Equal(["/etc", "/etc/old"], tree.Rows("deleted", "", false, Closed).Select(r => r.Node.Path));
        Assert.Equal(["/etc", "/etc/group"], tree.Rows(null, "GROUP", false, Closed).Select(r => r.Node.Path));
        Assert.Empty(tree.Rows("deleted", "group", false, Closed));
    }

    [Fact]
    public void Few_AreOpenAtFirst_ManyAreNot()
    {
        var many = Some with { Changes = [.. Enumerable.Range(0, 100).Select(i => new ChangeRecord($"/many/{i}", "added", "file", 1))] };

        Assert.Equal(["/data", "/data/deep", "/etc"], new ChangeTree(Some).OpenAtFirst.Order());
        Assert.Empty(new ChangeTree(many).OpenAtFirst);
    }

    internal static readonly ChangeList Some = new()
    {
        At = new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero),
        Changes =
        [
            new ChangeRecord("/data", "added", "folder", null),
            new ChangeRecord("/data/b", "added", "file", 500),
            new ChangeRecord("/data/deep", "added", "folder", null),
            new ChangeRecord("/data/deep/a", "added", "file", 1000),
            new ChangeRecord("/etc", "changed", "folder", null),
            new ChangeRecord("/etc/group", "changed", "file", 7),
            new ChangeRecord("/etc/old", "deleted", null, null),
        ],
        More = false,
        SizesKnown = true,
        Outside = [new OutsideFolder("/dev/shm", "tmpfs"), new OutsideFolder("/var/lib/db", "volume")],
    };
}
