using Docker.DotNet.Models;
using DriverHost.Client;
using DriverHost.Docker;
using DriverHost.Http;

namespace DriverHost.Files;

/// <summary>
/// What is in a folder of a container, running or stopped, read from its layers as an overlay puts them together. The engine has no such list: it would send
/// all bytes below the folder.
/// </summary>
/// <remarks>
/// A link is followed by its words, from the layers' own root on and never by the kernel: a process could swap a folder for a link to the host at any moment.
/// </remarks>
internal sealed class FileLister(Engine engine, int most = FileLister.Most)
{
    public const int Most = 2000;

    /// <summary>So many names are looked at, in all layers together.</summary>
    private const int MostSeen = 50_000;

    private const int MostLinks = 20;

    /// <exception cref="DriverFailure">404 there is nothing; 400 <c>not_a_folder</c>; 501 <c>not_seen</c>: this host cannot look.</exception>
    public async Task<FileList> ListAsync(string container, FilePath path, CancellationToken cancellationToken)
    {
        var client = await engine.ClientAsync(cancellationToken);
        var inspect = await client.Containers.InspectContainerAsync(container, cancellationToken);
        for (var links = 0; links <= MostLinks; links++)
        {
            if (inspect.Mounts?.FirstOrDefault(m => path.Full == m.Destination || path.Full.StartsWith(m.Destination + "/", StringComparison.Ordinal)) is { } mount)
            {
                throw NotSeen($"{mount.Destination} is mounted from elsewhere, so its files are in no layer of the instance.");
            }

            using var layers = LayerStack.TryOpen(LayersOf(inspect)) ?? throw NotSeen("This host cannot see the files of its instances: they need the storage driver overlay2, and a driver host that runs as root beside the engine.");
            switch (layers.Enter(path.Full.Split('/', StringSplitOptions.RemoveEmptyEntries)))
            {
                case { Type: "folder" }:
                    return List(layers, path);
                case { Type: "link" } link:
                    path = FilePath.Of(Led(link, path.Full[link.Path.Length..]));
                    break;
                case { Type: null }:
                    throw DriverFailure.NotFound($"There is no {path.Full} in the instance.");
                case { Type: "moved" } moved:
                    throw NotSeen($"{moved.Path} was moved, and this host cannot tell what of it is in the layers below.");
                case var other:
                    throw new DriverFailure(400, "not_a_folder", $"{other.Path} is no folder.");
            }
        }

        throw DriverFailure.Invalid($"Links lead round and round on the way to {path.Full}.");
    }

    private static DriverFailure NotSeen(string why) => new(501, "not_seen", $"{why} Type the path instead.");

    private static string[] LayersOf(ContainerInspectResponse inspect) =>
        Environment.IsPrivilegedProcess && inspect.GraphDriver is { Name: "overlay2", Data: { } data } && data.TryGetValue("UpperDir", out var upper) && data.TryGetValue("LowerDir", out var lower)
            ? [upper, .. lower.Split(':')]
            : [];

    /// <summary>Where a link leads, and from there on the rest of the path.</summary>
    private static string Led(Entered link, string rest)
    {
        var target = link.Target ?? "";
        var led = new List<string>();
        foreach (var part in $"{(target.StartsWith('/') ? "" : link.Path[..link.Path.LastIndexOf('/')])}/{target}{rest}".Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
            {
                led.RemoveRange(Math.Max(0, led.Count - 1), Math.Min(1, led.Count));
            }
            else if (part != ".")
            {
                led.Add(part);
            }
        }

        return "/" + string.Join('/', led);
    }

    private FileList List(LayerStack layers, FilePath path)
    {
        var (entries, more) = layers.Read(MostSeen);
        return new FileList(path.Full, [.. entries.OrderByDescending(e => e.IsFolder).ThenBy(e => e.Name, StringComparer.Ordinal).Take(most).Select(Record).OfType<FileEntry>()], more || entries.Count > most);
    }

    /// <returns>Null when it went away meanwhile.</returns>
    private static FileEntry? Record(LayerEntry entry) => entry.Folder.TryLook(entry.Name) is not { } look ? null
        : new FileEntry(
            entry.Name, look.Type, look.Type == "file" ? look.Size : null, look.Mode, look.Uid, look.Gid, look.ModifiedAt,
            look.Type == "link" ? entry.Folder.TryTarget(entry.Name) : null);
}
