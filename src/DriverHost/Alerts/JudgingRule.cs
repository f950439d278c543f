using System.Text.Json;
using DriverHost.Client;
using DriverHost.History;
using DriverHost.Logs;

namespace DriverHost.Alerts;

/// <summary>A rule while it judges: its matcher, its cooldown, and what came of it since it was last written. For one thread.</summary>
internal sealed class JudgingRule
{
    private readonly AlertRuleRow _row;
    private readonly AlertRuleSpec _spec;
    private readonly LogMatcher? _matcher;
    private readonly long _since;
    private readonly List<AlertFiringRow> _touched = [];
    private DateTimeOffset? _lastAt;
    private AlertFiringRow? _last;

    /// <param name="last">Its newest notice, if that is kept.</param>
    public JudgingRule(AlertRuleRow row, AlertFiringRow? last)
    {
        _row = row;
        _spec = JsonSerializer.Deserialize(row.Spec, DriverHostJson.Default.AlertRuleSpec)!;
        _matcher = row.OfEvents ? null : new LogMatcher(AlertSpecCheck.Query(_spec));
        _since = LogCursor.StampOf(row.CreatedAt);
        _last = last;
        _lastAt = row.LastAt;
    }

    public string Id => _row.Id;

    public DateTimeOffset? LastAt => _lastAt;

    /// <summary>Notices that are new or have held back more since they were written, oldest first.</summary>
    public IReadOnlyList<AlertFiringRow> Touched => _touched;

    /// <summary>Which lines it could not judge, since that was last written.</summary>
    public string? Gap { get; private set; }

    public bool HasNew { get; private set; }

    public bool Changed => _touched.Count > 0 || Gap is not null;

    /// <summary>Judges a line.</summary>
    public void Take(in LogLine line, DateTimeOffset now)
    {
        if (line.Cursor.Stamp > _since && _matcher!.Matches(line) && IsLet(line.Cursor.Time))
        {
            Fire(line.Cursor.Time, _matcher.Text(line, AlertLimits.TextLength), now, line.Cursor.ToString(), line.Kind == LogKind.Err ? "err" : "out");
        }
    }

    /// <summary>Judges an event.</summary>
    /// <param name="kind">See <see cref="AlertEvents.Of"/>.</param>
    public void Take(LogEvent happened, string kind, DateTimeOffset now)
    {
        if (happened.Time > _row.CreatedAt && _spec.Events.Contains(kind) && IsLet(happened.Time))
        {
            Fire(happened.Time, happened.Words.Length > AlertLimits.TextLength ? happened.Words[..AlertLimits.TextLength] : happened.Words, now, kind: kind);
        }
    }

    public void TakeGap(string words) => Gap = words;

    /// <summary>All of it is in the books.</summary>
    public void Written()
    {
        _touched.Clear();
        Gap = null;
        HasNew = false;
    }

    private bool IsLet(DateTimeOffset at)
    {
        if (AlertCooldown.IsOver(_lastAt, at, _spec.CooldownSeconds))
        {
            return true;
        }

        if (_last is not null)
        {
            _last.Held++;
            if (_touched.Count == 0 || _touched[^1] != _last)
            {
                _touched.Add(_last);
            }
        }

        return false;
    }

    private void Fire(DateTimeOffset at, string text, DateTimeOffset now, string? cursor = null, string? stream = null, string? kind = null)
    {
        _last = new AlertFiringRow
        {
            RuleId = _row.Id,
            RuleName = _spec.Name,
            InstanceId = _row.InstanceId,
            ProjectId = _row.ProjectId,
            At = at,
            Text = text,
            Cursor = cursor,
            Stream = stream,
            Event = kind,
            HeldBefore = _last?.Held ?? 0,
            Delivery = _spec.Webhook is null ? AlertDeliveryState.None : AlertDeliveryState.Queued,
            NextTryAt = _spec.Webhook is null ? null : now,
        };
        _lastAt = at;
        _touched.Add(_last);
        HasNew = true;
    }
}
