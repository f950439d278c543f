using System.Globalization;
using System.Text.Json;
using DriverHost.Auth;
using DriverHost.Client;
using DriverHost.Http;

namespace DriverHost.Terminal;

/// <summary>
/// The recordings of this host: <c>recordings/PROJECT/INSTANCE/BEGUN-ID.cast</c> in the data folder. They stay when their instance is deleted, within their project's
/// budget: what was begun longest ago goes first.
/// </summary>
internal sealed class TerminalRecordings(DriverHostOptions options, TimeProvider time)
{
    private const int MostHeader = 16 * 1024;
    private const string Ending = ".cast";
    private readonly Lock _gate = new();
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);

    /// <summary>The operator wants every terminal recorded.</summary>
    public bool On => options.RecordTerminals;

    private string Root { get; } = Path.Combine(options.DataPath, "recordings");

    /// <returns>Null when terminals are not recorded here.</returns>
    /// <exception cref="DriverFailure">503 <c>not_recorded</c>: it cannot be, so there is no terminal.</exception>
    public TerminalRecorder? Begin(TerminalRecord record, HostInstance instance, DriverCaller caller, TerminalRequest request)
    {
        if (!On)
        {
            return null;
        }

        var header = new RecordingHeader
        {
            Width = request.Cols,
            Height = request.Rows,
            Timestamp = record.OpenedAt.ToUnixTimeSeconds(),
            Title = $"{instance.Name}, {caller.UserName}",
            Command = TerminalWords.Command(record.Command),
            UserId = caller.UserId,
            UserName = caller.UserName,
        };
        lock (_gate)
        {
            try
            {
                var folder = Path.Combine(Root, instance.ProjectId, instance.Id);
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{record.OpenedAt.ToUnixTimeMilliseconds():d15}-{record.Id}{Ending}"));
                var recorder = new TerminalRecorder(path, header, options.RecordingLimit, time);
                _open.Add(path);
                Enforce(instance.ProjectId);
                return recorder;
            }
            catch (Exception full) when (full is IOException or UnauthorizedAccessException)
            {
                throw new DriverFailure(503, "not_recorded", $"Terminals are recorded here, and this one cannot be: {full.Message} So it was not opened.", full);
            }
        }
    }

    public void End(TerminalRecorder recorder, string project)
    {
        recorder.Dispose();
        lock (_gate)
        {
            _open.Remove(recorder.Path);
            Enforce(project);
        }
    }

    /// <summary>The terminal did not open after all.</summary>
    public void Discard(TerminalRecorder recorder, string project)
    {
        recorder.Dispose();
        File.Delete(recorder.Path);
        End(recorder, project);
    }

    /// <summary>What is kept of an instance's terminals, newest first.</summary>
    /// <param name="project">The only one whose recordings are told; null for all.</param>
    public IReadOnlyList<(RecordingRecord Record, string Project, string Path)> Of(string instance, string? project)
    {
        var found = new List<(RecordingRecord, string, string)>();
        // Names from outside are compared, never put into a path.
        foreach (var folder in Folders(Root).Where(f => project is null || f.Name == project).SelectMany(f => Folders(f.FullName).Where(i => i.Name == instance)))
        {
            found.AddRange(folder.EnumerateFiles("*" + Ending).OrderByDescending(f => f.Name, StringComparer.Ordinal).Select(f => (Read(f)!, folder.Parent!.Name, f.FullName)).Where(r => r.Item1 is not null));
        }

        return found;
    }

    private static IEnumerable<DirectoryInfo> Folders(string path) => Directory.Exists(path) ? new DirectoryInfo(path).EnumerateDirectories() : [];

    /// <returns>Null when it went away meanwhile, or a kill left it without its first line.</returns>
    private RecordingRecord? Read(FileInfo file)
    {
        try
        {
            using var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var start = new byte[MostHeader];
            var line = start.AsSpan(0, stream.ReadAtLeast(start, MostHeader, throwOnEndOfStream: false));
            var header = JsonSerializer.Deserialize(line[..Math.Max(0, line.IndexOf((byte)'\n'))], DriverHostJson.Default.RecordingHeader)!;
            bool open;
            lock (_gate)
            {
                open = _open.Contains(file.FullName);
            }

            return new RecordingRecord
            {
                Id = file.Name[(file.Name.IndexOf('-', StringComparison.Ordinal) + 1)..^Ending.Length],
                StartedAt = DateTimeOffset.FromUnixTimeSeconds(header.Timestamp),
                LastAt = file.LastWriteTimeUtc,
                Open = open,
                Bytes = stream.Length,
                Command = header.Command,
                UserId = header.UserId,
                UserName = header.UserName,
            };
        }
        catch (Exception none) when (none is JsonException or FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    // Those that are open count and stay: each is bounded, and so are they.
    private void Enforce(string project)
    {
        var files = new DirectoryInfo(Path.Combine(Root, project)).EnumerateFiles("*" + Ending, SearchOption.AllDirectories).OrderBy(f => f.Name, StringComparer.Ordinal).ToArray();
        var over = files.Sum(f => f.Length) - options.RecordingBudget;
        foreach (var file in files.Where(f => !_open.Contains(f.FullName)).TakeWhile(_ => over > 0))
        {
            over -= file.Length;
            file.Delete();
        }
    }
}
