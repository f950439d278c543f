namespace Dashboard.Hosting;

/// <summary>Two copies on one data folder would spoil each other's books. The kernel drops the claim when the process ends, however it ends.</summary>
internal sealed class DataFolderClaim : IAsyncDisposable
{
    private readonly FileStream _file;

    private DataFolderClaim(FileStream file) => _file = file;

    /// <returns>Null when another process holds the folder.</returns>
    public static DataFolderClaim? TryTake(string data)
    {
        try
        {
            return new DataFolderClaim(new FileStream(Path.Combine(data, ".claim"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            return null;
        }
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();
}
