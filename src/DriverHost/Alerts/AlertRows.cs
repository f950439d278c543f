using Microsoft.EntityFrameworkCore;

namespace DriverHost.Alerts;

/// <summary>A rule of one instance: what it is, and how far it came.</summary>
[Index(nameof(InstanceId))]
[Index(nameof(ProjectId))]
internal sealed class AlertRuleRow
{
    public required string Id { get; init; }
    public required string InstanceId { get; init; }
    public required string ProjectId { get; init; }
    /// <summary>What it waits for, as JSON: an <see cref="Client.AlertRuleSpec"/>.</summary>
    public required string Spec { get; init; }
    public required bool OfEvents { get; init; }
    /// <summary>The key of its webhook's signature; null without a webhook.</summary>
    public string? Secret { get; init; }
    /// <summary>It judges only what happened after this.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
    public required string CreatedBy { get; init; }
    /// <summary>The time of the line or event of its last notice: where its cooldown begins.</summary>
    public DateTimeOffset? LastAt { get; set; }
    public long? LastFiringId { get; set; }
    public string? Gap { get; set; }
    public DateTimeOffset? GapAt { get; set; }
}

/// <summary>Up to where an instance's rules have judged. Written together with what came of it.</summary>
internal sealed class AlertPositionRow
{
    public required string InstanceId { get; init; }
    /// <summary>The last line; null: from the log's start.</summary>
    public string? Cursor { get; set; }
    /// <summary>The last mark, as it is in its file; null: from the first.</summary>
    public string? Mark { get; set; }
}

/// <summary>A notice, and what became of it.</summary>
[Index(nameof(InstanceId), nameof(Id))]
[Index(nameof(ProjectId), nameof(Id))]
[Index(nameof(Delivery), nameof(NextTryAt))]
internal sealed class AlertFiringRow
{
    public long Id { get; set; }
    public required string RuleId { get; init; }
    public required string RuleName { get; init; }
    public required string InstanceId { get; init; }
    public required string ProjectId { get; init; }
    /// <summary>The time of the line or event.</summary>
    public required DateTimeOffset At { get; init; }
    public required string Text { get; init; }
    public string? Cursor { get; init; }
    public string? Stream { get; init; }
    public string? Event { get; init; }
    /// <summary>Matches that the cooldown of the notice before held back.</summary>
    public required long HeldBefore { get; init; }
    /// <summary>Matches that its own cooldown held back so far.</summary>
    public long Held { get; set; }
    /// <summary>One of <see cref="AlertDeliveryState"/>.</summary>
    public required string Delivery { get; set; }
    public int Tries { get; set; }
    public DateTimeOffset? NextTryAt { get; set; }
    public string? DeliveryWords { get; set; }
}

internal static class AlertDeliveryState
{
    public const string None = "none";
    public const string Queued = "queued";
    public const string Delivered = "delivered";
    public const string Failed = "failed";
}
