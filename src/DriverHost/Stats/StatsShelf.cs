using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace DriverHost.Stats;

/// <summary>The past of every instance: in memory, and one file each in the folder <c>stats</c> beside the books. A file is replaced whole or not at all.</summary>
internal sealed class StatsShelf(DriverHostOptions options, ILogger<StatsShelf> logger)
{
    private const string Ending = ".stats";
    private readonly string _folder = Path.Combine(options.DataPath, "stats");
    private readonly ConcurrentDictionary<string, InstanceStats> _all = new(StringComparer.Ordinal);

    public InstanceStats? Find(string instanceId) => _all.GetValueOrDefault(instanceId);

    public InstanceStats Of(string instanceId) => _all.GetOrAdd(instanceId, _ => new InstanceStats());

    /// <summary>Reads the files of the last end. A file that is not whole is given up: it is only the past.</summary>
    public void Open()
    {
        Directory.CreateDirectory(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var file in Directory.EnumerateFiles(_folder))
        {
            if (file.EndsWith(Ending, StringComparison.Ordinal) && InstanceStats.Read(File.ReadAllBytes(file)) is { } stats)
            {
                _all.TryAdd(Path.GetFileNameWithoutExtension(file), stats);
            }
            else
            {
                StatsLog.GivenUp(logger, file);
                File.Delete(file);
            }
        }
    }

    /// <summary>Writes those that have something new, a part of them at a time.</summary>
    public void Save(int part, int parts)
    {
        foreach (var (id, stats) in _all.Where(s => s.Value.IsNew && (uint)s.Key.GetHashCode(StringComparison.Ordinal) % (uint)parts == part))
        {
            var temporary = Path.Combine(_folder, $"{id}.new");
            try
            {
                File.WriteAllBytes(temporary, stats.Write());
                File.Move(temporary, PathOf(id), overwrite: true);
            }
            catch (IOException full)
            {
                // It stays in memory, and is tried again with the next sample.
                StatsLog.NotSaved(logger, full, id);
            }
        }
    }

    public void KeepOnly(IReadOnlySet<string> instanceIds)
    {
        foreach (var id in _all.Keys.Where(id => !instanceIds.Contains(id)))
        {
            _all.TryRemove(id, out _);
            File.Delete(PathOf(id));
        }
    }

    private string PathOf(string instanceId) => Path.Combine(_folder, instanceId + Ending);
}

internal static partial class StatsLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "{File} is no whole file of stats and is removed")]
    public static partial void GivenUp(ILogger logger, string file);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The stats of instance {InstanceId} could not be written")]
    public static partial void NotSaved(ILogger logger, Exception exception, string instanceId);

    [LoggerMessage(Level = LogLevel.Error, Message = "Measuring the instances failed; going on")]
    public static partial void Failed(ILogger logger, Exception exception);
}
