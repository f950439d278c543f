namespace DriverHost.Client;

/// <summary>The answer of <c>GET /v1/instances/{id}/changes</c>: how an instance's files differ from its image's.</summary>
public sealed record ChangeList
{
    public required DateTimeOffset At { get; init; }
    /// <summary>Sorted by path, parents first; 20,000 at most.</summary>
    public required IReadOnlyList<ChangeRecord> Changes { get; init; }
    /// <summary>There are more than are told here.</summary>
    public required bool More { get; init; }
    /// <summary>False where this driver host cannot see the layer of the container, for example because it runs in a container itself: then no size is told.</summary>
    public required bool SizesKnown { get; init; }
    /// <summary>Folders that are mounted from elsewhere: neither here nor in a snapshot.</summary>
    public required IReadOnlyList<OutsideFolder> Outside { get; init; }
}

/// <summary>One file or folder. Source: the engine's <c>GET /containers/{id}/changes</c>; kind and size from the container's own layer.</summary>
/// <param name="Path">Absolute, inside the container: text of others.</param>
/// <param name="Change"><c>added</c>, <c>changed</c> or <c>deleted</c>.</param>
/// <param name="Type"><c>file</c>, <c>folder</c>, <c>link</c> or <c>other</c>; null when it is not known, and of what was deleted.</param>
/// <param name="SizeBytes">Of a file as it is now.</param>
public sealed record ChangeRecord(string Path, string Change, string? Type, long? SizeBytes);

/// <summary>The answer of <c>GET /v1/instances/{id}/files/stat</c>.</summary>
/// <param name="Type"><c>file</c>, <c>folder</c>, <c>link</c> or <c>other</c>.</param>
/// <param name="SizeBytes">Of a file.</param>
/// <param name="LinkTarget">Of a link, as the engine found it: text of others.</param>
public sealed record FileStat(string Path, string Type, long? SizeBytes, string? LinkTarget);

/// <summary>The answer of <c>GET /v1/instances/{id}/files/list</c>: what is in a folder of an instance.</summary>
/// <param name="Path">The folder's own: links on the way to it are followed, as far as they stay in the instance.</param>
/// <param name="Entries">Folders first, then by name; 2,000 at most.</param>
/// <param name="More">There are more than are told here.</param>
public sealed record FileList(string Path, IReadOnlyList<FileEntry> Entries, bool More);

/// <summary>One entry of a folder. Source: the layers of the container.</summary>
/// <param name="Name">Text of others; the replacement character U+FFFD stands for what is no UTF-8.</param>
/// <param name="Type"><c>file</c>, <c>folder</c>, <c>link</c> or <c>other</c>.</param>
/// <param name="SizeBytes">Of a file.</param>
/// <param name="Mode">The twelve bits that chmod sets, for example 420 for rw-r--r--.</param>
/// <param name="Uid">The owner's number inside the instance; so is <paramref name="Gid"/>.</param>
/// <param name="LinkTarget">Of a link, as it says: text of others.</param>
public sealed record FileEntry(string Name, string Type, long? SizeBytes, int Mode, long Uid, long Gid, DateTimeOffset ModifiedAt, string? LinkTarget);

/// <summary>The answer of <c>PUT /v1/instances/{id}/files</c>.</summary>
/// <param name="Uid">Whom the file belongs to now, as numbers inside the instance; so is <paramref name="Gid"/>.</param>
/// <param name="Why">Why it is that one: <c>asked</c>, <c>user</c> (the instance's process runs as that user), or <c>root</c> (it names none, or one that its files do not know).</param>
public sealed record FileWritten(string Path, int Uid, int Gid, string Why);

/// <param name="Kind"><c>volume</c>, <c>tmpfs</c> or <c>bind</c>.</param>
public sealed record OutsideFolder(string Path, string Kind);
