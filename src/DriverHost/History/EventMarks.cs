using System.Text.Json;
using DriverHost.Client;
using DriverHost.Containers;
using DriverHost.Docker;
using DriverHost.Logs;

namespace DriverHost.History;

/// <summary>
/// What happened to an instance, as marks between the lines of its log. Kept beside the archive, also while nobody watches; who watches gets them at once.
/// </summary>
internal sealed class EventMarks(LogArchives archives, LogFollowers followers, InstanceBook book)
{
    private const int FileLimit = 512 * 1024;
    private const long StartAllowance = 2_000_000_000;
    private readonly Lock _gate = new();

    /// <summary>Adds a mark. An instance that is not in the books any more gets none.</summary>
    /// <param name="live">False: the log's own reading tells those who watch.</param>
    public void Add(string instance, string type, DateTimeOffset time, string words, bool live = true)
    {
        if (book.Entry(instance) is not { } entry)
        {
            return;
        }

        var mark = LogMarks.Event(type, time, words);
        lock (_gate)
        {
            var file = FileOf(entry.Row.ProjectId, instance);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            if (File.Exists(file) && new FileInfo(file).Length > FileLimit)
            {
                // The older half goes.
                var lines = File.ReadAllLines(file);
                File.WriteAllLines(file, lines[(lines.Length / 2)..]);
            }

            File.AppendAllBytes(file, [.. mark, (byte)'\n']);
        }

        if (live && entry.Container is { } container)
        {
            followers.Mark(container.Id, mark);
        }
    }

    /// <summary>Takes note of an engine's event.</summary>
    public void Take(EngineEvent happened)
    {
        var time = DateTimeOffset.UnixEpoch.AddTicks(happened.TimeNano / 100);
        var facts = book.Entry(happened.InstanceId)?.Container;
        switch (happened.Action)
        {
            case "start" when facts?.StartedAt is { } started:
                Add(happened.InstanceId, "start", started, "started", live: false);
                break;
            case "die" when facts is { FinishedAt: { } finished }:
                var ended = new ContainerState(Tty: false, Runs: false, facts.ExitCode, facts.OutOfMemory, finished);
                Add(happened.InstanceId, ended.EndType, finished, ended.ExitWords, live: false);
                break;
            case "kill" when happened.Attributes.GetValueOrDefault("signal") is { } signal and not "9":
                Add(happened.InstanceId, "stop", time, signal == "15" ? "asked to end" : $"asked to end by signal {signal}");
                break;
            case "pause":
                Add(happened.InstanceId, "pause", time, "paused");
                break;
            case "unpause":
                Add(happened.InstanceId, "unpause", time, "goes on");
                break;
            case "commit":
                Add(happened.InstanceId, "snapshot", time, "snapshot taken");
                break;
            case { } health when health.StartsWith("health_status: ", StringComparison.Ordinal):
                Add(happened.InstanceId, "health", time, health["health_status: ".Length..]);
                break;
        }
    }

    /// <summary>All marks of an instance, oldest first.</summary>
    public IReadOnlyList<EventMark> Of(string project, string instance)
    {
        lock (_gate)
        {
            var file = FileOf(project, instance);
            return File.Exists(file) ? Placed([.. File.ReadLines(file).Select(TryRead).OfType<EventMark>().OrderBy(m => m.Stamp)]) : [];
        }
    }

    // The engine takes the time of a start when the process runs already: its first lines may be older. They come after the mark all the same.
    private static EventMark[] Placed(EventMark[] marks)
    {
        for (var i = 0; i < marks.Length; i++)
        {
            if (marks[i].Type == "start")
            {
                marks[i] = marks[i] with { Stamp = Math.Max(i > 0 ? marks[i - 1].Stamp : 0, marks[i].Stamp - StartAllowance) };
            }
        }

        return marks;
    }

    // A crash may have cut the last one.
    private static EventMark? TryRead(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, DriverHostJson.Default.LogRecord) is { Event: { } happened }
                ? new EventMark(LogCursor.StampOf(happened.Time), happened.Type, System.Text.Encoding.UTF8.GetBytes(line))
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private string FileOf(string project, string instance) => Path.Combine(archives.Folder(project, instance), "marks.ndjson");
}

/// <param name="Stamp">Where it belongs between the lines: nanoseconds since 1970.</param>
/// <param name="Record">As it goes out.</param>
internal sealed record EventMark(long Stamp, string Type, byte[] Record);
