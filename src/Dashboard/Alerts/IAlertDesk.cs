using DriverHost.Client;

namespace Dashboard.Alerts;

/// <summary>What the alerts tab asks of the driver host, as the signed-in user. What is refused is a <see cref="DriverHostException"/> in words.</summary>
internal interface IAlertDesk
{
    /// <summary>The instance's rules and its newest notices.</summary>
    Task<AlertBook> ReadAsync(string instanceId, CancellationToken cancellationToken);

    /// <summary>What a rule would have done with all that is kept.</summary>
    Task<AlertPreview> PreviewAsync(string instanceId, AlertRuleSpec spec, CancellationToken cancellationToken);

    Task<AlertRule> CreateAsync(string instanceId, AlertRuleSpec spec, CancellationToken cancellationToken);

    /// <summary>A rule that is gone already is no failure.</summary>
    Task DeleteAsync(string instanceId, string ruleId, CancellationToken cancellationToken);

    /// <summary>The text of a line of the log; null when it is not kept any more.</summary>
    Task<string?> FindLineAsync(string instanceId, string cursor, CancellationToken cancellationToken);
}

/// <param name="Rules">Oldest first.</param>
/// <param name="Firings">Newest first.</param>
internal sealed record AlertBook(IReadOnlyList<AlertRule> Rules, IReadOnlyList<AlertFiring> Firings);
