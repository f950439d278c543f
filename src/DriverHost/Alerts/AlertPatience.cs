namespace DriverHost.Alerts;

/// <summary>How long a webhook has, and how often it is tried.</summary>
/// <param name="OneTry">For one try, from the look-up of the name to the answer's head.</param>
/// <param name="Waits">Before the second try, the third and so on; after the last of them the notice has failed.</param>
internal sealed record AlertPatience(TimeSpan OneTry, IReadOnlyList<TimeSpan> Waits)
{
    public static readonly AlertPatience Default = new(
        TimeSpan.FromSeconds(10), [TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30)]);
}
