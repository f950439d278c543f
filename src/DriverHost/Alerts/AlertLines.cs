using System.Text.Json;
using DriverHost.Client;
using DriverHost.Logs;
using DriverHost.Telemetry;

namespace DriverHost.Alerts;

/// <summary>
/// Judges the lines of one instance as one more viewer of its log. A notice is written at once; what was held back and how far it came, each second.
/// </summary>
/// <param name="rules">Those on lines.</param>
/// <param name="position">The last line that was judged before; null: none.</param>
/// <param name="turns">Judging takes a core: so many at a time, the others wait, and are moved forward where they wait too long.</param>
internal sealed class AlertLines(string instanceId, IReadOnlyList<JudgingRule> rules, LogCursor? position, AlertLedger ledger, SemaphoreSlim turns, Action fired, DriverHostMetrics metrics, TimeProvider time) : ILogOutput
{
    private static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(1);
    private LogCursor? _saved = position;
    private long _savedAt = time.GetTimestamp();

    /// <summary>The last line that was judged.</summary>
    public LogCursor? Position { get; private set; } = position;

    private bool Dirty => _saved != Position || rules.Any(r => r.Changed);

    public void Resume(LogCursor last) => Position = last;

    public async Task<long?> SendAsync(LogRing ring, long place, LogKind? only, CancellationToken cancellationToken)
    {
        await turns.WaitAsync(cancellationToken);
        try
        {
            if (ring.TryRead(ref place, out var slice, out var lost))
            {
                Judge(slice, lost?.Count ?? 0);
            }
        }
        finally
        {
            turns.Release();
        }

        if (rules.Any(r => r.HasNew) || (Dirty && time.GetElapsedTime(_savedAt) >= SaveEvery))
        {
            await SaveAsync(cancellationToken);
        }

        if (place < ring.End)
        {
            return place;
        }

        // Completed is set after the last line: look again for lines that came in between.
        if (ring.Completed && place >= ring.End)
        {
            await SaveAsync(cancellationToken);
            return null;
        }

        await WaitAsync(ring, place, cancellationToken);
        return place;
    }

    public void EndKept()
    {
        // Events have rules of their own.
    }

    public Task EndAsync(LogEnd ending, CancellationToken cancellationToken, byte[]? mark = null) => SaveAsync(cancellationToken);

    private async Task WaitAsync(LogRing ring, long place, CancellationToken cancellationToken)
    {
        var more = ring.WaitAsync(place);
        if (Dirty)
        {
            try
            {
                var rest = SaveEvery - time.GetElapsedTime(_savedAt);
                await more.WaitAsync(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, time, cancellationToken);
                return;
            }
            catch (TimeoutException)
            {
                await SaveAsync(cancellationToken);
            }
        }

        await more.WaitAsync(cancellationToken);
    }

    private void Judge(in LogSlice slice, long lost)
    {
        var now = time.GetUtcNow();
        if (lost > 0)
        {
            metrics.LinesUnjudged(lost);
            TakeGap(lost, "they came faster than they could be judged");
        }

        for (var i = 0; i < slice.Count; i++)
        {
            var line = slice[i];
            if (line.Kind is LogKind.Out or LogKind.Err)
            {
                foreach (var rule in rules)
                {
                    rule.Take(line, now);
                }

                Position = line.Cursor;
            }
            else if (line.Kind == LogKind.Mark && JsonSerializer.Deserialize(line.Text, DriverHostJson.Default.LogRecord) is { Gap: { } gap })
            {
                TakeGap(gap.Count, gap.Reason);
            }
        }
    }

    private void TakeGap(long? count, string reason)
    {
        foreach (var rule in rules)
        {
            rule.TakeGap($"{(count is { } lines ? FormattableString.Invariant($"{lines:N0} lines") : "Lines")} were not judged: {reason}.");
        }
    }

    private async Task SaveAsync(CancellationToken cancellationToken)
    {
        if (Dirty)
        {
            var any = rules.Any(r => r.HasNew);
            await ledger.SaveAsync(instanceId, rules, ofEvents: false, Position?.ToString(), time.GetUtcNow(), cancellationToken);
            if (any)
            {
                fired();
            }
        }

        _saved = Position;
        _savedAt = time.GetTimestamp();
    }
}
