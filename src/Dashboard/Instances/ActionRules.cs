using Dashboard.Images;

namespace Dashboard.Instances;

/// <summary>Which action is possible in which phase. One table; what is not in it is refused with the reason beside.</summary>
internal static class ActionRules
{
    private static readonly Dictionary<Phase, InstanceAction[]> Possible = new()
    {
        [Phase.Building] = [InstanceAction.Delete],
        [Phase.Running] = [InstanceAction.Stop, InstanceAction.Restart, InstanceAction.Pause, InstanceAction.Snapshot, InstanceAction.Delete],
        [Phase.Paused] = [InstanceAction.Unpause, InstanceAction.Snapshot, InstanceAction.Delete],
        [Phase.Stopped] = [InstanceAction.Start, InstanceAction.Snapshot, InstanceAction.Delete],
        [Phase.Busy] = [InstanceAction.Delete],
        [Phase.Deleting] = [],
        [Phase.Broken] = [InstanceAction.Delete],
        [Phase.Missing] = [InstanceAction.Delete],
        [Phase.Unknown] = [InstanceAction.Delete],
        [Phase.Other] = [InstanceAction.Delete],
    };

    /// <param name="doing">What runs, when the phase is busy: "Stopping".</param>
    public static IReadOnlyList<ActionOffer> Offers(Phase phase, string doing, bool locked, string? lockReason, Viewer viewer) =>
        [.. InstanceActions.All.Select(action => new ActionOffer(action, WhyNot(action, phase, doing, locked, lockReason, viewer)))];

    private static string? WhyNot(InstanceAction action, Phase phase, string doing, bool locked, string? lockReason, Viewer viewer)
    {
        if (!viewer.MayChange)
        {
            return "Your role may look, not change. Ask for the member role.";
        }

        if (locked && !viewer.IsAdministrator)
        {
            return lockReason is { Length: > 0 } ? $"Locked: {lockReason}" : "It is locked. Unlock it first: openstack server unlock.";
        }

        return Possible[phase].Contains(action) ? null : Reason(action, phase, doing);
    }

    private static string Reason(InstanceAction action, Phase phase, string doing) => (phase, action) switch
    {
        (Phase.Building, _) => "It is still starting.",
        (Phase.Deleting, _) => "It is being deleted.",
        (Phase.Busy, _) => $"{doing} is under way. Try again when it has ended.",
        (Phase.Broken, _) => "It has no container: its start failed. Only delete is left.",
        (Phase.Missing, _) => "Somebody removed its container on the host. Only delete is left.",
        (Phase.Unknown, _) => "Nobody knows its state now: the driver host is silent.",
        (Phase.Other, _) => "Not possible in this state of Nova.",
        (Phase.Running, InstanceAction.Start) => "It runs already.",
        (Phase.Running, InstanceAction.Unpause) => "It is not paused.",
        (Phase.Paused, InstanceAction.Pause) => "It is paused already.",
        (Phase.Paused, _) => "It is paused. Unpause it first.",
        (Phase.Stopped, InstanceAction.Restart) => "It does not run. Start it instead.",
        _ => "It does not run.",
    };
}
