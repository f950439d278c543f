namespace Cloud.Nova.Servers;

/// <summary>What an instance is when nothing is being done to it (nova: vm_states.py).</summary>
internal static class VmStates
{
    public const string Active = "active";
    public const string Building = "building";
    public const string Stopped = "stopped";
    public const string Paused = "paused";
    public const string Error = "error";
    public const string Deleted = "deleted";

    public static readonly string[] All = [Active, Building, Stopped, Paused, Error, Deleted];
}

/// <summary>What is being done to an instance (nova: task_states.py).</summary>
internal static class TaskStates
{
    public const string Scheduling = "scheduling";
    public const string Spawning = "spawning";
    public const string PoweringOn = "powering-on";
    public const string PoweringOff = "powering-off";
    public const string Rebooting = "rebooting";
    public const string RebootingHard = "rebooting_hard";
    public const string Pausing = "pausing";
    public const string Unpausing = "unpausing";
    public const string Snapshotting = "image_snapshot";
    public const string Deleting = "deleting";
}

/// <summary>What the process does (nova: power_state.py).</summary>
internal static class PowerStates
{
    public const int NoState = 0;
    public const int Running = 1;
    public const int Paused = 3;
    public const int Shutdown = 4;
}

/// <summary>The one word that the API makes of vm_state and task_state (nova: api/openstack/common.py, _STATE_MAP).</summary>
internal static class ServerStatus
{
    public const string Active = "ACTIVE";
    public const string Build = "BUILD";
    public const string Shutoff = "SHUTOFF";
    public const string Paused = "PAUSED";
    public const string Error = "ERROR";
    public const string Deleted = "DELETED";
    public const string Reboot = "REBOOT";
    public const string HardReboot = "HARD_REBOOT";

    public static string Of(string vmState, string? taskState) => vmState switch
    {
        VmStates.Active when taskState == TaskStates.Rebooting => Reboot,
        VmStates.Active when taskState == TaskStates.RebootingHard => HardReboot,
        VmStates.Active => Active,
        VmStates.Building => Build,
        VmStates.Stopped => Shutoff,
        VmStates.Paused => Paused,
        VmStates.Error => Error,
        VmStates.Deleted => Deleted,
        _ => "UNKNOWN",
    };

    /// <summary>The vm_state behind a status; null when no instance can have it.</summary>
    public static string? VmStateOf(string status) => status switch
    {
        Active or Reboot or HardReboot => VmStates.Active,
        Build => VmStates.Building,
        Shutoff => VmStates.Stopped,
        Paused => VmStates.Paused,
        Error => VmStates.Error,
        Deleted => VmStates.Deleted,
        _ => null,
    };
}
