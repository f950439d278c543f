namespace Dashboard.Instances;

/// <summary>What people do to an instance, in the words of the buttons.</summary>
public enum InstanceAction
{
    Start,
    Stop,
    Restart,
    Pause,
    Unpause,
    Snapshot,
    Delete,
}

/// <summary>An action with the reason why not.</summary>
public sealed record ActionOffer(InstanceAction Action, string? WhyNot)
{
    public bool Allowed => WhyNot is null;
}

/// <summary>The names of actions: on buttons, while they run, and when they are done.</summary>
internal static class InstanceActions
{
    public static readonly IReadOnlyList<InstanceAction> All = Enum.GetValues<InstanceAction>();

    public static string Verb(this InstanceAction action) => action.ToString();

    public static string Doing(this InstanceAction action) => action switch
    {
        InstanceAction.Start => "Starting",
        InstanceAction.Stop => "Stopping",
        InstanceAction.Restart => "Restarting",
        InstanceAction.Pause => "Pausing",
        InstanceAction.Unpause => "Unpausing",
        InstanceAction.Snapshot => "Snapshot",
        _ => "Deleting",
    };

    /// <summary>The command that does the same.</summary>
    public static string Command(this InstanceAction action, string id) => action switch
    {
        InstanceAction.Start => $"openstack server start {id}",
        InstanceAction.Stop => $"openstack server stop {id}",
        InstanceAction.Restart => $"openstack server reboot {id}",
        InstanceAction.Pause => $"openstack server pause {id}",
        InstanceAction.Unpause => $"openstack server unpause {id}",
        InstanceAction.Snapshot => $"openstack server image create {id}",
        _ => $"openstack server delete {id}",
    };
}
