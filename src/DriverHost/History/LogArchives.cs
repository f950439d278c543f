using System.Collections.Concurrent;

namespace DriverHost.History;

/// <summary>The archives of this host: <c>logs/PROJECT/INSTANCE</c> in the data folder, so that a project's share is a folder's size.</summary>
internal sealed class LogArchives(DriverHostOptions options)
{
    private readonly ConcurrentDictionary<string, LogArchive> _archives = new(StringComparer.Ordinal);

    public string Root { get; } = Path.Combine(options.DataPath, "logs");

    public string Folder(string project, string instance) => Path.Combine(Root, project, instance);

    public LogArchive Of(string project, string instance) => _archives.GetOrAdd(instance, static (_, folder) => new LogArchive(folder), Folder(project, instance));

    /// <summary>Removes all that is kept of an instance.</summary>
    public void Remove(string project, string instance)
    {
        _archives.TryRemove(instance, out _);
        if (Directory.Exists(Folder(project, instance)))
        {
            Directory.Delete(Folder(project, instance), recursive: true);
        }
    }
}
