namespace DriverHost.Terminal;

/// <summary>What a terminal may use up.</summary>
internal sealed record TerminalLimits
{
    public int PerInstance { get; init; } = 10;
    public int PerUser { get; init; } = 10;
    /// <summary>How long a terminal waits for a viewer that is gone.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(60);
    /// <summary>How long a terminal lives without input.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(30);
}
