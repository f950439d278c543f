using Cloud.Nova.Servers;

namespace Cloud.Nova.Actions;

/// <summary>When an action may begin and what it is called while it runs.</summary>
/// <param name="Verb">For the refusal: "Cannot 'stop' instance …".</param>
/// <param name="Action">The name in the list of actions.</param>
/// <param name="From">The vm_states that it may begin in.</param>
/// <param name="Task">The task_state while it runs.</param>
/// <param name="Event">The event in the list of actions.</param>
/// <param name="Becomes">The vm_state after it; null when it stays what it was.</param>
internal sealed record ActionRule(string Verb, string Action, IReadOnlyList<string> From, string Task, string Event, string? Becomes);

/// <summary>The one table of what may be done when (nova: compute/api.py, check_instance_state). An operation that runs keeps all others but delete out.</summary>
internal static class ActionRules
{
    public static readonly ActionRule Start = new("start", ActionNames.Start, [VmStates.Stopped], TaskStates.PoweringOn, "compute_start_instance", VmStates.Active);
    public static readonly ActionRule Stop = new("stop", ActionNames.Stop, [VmStates.Active], TaskStates.PoweringOff, "compute_stop_instance", VmStates.Stopped);
    public static readonly ActionRule SoftReboot = new("reboot", ActionNames.Reboot, [VmStates.Active], TaskStates.Rebooting, "compute_reboot_instance", VmStates.Active);
    public static readonly ActionRule HardReboot =
        new("reboot", ActionNames.Reboot, [VmStates.Active, VmStates.Stopped, VmStates.Paused, VmStates.Error], TaskStates.RebootingHard, "compute_reboot_instance", VmStates.Active);
    public static readonly ActionRule Pause = new("pause", ActionNames.Pause, [VmStates.Active], TaskStates.Pausing, "compute_pause_instance", VmStates.Paused);
    public static readonly ActionRule Unpause = new("unpause", ActionNames.Unpause, [VmStates.Paused], TaskStates.Unpausing, "compute_unpause_instance", VmStates.Active);
    public static readonly ActionRule Snapshot =
        new("createImage", ActionNames.CreateImage, [VmStates.Active, VmStates.Stopped, VmStates.Paused], TaskStates.Snapshotting, "compute_snapshot_instance", null);
    public static readonly ActionRule Delete = new("delete", ActionNames.Delete, VmStates.All, TaskStates.Deleting, "compute_terminate_instance", VmStates.Deleted);
    public static readonly ActionRule Create = new("create", ActionNames.Create, [], TaskStates.Spawning, "compute__do_build_and_run_instance", VmStates.Active);

    public static readonly IReadOnlyList<ActionRule> All = [Start, Stop, SoftReboot, HardReboot, Pause, Unpause, Snapshot, Delete, Create];

    /// <summary>The rule of the operation that a task_state belongs to.</summary>
    public static ActionRule OfTask(string taskState) => taskState == TaskStates.Scheduling ? Create : All.First(rule => rule.Task == taskState);
}
