using Dashboard.Components;

namespace Dashboard.Instances;

/// <summary>One thing that happened to an instance.</summary>
/// <param name="Duration">Null when it is not known, or still goes on.</param>
/// <param name="Detail">Why it failed; what it does now.</param>
/// <param name="Source">nova, engine or audit.</param>
public sealed record HistoryEntry(
    DateTimeOffset At, StateKind Kind, string Word, string Source, string? Who = null, TimeSpan? Duration = null, string? Detail = null, string? RequestId = null);
