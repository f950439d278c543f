using Dashboard.Alerts;
using DriverHost.Client;

namespace Dashboard.Tests.Alerts;

/// <summary>Rules in the test's hand.</summary>
internal sealed class TestAlertDesk : IAlertDesk
{
    public List<AlertRule> Rules { get; } = [];
    public List<AlertFiring> Firings { get; } = [];
    public List<AlertRuleSpec> Tried { get; } = [];
    public List<AlertRuleSpec> Made { get; } = [];
    public AlertPreview Preview { get; set; } = new(0, 0, 0, null, []);
    public Dictionary<string, string> Lines { get; } = [];

    /// <summary>What the driver host says to a try or a new rule.</summary>
    public DriverHostException? Refusal { get; set; }

    public static AlertRule Rule(string name, AlertRuleSpec spec, AlertFiring? last = null) =>
        new() { Id = $"id-{name}", Spec = spec with { Name = name }, CreatedAt = DateTimeOffset.UnixEpoch, CreatedBy = "dana", Last = last };

    public static AlertFiring Firing(long id, string text, string delivery, string? cursor = null, string? kind = null) =>
        new() { Id = id, RuleId = "r", RuleName = "full", At = DateTimeOffset.UnixEpoch, Text = text, Cursor = cursor, Event = kind, HeldBack = 0, Delivery = delivery, Tries = 1 };

    public Task<AlertBook> ReadAsync(string instanceId, CancellationToken cancellationToken) => Task.FromResult(new AlertBook([.. Rules], [.. Firings]));

    public Task<AlertPreview> PreviewAsync(string instanceId, AlertRuleSpec spec, CancellationToken cancellationToken)
    {
        Tried.Add(spec);
        return Refusal is { } refused ? Task.FromException<AlertPreview>(refused) : Task.FromResult(Preview);
    }

    public Task<AlertRule> CreateAsync(string instanceId, AlertRuleSpec spec, CancellationToken cancellationToken)
    {
        if (Refusal is { } refused)
        {
            return Task.FromException<AlertRule>(refused);
        }

        Made.Add(spec);
        var rule = Rule(spec.Name, spec);
        Rules.Add(rule);
        return Task.FromResult(rule with { Secret = spec.Webhook is null ? null : "sesame" });
    }

    public Task DeleteAsync(string instanceId, string ruleId, CancellationToken cancellationToken)
    {
        Rules.RemoveAll(r => r.Id == ruleId);
        return Task.CompletedTask;
    }

    public Task<string?> FindLineAsync(string instanceId, string cursor, CancellationToken cancellationToken) => Task.FromResult(Lines.GetValueOrDefault(cursor));
}
