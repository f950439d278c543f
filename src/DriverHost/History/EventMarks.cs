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

    /// <summary>Told of each mark of an instance, when it is in the file. Listeners only take note.</summary>
    public event Action<string>? Added;

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
            // What the engine's record says may be told twice: by its event, and by a look at what was missed.
            if (!live && File.Exists(file) && File.ReadLines(file).Contains(System.Text.Encoding.UTF8.GetString(mark)))
            {
                return;
            }

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

        Added?.Invoke(instance);
    }

    /// <summary>Adds what the engine's record tells of the last start or end, if that was missed: the driver host may have been down.</summary>
    public void CatchUp(InstanceEntry entry)
    {
        switch (entry.Container)
        {
            case { Runs: true, StartedAt: { } started } when IsNew(entry, started):
                AddStart(entry.Row.Id, started);
                break;
            case { Runs: false, FinishedAt: { } finished } facts when IsNew(entry, finished):
                AddEnd(entry.Row.Id, facts, finished);
                break;
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
                AddStart(happened.InstanceId, started);
                break;
            case "die" when facts is { FinishedAt: { } finished }:
                AddEnd(happened.InstanceId, facts, finished);
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

    /// <summary>All marks of an instance as they were recorded, in that order.</summary>
    public IReadOnlyList<RecordedMark> Recorded(string project, string instance)
    {
        lock (_gate)
        {
            var file = FileOf(project, instance);
            return File.Exists(file) ? [.. File.ReadLines(file).Select(TryRead).OfType<RecordedMark>()] : [];
        }
    }

    /// <summary>All marks of an instance, oldest first.</summary>
    public IReadOnlyList<EventMark> Of(string project, string instance)
    {
        lock (_gate)
        {
            var file = FileOf(project, instance);
            return File.Exists(file) ? Placed([.. File.ReadLines(file).Select(TryRead).OfType<RecordedMark>().Select(m => m.Mark).OrderBy(m => m.Stamp)]) : [];
        }
    }

    /// <summary>
    /// The engine takes two times late. That of a start when the process runs already: its first lines may be older, and come after the mark all the same.
    /// That of a signal when it has been sent: the process may have ended by then, and the mark comes before the end all the same.
    /// </summary>
    internal static EventMark[] Placed(EventMark[] marks)
    {
        for (var i = 0; i < marks.Length; i++)
        {
            if (marks[i].Type == "start")
            {
                marks[i] = marks[i] with { Stamp = Math.Max(i > 0 ? marks[i - 1].Stamp : 0, marks[i].Stamp - StartAllowance) };
            }
            else if (marks[i].Type == "stop" && i > 0 && marks[i - 1].Type is ("exit" or "oom"))
            {
                (marks[i - 1], marks[i]) = (marks[i] with { Stamp = marks[i - 1].Stamp }, marks[i - 1]);
            }
        }

        return marks;
    }

    private void AddStart(string instance, DateTimeOffset started) => Add(instance, "start", started, "started", live: false);

    private void AddEnd(string instance, ContainerFacts facts, DateTimeOffset finished)
    {
        var ended = new ContainerState(Tty: false, Runs: false, facts.ExitCode, facts.OutOfMemory, finished);
        Add(instance, ended.EndType, finished, ended.ExitWords, live: false);
    }

    // What is older than all that is kept went with the older half.
    private bool IsNew(InstanceEntry entry, DateTimeOffset time) =>
        Recorded(entry.Row.ProjectId, entry.Row.Id) is not [var first, ..] || time >= first.Event.Time;

    // A crash may have cut the last one.
    private static RecordedMark? TryRead(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, DriverHostJson.Default.LogRecord) is { Event: { } happened } ? new RecordedMark(happened, line) : null;
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

/// <param name="Line">As it is in the file: names the mark.</param>
internal sealed record RecordedMark(LogEvent Event, string Line)
{
    public EventMark Mark => new(LogCursor.StampOf(Event.Time), Event.Type, System.Text.Encoding.UTF8.GetBytes(Line));
}
