using System.Text;
using DriverHost.Http;

namespace DriverHost.Files;

/// <summary>
/// Finds out whom an instance's process runs as: the user of its configuration, a number or a name that its own <c>/etc/passwd</c> and <c>/etc/group</c> know.
/// So a file that is copied in belongs to whoever will use it.
/// </summary>
internal sealed class FileOwners(FileReader files)
{
    private const int MostBytes = 1024 * 1024;

    /// <param name="user">As in the container's configuration.</param>
    public async Task<FileOwner> OfAsync(string container, string? user, CancellationToken cancellationToken) => FileOwner.Find(
        user,
        await ReadAsync(container, "/etc/passwd", cancellationToken) ?? "",
        user?.Contains(':', StringComparison.Ordinal) == true ? await ReadAsync(container, "/etc/group", cancellationToken) ?? "" : "");

    /// <summary>A small text file of a container.</summary>
    /// <returns>Null when it is not there, no plain file, or larger than 1 MiB.</returns>
    public async Task<string?> ReadAsync(string container, string file, CancellationToken cancellationToken)
    {
        try
        {
            await using var opened = await files.OpenAsync(container, FilePath.Of(file), cancellationToken);
            if (!opened.IsFile || opened.Length > MostBytes)
            {
                return null;
            }

            using var bytes = new MemoryStream();
            await opened.CopyFileAsync(bytes, cancellationToken);
            return Encoding.UTF8.GetString(bytes.ToArray());
        }
        catch (DriverFailure none) when (none.Status is 404 or 400)
        {
            return null;
        }
    }
}
