namespace Dashboard.Hosting;

/// <summary>Two copies on one data folder would spoil each other's books. The kernel drops the claim when the process ends, however it ends.</summary>
internal sealed class DataFolderClaim : IAsyncDisposable
{
    private const string Name = ".claim";
    private readonly FileStream _file;

    private DataFolderClaim(FileStream file) => _file = file;

    /// <returns>Null when another process holds the folder.</returns>
    public static DataFolderClaim? TryTake(string data)
    {
        try
        {
            return new DataFolderClaim(new FileStream(Path.Combine(data, Name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Whether another process holds the folder. Takes nothing and makes nothing.</summary>
    public static bool IsTaken(string data)
    {
        var file = Path.Combine(data, Name);
        if (!File.Exists(file))
        {
            return false;
        }

        try
        {
            using var trial = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();
}
