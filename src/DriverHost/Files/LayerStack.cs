namespace DriverHost.Files;

/// <param name="Folder">The uppermost that has it.</param>
internal readonly record struct LayerEntry(string Name, bool IsFolder, LayerFolder Folder);

/// <param name="Path">Where it ended: the whole path, or the part of it that is no folder.</param>
/// <param name="Type">As in <see cref="FileLook"/>; <c>moved</c> for a folder that the layers below have elsewhere; null when it is not there.</param>
/// <param name="Target">Of a link.</param>
internal readonly record struct Entered(string Path, string? Type, string? Target = null);

/// <summary>One folder in all layers of a container, the uppermost first, put together as an overlay does (Linux, <c>filesystems/overlayfs.rst</c>).</summary>
internal sealed class LayerStack : IDisposable
{
    private List<LayerFolder> _layers;

    private LayerStack(List<LayerFolder> layers) => _layers = layers;

    /// <param name="folders">The layers' own, the uppermost first.</param>
    /// <returns>Null when there are none, or one cannot be seen: what lies in it would be missing.</returns>
    public static LayerStack? TryOpen(IReadOnlyList<string> folders)
    {
        var stack = new LayerStack([]);
        foreach (var folder in folders)
        {
            if (LayerFolder.TryOpen(folder) is not { } layer)
            {
                stack.Dispose();
                return null;
            }

            stack._layers.Add(layer);
        }

        return stack._layers.Count > 0 ? stack : null;
    }

    /// <summary>Goes down a path, part by part.</summary>
    public Entered Enter(IReadOnlyList<string> parts)
    {
        var path = "";
        foreach (var part in parts)
        {
            path += "/" + part;
            if (Enter(path, part) is { Type: not "folder" } ended)
            {
                return ended;
            }
        }

        return new Entered(path, "folder");
    }

    /// <summary>What is in the folder, in no order. Once only.</summary>
    /// <param name="most">So many names are looked at; then there are more.</param>
    public (IReadOnlyList<LayerEntry> Entries, bool More) Read(int most)
    {
        var found = new Dictionary<string, LayerEntry?>(StringComparer.Ordinal);
        var seen = 0;
        var more = false;
        foreach (var layer in _layers)
        {
            foreach (var (name, isFolder, isDevice) in layer.Read())
            {
                if (more = ++seen > most)
                {
                    break;
                }

                if (!found.ContainsKey(name))
                {
                    found[name] = isDevice && layer.TryLook(name) is { Hides: true } ? null : new LayerEntry(name, isFolder, layer);
                }
            }

            if (more)
            {
                break;
            }
        }

        return ([.. found.Values.OfType<LayerEntry>()], more);
    }

    public void Dispose() => _layers.ForEach(l => l.Dispose());

    private Entered Enter(string path, string part)
    {
        var inside = new List<LayerFolder>();
        Entered? ended = null;
        foreach (var layer in _layers)
        {
            if (layer.TryLook(part) is not { } look)
            {
                continue;
            }

            if (look.Type != "folder")
            {
                // Below a folder it is hidden by that; else it is what the path leads to.
                ended = inside.Count > 0 ? null : look.Hides ? new Entered(path, null) : new Entered(path, look.Type, look.Type == "link" ? layer.TryTarget(part) : null);
                break;
            }

            if (layer.TryEnter(part) is { } folder)
            {
                inside.Add(folder);
                if (folder.IsMoved)
                {
                    ended = new Entered(path, "moved");
                    break;
                }

                if (folder.IsOpaque)
                {
                    break;
                }
            }
        }

        Dispose();
        _layers = inside;
        return ended ?? new Entered(path, inside.Count > 0 ? "folder" : null);
    }
}
