namespace DriverHost.Alerts;

/// <summary>
/// Counted in the time of the lines and events themselves: what is judged late, after a stop of the driver host, gives the notices that it would have given then,
/// and a preview counts them in the same way.
/// </summary>
internal static class AlertCooldown
{
    /// <param name="last">The time of the last notice's line or event; null: there was none.</param>
    public static bool IsOver(DateTimeOffset? last, DateTimeOffset at, int seconds) =>
        // A clock that was set back must not keep a rule silent until it has caught up.
        last is not { } before || (at - before).Duration() >= TimeSpan.FromSeconds(seconds);
}
