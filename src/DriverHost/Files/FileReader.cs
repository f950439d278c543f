using System.Formats.Tar;
using Docker.DotNet;
using Docker.DotNet.Models;
using DriverHost.Client;
using DriverHost.Docker;
using DriverHost.Http;

namespace DriverHost.Files;

/// <summary>
/// Copies out of a container. The engine sends a tar whose names and links are the tenant's: it is read entry by entry and never passed on as it is.
/// A file leaves as its bytes, a folder as a tar that is written anew.
/// </summary>
internal sealed class FileReader(Engine engine, DriverHostOptions options)
{
    public const int MostEntries = 100_000;

    /// <summary>What is at a path, without its bytes.</summary>
    public async Task<FileStat> LookAsync(string container, FilePath path, CancellationToken cancellationToken)
    {
        var client = await engine.ClientAsync(cancellationToken);
        try
        {
            var stat = (await client.Containers.GetArchiveFromContainerAsync(container, new ContainerPathStatParameters { Path = path.Full }, true, cancellationToken)).Stat;
            // Go's file mode, not the kernel's: its highest bits say what it is.
            var mode = (uint)stat.Mode;
            var type = (mode & 1u << 31) != 0 ? "folder" : (mode & 1u << 27) != 0 ? "link" : (mode & (1u << 26 | 1u << 25 | 1u << 24 | 1u << 21)) != 0 ? "other" : "file";
            return new FileStat(path.Full, type, type == "file" ? stat.Size : null, type == "link" ? stat.LinkTarget : null);
        }
        catch (DockerApiException none) when (none.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            throw DriverFailure.NotFound($"There is no {path.Full} in the instance.");
        }
    }

    /// <summary>Opens what is at a path, and looks at what it is.</summary>
    /// <exception cref="DriverFailure">404 there is nothing; 400 it is a link, a device, a pipe or a socket; 413 it is too large.</exception>
    public async Task<OpenedFile> OpenAsync(string container, FilePath path, CancellationToken cancellationToken)
    {
        var client = await engine.ClientAsync(cancellationToken);
        Stream stream;
        try
        {
            var answer = await client.Containers.GetArchiveFromContainerAsync(container, new ContainerPathStatParameters { Path = path.Full }, false, cancellationToken);
            stream = answer.Stream!;
        }
        catch (DockerApiException none) when (none.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            throw DriverFailure.NotFound($"There is no {path.Full} in the instance.");
        }

        try
        {
            var tar = new TarReader(stream);
            var first = await tar.GetNextEntryAsync(false, cancellationToken) ?? throw DriverFailure.NotFound($"There is no {path.Full} in the instance.");
            if (first.EntryType is TarEntryType.SymbolicLink)
            {
                throw DriverFailure.Invalid($"{path.Full} is a link to '{first.LinkName}'. Ask for that path instead.");
            }

            var opened = new OpenedFile(stream, tar, first, options.CopyLimit);
            if (!opened.IsFile && !opened.IsFolder)
            {
                throw DriverFailure.Invalid($"{path.Full} is a device, a pipe or a socket: it has no bytes to copy.");
            }

            return opened.IsFile && first.Length > options.CopyLimit
                ? throw new DriverFailure(413, "too_large", $"{path.Full} has {first.Length >> 20} MiB; this host copies {options.CopyLimit >> 20} MiB at once at most (DriverHost:CopyLimitMiB).")
                : opened;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }
}

/// <summary>A file or folder of a container on its way out.</summary>
internal sealed class OpenedFile(Stream stream, TarReader tar, TarEntry first, long limit) : IAsyncDisposable
{
    private readonly HashSet<string> _links = new(StringComparer.Ordinal);
    private readonly HashSet<string> _files = new(StringComparer.Ordinal);
    private long _bytes;
    private int _entries;

    public bool IsFile => first.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile;

    public bool IsFolder => first.EntryType is TarEntryType.Directory;

    /// <summary>Of a file.</summary>
    public long Length => first.Length;

    public async Task CopyFileAsync(Stream target, CancellationToken cancellationToken)
    {
        if (first.DataStream is { } content)
        {
            await using var bytes = new EntryStream(content, first.Length);
            await bytes.CopyToAsync(target, cancellationToken);
        }
    }

    /// <summary>Writes the folder as an uncompressed tar: files, folders and links; no device, pipe or socket, and no owner.</summary>
    /// <exception cref="IOException">It is larger than this host copies, or its names are no names.</exception>
    public async Task CopyFolderAsync(Stream target, CancellationToken cancellationToken)
    {
        await using var rebuilt = new TarWriter(target, TarEntryFormat.Pax, leaveOpen: true);
        for (var entry = first; entry is not null; entry = await tar.GetNextEntryAsync(false, cancellationToken))
        {
            if (Rebuild(entry) is { } own)
            {
                await rebuilt.WriteEntryAsync(own, cancellationToken);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await tar.DisposeAsync();
        await stream.DisposeAsync();
    }

    private PaxTarEntry? Rebuild(TarEntry entry)
    {
        var name = entry.Name.TrimEnd('/');
        // The engine walks while the instance may move things: below a link there is nothing, whatever it says. Who unpacks must not be led out.
        if (!IsPlain(name) || Ancestors(name).Any(_links.Contains))
        {
            throw new IOException("A name in the folder leads out of it.");
        }

        if (++_entries > FileReader.MostEntries || (_bytes += entry.Length) > limit)
        {
            throw new IOException("The folder is larger than this host copies at once.");
        }

        PaxTarEntry own;
        switch (entry.EntryType)
        {
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile:
                _files.Add(name);
                own = new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = entry.DataStream is { } content ? new EntryStream(content, entry.Length) : null };
                break;
            case TarEntryType.Directory:
                own = new PaxTarEntry(TarEntryType.Directory, name + "/");
                break;
            case TarEntryType.SymbolicLink:
                _links.Add(name);
                own = new PaxTarEntry(TarEntryType.SymbolicLink, name) { LinkName = entry.LinkName };
                break;
            case TarEntryType.HardLink when _files.Contains(entry.LinkName):
                own = new PaxTarEntry(TarEntryType.HardLink, name) { LinkName = entry.LinkName };
                break;
            default:
                return null;
        }

        // Not even root's programs come out as programs of root.
        own.Mode = entry.Mode & (UnixFileMode)0b111_111_111;
        own.ModificationTime = entry.ModificationTime;
        return own;
    }

    private static bool IsPlain(string name) => name.Length > 0 && name[0] != '/' && !name.Split('/').Any(p => p is "" or "." or "..");

    private static IEnumerable<string> Ancestors(string name)
    {
        for (var at = name.IndexOf('/', StringComparison.Ordinal); at >= 0; at = name.IndexOf('/', at + 1))
        {
            yield return name[..at];
        }
    }
}
