using System.Collections.Concurrent;
using System.Net.Sockets;
using DriverHost.Logs;

namespace DriverHost.History;

/// <summary>Brings an archive up to the present: reads from the engine what it does not have yet. One reading of a container at a time; who asks meanwhile waits for it.</summary>
internal sealed class LogCatchUp(DriverHostOptions options, LogArchives archives)
{
    /// <summary>Looking at so many of the newest lines is quick; asking for all since a time makes the engine go through its files from their start.</summary>
    private static readonly int[] Tails = [1_000, 20_000];

    private readonly EngineSocket _engine = new(options.DockerEndpoint.LocalPath);
    private readonly ConcurrentDictionary<string, Lazy<Task>> _running = new(StringComparer.Ordinal);

    public bool IsRunning(string container) => _running.ContainsKey(container);

    /// <summary>Returns when the archive has all that the engine had when this was called.</summary>
    /// <exception cref="IOException">The engine does not answer, or has no such container or log.</exception>
    public async Task RunAsync(string project, string instance, string container, CancellationToken cancellationToken)
    {
        // A reading that runs already may have passed what was written just now: then another one follows.
        if (_running.TryGetValue(container, out var earlier))
        {
            await earlier.Value.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }

        var own = new Lazy<Task>(() => Task.Factory.StartNew(
            () => Read(archives.Of(project, instance), container), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        await _running.GetOrAdd(container, own).Value.WaitAsync(cancellationToken);
    }

    private void Read(LogArchive archive, string container)
    {
        try
        {
            var state = ContainerState.Read(_engine, container) ?? throw new IOException("The engine has no such container.");
            if (archive.Last is not { } last)
            {
                new EngineLog(_engine, container, state.Tty).Read(new LogRange(Ended: !state.Runs), archive);
            }
            else if (!Tails.Any(tail => TryTail(archive, container, state, last, tail)))
            {
                new EngineLog(_engine, container, state.Tty).Read(new LogRange(After: last, Ended: !state.Runs), archive);
            }
        }
        catch (SocketException unreachable)
        {
            throw new IOException("The Docker engine does not answer.", unreachable);
        }
        finally
        {
            archive.Flush();
            _running.TryRemove(container, out _);
        }
    }

    private bool TryTail(LogArchive archive, string container, ContainerState state, LogCursor last, int tail)
    {
        var newest = new Newest(last);
        new EngineLog(_engine, container, state.Tty).Read(new LogRange(Tail: tail, Ended: !state.Runs), newest);
        return newest.TryPassTo(archive);
    }

    /// <summary>Holds the newest lines until it is known whether they go on where the archive ends.</summary>
    private sealed class Newest(LogCursor last) : ILogSink
    {
        private readonly List<(LogCursor Cursor, LogKind Kind, bool Cut, byte[] Text)> _after = [];
        private long? _firstStamp;
        private bool _found;

        public void Take(in LogLine line)
        {
            _firstStamp ??= line.Cursor.Stamp;
            if (line.Cursor == last && line.Kind is LogKind.Out or LogKind.Err)
            {
                // A tail may begin amid lines of one stamp; then their ordinals are not the log's.
                _found = line.Cursor.Stamp > _firstStamp;
                _after.Clear();
            }
            else
            {
                _after.Add((line.Cursor, line.Kind, line.Cut, line.Text.ToArray()));
            }
        }

        public bool TryPassTo(LogArchive archive)
        {
            if (!_found)
            {
                return false;
            }

            foreach (var (cursor, kind, cut, text) in _after)
            {
                archive.Take(new LogLine(cursor, kind, cut, text));
            }

            return true;
        }
    }
}
