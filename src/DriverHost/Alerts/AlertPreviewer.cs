using DriverHost.Client;
using DriverHost.History;
using DriverHost.Logs;

namespace DriverHost.Alerts;

/// <summary>Tries a rule on all that is kept.</summary>
internal sealed class AlertPreviewer(LogHistory history, EventMarks marks)
{
    private const int MostShown = 5;

    public async Task<AlertPreview> TryAsync(LogSource source, AlertRuleSpec spec, CancellationToken cancellationToken)
    {
        var count = new Count(spec.CooldownSeconds);
        if (spec.Events.Count > 0)
        {
            var recorded = marks.Recorded(source.ProjectId, source.InstanceId);
            var kinds = AlertEvents.Of(recorded);
            for (var i = 0; i < recorded.Count; i++)
            {
                var happened = recorded[i].Event;
                count.Take(happened.Time);
                if (kinds[i] is { } kind && spec.Events.Contains(kind))
                {
                    count.Match(new AlertMatch(happened.Time, happened.Words, Event: kind));
                }
            }

            return count.Result;
        }

        var matcher = new LogMatcher(AlertSpecCheck.Query(spec));
        await history.ScanAsync(
            source,
            (in LogLine line) =>
            {
                count.Take(line.Cursor.Time);
                if (matcher.Matches(line))
                {
                    count.Match(new AlertMatch(line.Cursor.Time, matcher.Text(line, AlertLimits.TextLength), line.Cursor.ToString()));
                }
            },
            cancellationToken);
        return count.Result;
    }

    private sealed class Count(int cooldownSeconds)
    {
        private readonly Queue<AlertMatch> _newest = [];
        private DateTimeOffset? _since;
        private DateTimeOffset? _last;
        private long _lines;
        private long _matches;
        private long _notices;

        public AlertPreview Result => new(_lines, _matches, _notices, _since, [.. _newest.Reverse()]);

        public void Take(DateTimeOffset at)
        {
            _lines++;
            _since ??= at;
        }

        public void Match(AlertMatch match)
        {
            _matches++;
            if (AlertCooldown.IsOver(_last, match.At, cooldownSeconds))
            {
                _notices++;
                _last = match.At;
            }

            _newest.Enqueue(match);
            if (_newest.Count > MostShown)
            {
                _newest.Dequeue();
            }
        }
    }
}
