namespace DriverHost.History;

/// <summary>Keeps what is stored of a project's logs within its budget: what was deleted longest ago goes first, then the oldest lines of what is there.</summary>
internal sealed class ProjectBudget(DriverHostOptions options, LogArchives archives, FlightRecords records)
{
    private readonly Lock _gate = new();

    public void Enforce(string project)
    {
        lock (_gate)
        {
            var root = new DirectoryInfo(Path.Combine(archives.Root, project));
            if (!root.Exists)
            {
                return;
            }

            var over = root.EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length) - options.LogBudget;
            foreach (var instance in root.EnumerateDirectories().Select(d => d.Name).OrderBy(id => records.FindGone(id)?.DeletedAt ?? DateTimeOffset.MaxValue).ToArray())
            {
                if (over <= 0)
                {
                    return;
                }

                over -= Reduce(project, instance, over);
            }
        }
    }

    private long Reduce(string project, string instance, long over)
    {
        var archive = archives.Of(project, instance);
        long freed = 0;
        while (freed < over && archive.Segments() is [var oldest, ..])
        {
            archive.RemoveOldest();
            freed += oldest.Bytes;
        }

        // What is left of a deleted one is its newest megabyte, not packed yet, and its record.
        if (freed < over && records.FindGone(instance) is { } gone)
        {
            freed += new DirectoryInfo(archive.Folder).EnumerateFiles().Sum(f => f.Length);
            records.Remove(gone);
        }

        return freed;
    }
}
