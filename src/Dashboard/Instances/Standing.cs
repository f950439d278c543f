using Dashboard.Components;

namespace Dashboard.Instances;

/// <summary>How an instance is, in the words and shapes of the state vocabulary. Made by <see cref="Standings"/>.</summary>
/// <param name="Word">"Running", "Exited · code 3".</param>
/// <param name="Note">Follows the word: a step, "for".</param>
/// <param name="Ago">The age is said as "3 min ago".</param>
/// <param name="Detail">The second line: why.</param>
/// <param name="Share">Done so far, 0 to 1.</param>
public sealed record Standing(StateKind Kind, Phase Phase, string Word, string? Note = null, DateTimeOffset? Since = null, bool Ago = false, string? Detail = null, double? Share = null)
{
    public StateGroup Group => Kind switch
    {
        StateKind.Running => StateGroup.Running,
        StateKind.Starting => StateGroup.Changing,
        StateKind.Paused or StateKind.Exited => StateGroup.Stopped,
        _ => StateGroup.Look,
    };
}

/// <summary>The groups of the filter chips. Their names stand in the page's address.</summary>
public enum StateGroup
{
    Look,
    Changing,
    Running,
    Stopped,
}
