using DriverHost.Files;

namespace DriverHost.Tests.Files;

public sealed class LayerFolderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("upper-");

    private static (string, long)? Looked(LayerFolder folder, string path) => folder.TryLook(path) is { } look ? (look.Type, look.Size) : null;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Links_AreNeverFollowed_NotOnTheWayAndNotAtTheEnd()
    {
        var secret = Path.Combine(_folder.FullName, "secret");
        Directory.CreateDirectory(secret);
        File.WriteAllText(Path.Combine(secret, "key"), "12345678");
        var root = _folder.CreateSubdirectory("root");
        File.WriteAllText(Path.Combine(root.FullName, "own"), "123");
        Directory.CreateSymbolicLink(Path.Combine(root.FullName, "out"), secret);
        File.CreateSymbolicLink(Path.Combine(root.FullName, "key"), Path.Combine(secret, "key"));

        using var upper = LayerFolder.TryOpen(root.FullName)!;

        Assert.Equal(("file", 3), Looked(upper, "/own"));
        Assert.Equal(("link", 0), Looked(upper, "/out"));
        Assert.Equal(("link", 0), Looked(upper, "/key"));
        Assert.Null(upper.TryLook("/out/key"));
        Assert.Null(upper.TryLook("/../secret/key"));
        Assert.Null(upper.TryLook("/none"));
    }

    [Fact]
    public void Folder_IsEnteredAndReadButNeverByALink()
    {
        var root = _folder.CreateSubdirectory("root");
        root.CreateSubdirectory("deep").CreateSubdirectory("er");
        Directory.CreateSymbolicLink(Path.Combine(root.FullName, "link"), Path.Combine(root.FullName, "deep"));

        using var upper = LayerFolder.TryOpen(root.FullName)!;
        using var deep = upper.TryEnter("deep")!;

        Assert.Equal([("deep", true, false), ("link", false, false)], upper.Read().Order());
        Assert.Equal([("er", true, false)], deep.Read());
        Assert.Equal(Path.Combine(root.FullName, "deep"), upper.TryTarget("link"));
        Assert.Null(upper.TryEnter("link"));
        Assert.Null(deep.TryEnter(".."));
    }

    [Fact]
    public void Folder_ThatCannotBeSeen_IsNull()
    {
        Assert.Null(LayerFolder.TryOpen(null));
        Assert.Null(LayerFolder.TryOpen(Path.Combine(_folder.FullName, "none")));
    }
}
