namespace DriverHost.Alerts;

/// <summary>How much a project may ask for.</summary>
internal static class AlertLimits
{
    public const int RulesPerProject = 20;

    /// <summary>Notices that are kept; the oldest go first.</summary>
    public const int FiringsPerProject = 1000;

    /// <summary>Notices that wait for their webhook. Further ones are recorded and not sent.</summary>
    public const int QueuedPerProject = 100;

    /// <summary>Characters of a line in a notice.</summary>
    public const int TextLength = 500;

    public const int LongestName = 100;
    public const int LongestText = 1000;
    public const int LongestWebhook = 2000;
    public const int ShortestCooldown = 10;
    public const int LongestCooldown = 86_400;
}
