using System.Security.Cryptography;
using DriverHost.Audit;
using DriverHost.Auth;
using DriverHost.Client;
using DriverHost.Containers;
using DriverHost.Docker;
using DriverHost.History;
using DriverHost.Host;
using DriverHost.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DriverHost.Terminal;

/// <summary>The terminals that are open on this host. None outlives the driver host: a stop ends them, and a start those that a killed one left.</summary>
internal sealed class Terminals(
    Engine engine, EngineEvents events, InstanceBook book, AuditBook audit, EventMarks marks, TokenGuard guard, HostId host, TerminalRecordings recordings, TerminalLimits limits, TimeProvider time, ILogger<Terminals> logger)
    : IHostedService, IDisposable
{
    private const int Killed = 137;
    private const int MostLooks = 20;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Open> _open = new(StringComparer.Ordinal);
    // Kept for the grace time, for a viewer that comes to an end which it has not seen: the last bytes and the reason. Oldest first.
    private readonly List<TerminalSession> _ended = [];
    private readonly List<(string InstanceId, string UserId)> _opening = [];
    private readonly CancellationTokenSource _stopped = new();
    private IDisposable? _watching;
    private bool _stopping;

    /// <summary>Opens a terminal. It is in the audit book before its process runs.</summary>
    public async Task<TerminalRecord> OpenAsync(HostInstance instance, DriverCaller caller, string token, string? requestId, TerminalRequest request, CancellationToken cancellationToken)
    {
        RequireRunning(instance);
        TerminalRequestCheck.Require(request);
        if (!TerminalProcesses.MayEnd)
        {
            throw new DriverFailure(503, "needs_root", "This driver host does not run as root, so it could not end what runs in a terminal. Terminals are closed here until it does.");
        }

        var client = await engine.ClientAsync(cancellationToken);
        var command = await TerminalExec.FindCommandAsync(client, instance.ContainerId!, request, cancellationToken);
        Reserve(instance.Id, caller.UserId);
        try
        {
            var record = new TerminalRecord
            {
                Id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
                InstanceId = instance.Id,
                Command = command,
                User = request.User,
                WorkingDir = request.WorkingDir,
                OpenedAt = time.GetUtcNow(),
                Attached = false,
                Recorded = recordings.On,
            };
            var entry = new AuditEntry(instance.Id, instance.ProjectId, caller.UserId, caller.UserName, requestId, AuditKind.TerminalOpen, TerminalWords.Opened(record));
            var recorder = recordings.Begin(record, instance, caller, request);
            var exec = await StartAsync(client, instance, record, request, entry, recorder, cancellationToken);
            var session = new TerminalSession(record, caller, exec, recorder, limits, time);
            await session.WatchAsync(guard, token, instance.ProjectId);
            lock (_gate)
            {
                _open[record.Id] = new Open(session, RunAsync(session, instance, entry, recorder));
                if (_stopping)
                {
                    session.End("stopping");
                }
            }

            Announce(instance, $"{caller.UserName} opened a terminal");
            return record;
        }
        finally
        {
            lock (_gate)
            {
                _opening.Remove((instance.Id, caller.UserId));
            }
        }
    }

    public TerminalRecord[] Of(string instanceId, string userId)
    {
        lock (_gate)
        {
            return [.. _open.Values.Select(o => o.Session).Where(s => s.InstanceId == instanceId && s.UserId == userId).Select(s => s.Record).OrderBy(r => r.OpenedAt)];
        }
    }

    /// <exception cref="DriverFailure">404: it ended a while ago, or it is another's.</exception>
    public TerminalSession Require(string instanceId, string id, string userId)
    {
        lock (_gate)
        {
            var session = _open.TryGetValue(id, out var open) ? open.Session : _ended.Find(s => s.Id == id);
            return session is not null && session.InstanceId == instanceId && session.UserId == userId
                ? session
                : throw new DriverFailure(404, "terminal_gone", "This terminal has ended.");
        }
    }

    /// <summary>Ends a terminal and returns when nothing of it is left.</summary>
    public async Task CloseAsync(TerminalSession session)
    {
        Task running;
        lock (_gate)
        {
            running = _open.TryGetValue(session.Id, out var open) ? open.Running : Task.CompletedTask;
        }

        session.End("closed");
        await running;
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _watching = events.Subscribe(Take);
        if (!TerminalProcesses.MayEnd)
        {
            return;
        }

        var (killed, allGone) = await TerminalProcesses.EndAsync($"{host}.", null, time);
        if (killed > 0)
        {
            TerminalLog.LeftoversEnded(logger, killed, allGone);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Open[] left;
        lock (_gate)
        {
            _stopping = true;
            left = [.. _open.Values];
        }

        foreach (var open in left)
        {
            open.Session.End("stopping");
        }

        await Task.WhenAll(left.Select(o => o.Running)).WaitAsync(cancellationToken);
        _watching?.Dispose();
        await _stopped.CancelAsync();
    }

    public void Dispose() => _stopped.Dispose();

    private static void RequireRunning(HostInstance instance)
    {
        if (instance.State != InstanceState.Running || instance.ContainerId is null)
        {
            throw DriverFailure.Conflict("not_running", instance.State == InstanceState.Paused
                ? "The instance is paused. Unpause it, then open the terminal."
                : "The instance does not run. Start it, then open the terminal.");
        }
    }

    private void Reserve(string instanceId, string userId)
    {
        lock (_gate)
        {
            var all = _open.Values.Select(o => (o.Session.InstanceId, o.Session.UserId)).Concat(_opening).ToArray();
            if (all.Count(o => o.InstanceId == instanceId) >= limits.PerInstance)
            {
                throw new DriverFailure(429, "too_many_terminals", $"The instance has {limits.PerInstance} open terminals, which is the most. Close one first.");
            }

            if (all.Count(o => o.UserId == userId) >= limits.PerUser)
            {
                throw new DriverFailure(429, "too_many_terminals", $"You have {limits.PerUser} open terminals on this host, which is the most. Close one first.");
            }

            _opening.Add((instanceId, userId));
        }
    }

    private async Task<TerminalExec> StartAsync(
        global::Docker.DotNet.DockerClient client, HostInstance instance, TerminalRecord record, TerminalRequest request, AuditEntry entry, TerminalRecorder? recorder, CancellationToken cancellationToken)
    {
        try
        {
            await audit.WriteThroughAsync(entry, cancellationToken);
            // Not the caller's to cancel any more: what begins is ended in order.
            return await TerminalExec.StartAsync(client, instance.ContainerId!, record.Command, request, MarkOf(record.Id), time, CancellationToken.None);
        }
        catch (Exception failed)
        {
            if (recorder is not null)
            {
                recordings.Discard(recorder, instance.ProjectId);
            }

            var words = (EngineFailure.TryRead(failed) ?? failed).Message;
            await audit.WriteAsync(entry with { Detail = $"{entry.Detail}. {words}", Outcome = AuditOutcome.Failed });
            throw;
        }
    }

    // From here on nothing is left to chance: whatever ends it, its processes are ended, the book knows, and the viewer is told.
    private async Task RunAsync(TerminalSession session, HostInstance instance, AuditEntry opened, TerminalRecorder? recorder)
    {
        await Task.Yield();
        var reason = await session.RunAsync();
        int? code = null;
        if (reason is "exit" or "engine_lost")
        {
            code = await session.Exec.ExitCodeAsync(time, CancellationToken.None);
            reason = code is not (null or Killed) || !await StopsAsync(instance.Id) ? reason : "instance_stopped";
        }

        var leader = await session.Exec.LeaderAsync(CancellationToken.None);
        var (_, allGone) = await TerminalProcesses.EndAsync(MarkOf(session.Id), leader, time);
        if (!allGone)
        {
            TerminalLog.NotEnded(logger, instance.Id, reason);
        }

        if (recorder is not null)
        {
            recordings.End(recorder, instance.ProjectId);
        }

        var end = new TerminalEnd(reason, reason == "exit" ? code : null, TerminalWords.Ended(reason, code, limits));
        await audit.WriteAsync(opened with { Kind = AuditKind.TerminalClose, Detail = TerminalWords.Closed(session.Record, end, time.GetUtcNow() - session.Record.OpenedAt) });
        lock (_gate)
        {
            _open.Remove(session.Id);
            Keep(session);
        }

        session.Ended(end);
        Announce(instance, $"{session.Caller.UserName}'s terminal ended");
        await session.DisposeAsync();
    }

    // As many of a user as may be open, so that opening and leaving fills no memory.
    private void Keep(TerminalSession session)
    {
        _ended.Add(session);
        if (_ended.Count(s => s.UserId == session.UserId) > limits.PerUser)
        {
            _ended.RemoveAt(_ended.FindIndex(s => s.UserId == session.UserId));
        }

        _ = ForgetAsync(session);
    }

    private async Task ForgetAsync(TerminalSession session)
    {
        await Task.Delay(limits.Grace, time, _stopped.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            _ended.Remove(session);
        }
    }

    // A container that stops kills its terminals first, and says so a moment later.
    private async Task<bool> StopsAsync(string instanceId)
    {
        for (var i = 0; i < MostLooks; i++)
        {
            if (book.Find(instanceId) is not { State: InstanceState.Running or InstanceState.Paused, Operation: not { Name: "stop" or "reboot" or "delete" } })
            {
                return true;
            }

            await Task.Delay(Look, time);
        }

        return false;
    }

    private void Take(EngineEvent happened)
    {
        TerminalSession[] touched;
        lock (_gate)
        {
            touched = [.. _open.Values.Select(o => o.Session).Where(s => s.InstanceId == happened.InstanceId)];
        }

        foreach (var session in touched)
        {
            switch (happened.Action)
            {
                case "die" or "destroy":
                    session.End("instance_stopped");
                    break;
                case "pause":
                    session.Say("paused", "The instance is paused. The terminal goes on when it does.");
                    break;
                case "unpause":
                    session.Say("running", "The instance runs again.");
                    break;
            }
        }
    }

    private void Announce(HostInstance instance, string words)
    {
        try
        {
            marks.Add(instance.Id, "terminal", time.GetUtcNow(), AuditEntry.Plain(words, 300));
        }
        catch (Exception full) when (full is IOException or UnauthorizedAccessException)
        {
            // A mark in the log is for whoever watches; the audit book has it for good.
            TerminalLog.NotAnnounced(logger, full, instance.Id);
        }
    }

    private string MarkOf(string id) => $"{host}.{id}";

    private sealed record Open(TerminalSession Session, Task Running);
}

internal static partial class TerminalLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Ended {Count} processes that an earlier run of the driver host left in terminals; none left: {AllGone}")]
    public static partial void LeftoversEnded(ILogger logger, int count, bool allGone);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The log of instance {Instance} could not take the mark of a terminal")]
    public static partial void NotAnnounced(ILogger logger, Exception exception, string instance);

    [LoggerMessage(Level = LogLevel.Error, Message = "Processes of a terminal of instance {Instance} are still there after its end ({Reason})")]
    public static partial void NotEnded(ILogger logger, string instance, string reason);
}
