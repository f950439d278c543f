namespace DriverHost.Client;

/// <summary>What a rule waits for: lines (text, stream, level) or events, never both.</summary>
/// <remarks>What has a default has a setter: the JSON reader would overwrite an init-only one with nothing where the body leaves it out.</remarks>
public sealed record AlertRuleSpec
{
    /// <summary>1 to 100 characters, for people.</summary>
    public string Name { get; set; } = "";

    /// <summary>A part of the line; 1,000 characters at most.</summary>
    public string Text { get; set; } = "";

    /// <summary>The text is a regular expression, as <see cref="LogSearchQuery.Regex"/> takes it.</summary>
    public bool Regex { get; init; }

    public bool MatchCase { get; init; }

    /// <summary><c>out</c>, <c>err</c> or null for both.</summary>
    public string? Stream { get; init; }

    /// <summary><c>error</c>, <c>warning</c> (errors, too) or null.</summary>
    public string? Level { get; init; }

    /// <summary>Some of start, stop, exit (with a code other than 0, without being asked to end), oom, pause, unpause, snapshot, health (unhealthy).</summary>
    public IReadOnlyList<string> Events { get; set; } = [];

    /// <summary>10 to 86,400 seconds after a notice, further matches are counted and not told.</summary>
    public int CooldownSeconds { get; set; } = 300;

    /// <summary>Where notices are posted, http or https; null: they are recorded only. Who may not change the rule sees its host alone.</summary>
    public string? Webhook { get; init; }
}

/// <summary>A rule of one instance, as it stands now.</summary>
public sealed record AlertRule
{
    public required string Id { get; init; }
    public required AlertRuleSpec Spec { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Name of the user who made it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>The key of the signature: only in the answer to the rule's making, never again.</summary>
    public string? Secret { get; init; }

    /// <summary>Its newest notice; null while there was none, or it is too old to be kept.</summary>
    public AlertFiring? Last { get; init; }

    /// <summary>Which lines were not judged, and why, in words.</summary>
    public string? Gap { get; init; }

    public DateTimeOffset? GapAt { get; init; }
}

/// <summary>A notice of a rule.</summary>
public sealed record AlertFiring
{
    /// <summary>Counts up.</summary>
    public required long Id { get; init; }
    public required string RuleId { get; init; }
    public required string RuleName { get; init; }

    /// <summary>The time of the line or event.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The line, around the match where it is long, or the event's words. Untrusted.</summary>
    public required string Text { get; init; }

    /// <summary>Of the line: its place in the log.</summary>
    public string? Cursor { get; init; }

    /// <summary>Of the line: <c>out</c> or <c>err</c>.</summary>
    public string? Stream { get; init; }

    /// <summary>The event's type; null for a line.</summary>
    public string? Event { get; init; }

    /// <summary>How many further matches its cooldown has held back so far.</summary>
    public required long HeldBack { get; init; }

    /// <summary><c>none</c> (no webhook), <c>queued</c>, <c>delivered</c> or <c>failed</c>.</summary>
    public required string Delivery { get; init; }

    /// <summary>What came of the last try, in words.</summary>
    public string? DeliveryWords { get; init; }

    /// <summary>How often it was tried.</summary>
    public required int Tries { get; init; }

    /// <summary>When it is tried next; null when it is not.</summary>
    public DateTimeOffset? NextTryAt { get; init; }
}

/// <summary>What a rule would have done with all that is kept.</summary>
/// <param name="Lines">Lines, or events, that were looked at.</param>
/// <param name="Matches">How many of them match.</param>
/// <param name="Notices">How many notices the cooldown would have let through.</param>
/// <param name="Since">The time of the oldest that is kept; null when nothing is.</param>
/// <param name="Newest">The newest matches, newest first; five at most.</param>
public sealed record AlertPreview(long Lines, long Matches, long Notices, DateTimeOffset? Since, IReadOnlyList<AlertMatch> Newest);

/// <param name="Text">The line or the event's words. Untrusted.</param>
/// <param name="Cursor">Of a line: its place in the log.</param>
/// <param name="Event">The event's type; null for a line.</param>
public sealed record AlertMatch(DateTimeOffset At, string Text, string? Cursor = null, string? Event = null);

/// <summary>
/// The body of a webhook's POST. Its header <c>X-Dashboard-Signature</c> is <c>sha256=</c> and the hex HMAC-SHA256 of the body's bytes under the rule's secret;
/// <c>X-Dashboard-Delivery</c> is the same for each try of one notice.
/// </summary>
public sealed record AlertNotice
{
    /// <summary>All of it in one line, as chat systems take it.</summary>
    public required string Text { get; init; }
    public required string RuleId { get; init; }
    public required string RuleName { get; init; }
    public required string ProjectId { get; init; }
    public required string InstanceId { get; init; }
    public required string InstanceName { get; init; }

    /// <summary>The time of the line or event.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The line; null for an event.</summary>
    public string? Line { get; init; }
    public string? Stream { get; init; }

    /// <summary>The event's type; null for a line.</summary>
    public string? Event { get; init; }
    public string? EventWords { get; init; }

    /// <summary>How many matches the cooldown of the notice before held back.</summary>
    public required long HeldBack { get; init; }

    /// <summary>The page's path on the dashboard.</summary>
    public required string Link { get; init; }
}
