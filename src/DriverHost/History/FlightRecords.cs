using System.Collections.Concurrent;
using System.Text.Json;
using DriverHost.Auth;
using DriverHost.Client;

namespace DriverHost.History;

/// <summary>The records of instances, as files beside their archives; those of deleted instances are also known in memory.</summary>
internal sealed class FlightRecords(LogArchives archives)
{
    /// <summary>Deleted instances of one project that are remembered; the oldest goes with its log.</summary>
    public const int MostOfAProject = 500;

    private readonly Lazy<ConcurrentDictionary<string, FlightRecord>> _gone = new(() => Load(archives.Root));

    /// <summary>Deleted instances that the caller may read, newest first.</summary>
    public FlightRecord[] Gone(DriverCaller caller, int limit) =>
        [.. _gone.Value.Values.Where(r => caller.MayRead(r.ProjectId)).OrderByDescending(r => r.DeletedAt).Take(limit)];

    /// <summary>Null: no such instance was deleted here, or nothing of it is kept.</summary>
    public FlightRecord? FindGone(string id) => _gone.Value.GetValueOrDefault(id);

    /// <summary>The whole record, with what the engine said; null when there is none.</summary>
    public FlightRecord? Read(string project, string id)
    {
        try
        {
            using var file = File.OpenRead(FileOf(project, id));
            return JsonSerializer.Deserialize(file, DriverHostJson.Default.FlightRecord);
        }
        catch (Exception none) when (none is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public void Write(FlightRecord record)
    {
        var file = FileOf(record.ProjectId, record.Id);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.WriteAllBytes($"{file}.writing", JsonSerializer.SerializeToUtf8Bytes(record, DriverHostJson.Default.FlightRecord));
        File.Move($"{file}.writing", file, overwrite: true);
        if (record.DeletedAt is null)
        {
            return;
        }

        _gone.Value[record.Id] = record with { Inspect = null };
        foreach (var oldest in _gone.Value.Values.Where(r => r.ProjectId == record.ProjectId).OrderByDescending(r => r.DeletedAt).Skip(MostOfAProject).ToArray())
        {
            Remove(oldest);
        }
    }

    /// <summary>Forgets a deleted instance and its log.</summary>
    public void Remove(FlightRecord record)
    {
        _gone.Value.TryRemove(record.Id, out _);
        archives.Remove(record.ProjectId, record.Id);
    }

    private string FileOf(string project, string id) => Path.Combine(archives.Folder(project, id), "record.json");

    private static ConcurrentDictionary<string, FlightRecord> Load(string root)
    {
        var gone = new ConcurrentDictionary<string, FlightRecord>(StringComparer.Ordinal);
        if (!Directory.Exists(root))
        {
            return gone;
        }

        foreach (var file in Directory.EnumerateFiles(root, "record.json", SearchOption.AllDirectories))
        {
            using var stream = File.OpenRead(file);
            if (JsonSerializer.Deserialize(stream, DriverHostJson.Default.FlightRecord) is { DeletedAt: not null } record)
            {
                gone[record.Id] = record with { Inspect = null };
            }
        }

        return gone;
    }
}
