using System.Text.Json;
using DriverHost.Client;

namespace DriverHost.Alerts;

/// <summary>Rows as callers see them.</summary>
internal static class AlertView
{
    /// <param name="whole">False: of the webhook only its host, as its path may be a secret.</param>
    public static AlertRule Of(AlertRuleRow rule, AlertFiringRow? last, bool whole)
    {
        var spec = JsonSerializer.Deserialize(rule.Spec, DriverHostJson.Default.AlertRuleSpec)!;
        return new AlertRule
        {
            Id = rule.Id,
            Spec = whole || spec.Webhook is null ? spec : spec with { Webhook = $"{new Uri(spec.Webhook).GetLeftPart(UriPartial.Authority)}/…" },
            CreatedAt = rule.CreatedAt,
            CreatedBy = rule.CreatedBy,
            Last = last is null ? null : Of(last),
            Gap = rule.Gap,
            GapAt = rule.GapAt,
        };
    }

    public static AlertFiring Of(AlertFiringRow firing) => new()
    {
        Id = firing.Id,
        RuleId = firing.RuleId,
        RuleName = firing.RuleName,
        At = firing.At,
        Text = firing.Text,
        Cursor = firing.Cursor,
        Stream = firing.Stream,
        Event = firing.Event,
        HeldBack = firing.Held,
        Delivery = firing.Delivery,
        DeliveryWords = firing.DeliveryWords,
        Tries = firing.Tries,
        NextTryAt = firing.NextTryAt,
    };
}
