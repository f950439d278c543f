using System.Net.Sockets;
using DriverHost.Client;
using DriverHost.Containers;
using DriverHost.Docker;
using DriverHost.History;
using DriverHost.Logs;
using DriverHost.Store;
using DriverHost.Telemetry;
using Microsoft.Extensions.Logging;

namespace DriverHost.Alerts;

/// <summary>What a watch needs of its surroundings.</summary>
/// <param name="Turns">See <see cref="AlertLines"/>.</param>
/// <param name="Fired">Told when there is something to send.</param>
internal sealed record AlertSurroundings(EngineSocket Engine, LogFollowers Followers, InstanceBook Book, EventMarks Marks, AlertLedger Ledger, SemaphoreSlim Turns, Action Fired, DriverHostMetrics Metrics, TimeProvider Time, ILogger Logger);

/// <summary>
/// Judges what happens to one instance for as long as it has rules. The books are where it begins: a change of the rules, or a failure, begins a new round from
/// what is written, so a round that is broken off loses nothing and repeats nothing.
/// </summary>
internal sealed class AlertWatch : IAsyncDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);
    private readonly string _instanceId;
    private readonly AlertSurroundings _here;
    private readonly AlertBell _bell = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly AlertBell _changed = new();
    private readonly Task _running;

    public AlertWatch(string instanceId, AlertSurroundings here)
    {
        (_instanceId, _here) = (instanceId, here);
        _running = Task.Run(RunAsync);
    }

    /// <summary>Something happened to the instance.</summary>
    public void Look() => _bell.Ring();

    /// <summary>Its rules changed.</summary>
    public void Reload() => _changed.Ring();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            using var round = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            try
            {
                await JudgeAsync(round);
            }
            catch (OperationCanceledException) when (round.IsCancellationRequested)
            {
                // Other rules, or the end.
            }
            catch (Exception failed)
            {
                AlertsLog.Interrupted(_here.Logger, failed, _instanceId);
                await Task.Delay(RetryAfter, _here.Time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task JudgeAsync(CancellationTokenSource round)
    {
        var changed = _changed.Next;
        var rows = await _here.Ledger.RulesAsync(_instanceId, round.Token);
        var position = await _here.Ledger.PositionAsync(_instanceId, round.Token);
        Task[] work = [LinesAsync(Rules(ofEvents: false), position?.Cursor, round.Token), EventsAsync(Rules(ofEvents: true), position?.Mark, round.Token)];
        await Task.WhenAny([.. work, changed]);
        await round.CancelAsync();
        await Task.WhenAll(work);

        JudgingRule[] Rules(bool ofEvents) => [.. rows.Where(r => r.Rule.OfEvents == ofEvents).Select(r => new JudgingRule(r.Rule, r.Last))];
    }

    private async Task LinesAsync(JudgingRule[] rules, string? cursor, CancellationToken cancellationToken)
    {
        var lines = new AlertLines(_instanceId, rules, LogCursor.TryParse(cursor, out var at) ? at : null, _here.Ledger, _here.Turns, _here.Fired, _here.Metrics, _here.Time);
        var done = default(string);
        while (true)
        {
            var rung = _bell.Next;
            if (rules.Length > 0 && _here.Book.EngineAnswers && _here.Book.Entry(_instanceId) is { Row.Phase: InstancePhase.Made, Container: { } container } && Run(container) is { } run && run != done)
            {
                try
                {
                    await FollowAsync(lines, container.Id, cancellationToken);
                    done = run;
                }
                catch (Exception broken) when (broken is IOException or SocketException && !cancellationToken.IsCancellationRequested)
                {
                    // The engine does not answer, or broke off. The next reading begins after the last line that was judged.
                    await Task.Delay(RetryAfter, _here.Time, cancellationToken);
                }
            }
            else
            {
                await rung.WaitAsync(cancellationToken);
            }
        }
    }

    private async Task FollowAsync(AlertLines lines, string container, CancellationToken cancellationToken)
    {
        if (await Task.Run(() => ContainerState.Read(_here.Engine, container), cancellationToken) is { } state)
        {
            await new LogViewing(_here.Engine, _here.Followers, container, state, new LogQuery { Follow = true, Cursor = lines.Position?.ToString() }, lines).RunAsync(cancellationToken);
        }
    }

    private async Task EventsAsync(JudgingRule[] rules, string? judged, CancellationToken cancellationToken)
    {
        while (true)
        {
            var rung = _bell.Next;
            // What a delete does to it is nobody's alarm.
            if (rules.Length > 0 && _here.Book.EngineAnswers && _here.Book.Entry(_instanceId) is { Row.Phase: InstancePhase.Made } entry)
            {
                _here.Marks.CatchUp(entry);
                var marks = _here.Marks.Recorded(entry.Row.ProjectId, _instanceId);
                var next = AfterLast(marks, judged);
                if (next < marks.Count)
                {
                    judged = await JudgeAsync(rules, marks, AlertEvents.Of(marks, IsEnding(entry)), next, cancellationToken);
                }
            }

            await rung.WaitAsync(cancellationToken);
        }
    }

    private async Task<string> JudgeAsync(JudgingRule[] rules, IReadOnlyList<RecordedMark> marks, IReadOnlyList<string?> kinds, int next, CancellationToken cancellationToken)
    {
        for (var i = next; i < marks.Count; i++)
        {
            if (kinds[i] is { } kind)
            {
                foreach (var rule in rules)
                {
                    rule.Take(marks[i].Event, kind, _here.Time.GetUtcNow());
                }
            }
        }

        var any = rules.Any(r => r.HasNew);
        await _here.Ledger.SaveAsync(_instanceId, rules, ofEvents: true, marks[^1].Line, _here.Time.GetUtcNow(), cancellationToken);
        if (any)
        {
            _here.Fired();
        }

        return marks[^1].Line;
    }

    private static bool IsEnding(InstanceEntry entry) => !entry.Row.WantedRunning || entry.Operation is { Name: "stop" or "reboot" or "delete" };

    // Not found: it went with the older half of the file, and all that is left is newer.
    private static int AfterLast(IReadOnlyList<RecordedMark> marks, string? judged)
    {
        for (var i = marks.Count - 1; i >= 0; i--)
        {
            if (marks[i].Line == judged)
            {
                return i + 1;
            }
        }

        return 0;
    }

    // One reading for each run, and one more for each end: the last lines may come after the event.
    private static string? Run(ContainerFacts container) => container.Runs
        ? FormattableString.Invariant($"run {container.StartedAt:O}")
        : container.FinishedAt is { } finished ? FormattableString.Invariant($"end {finished:O}") : null;
}
