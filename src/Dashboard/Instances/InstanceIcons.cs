using MudBlazor;

namespace Dashboard.Instances;

internal static class InstanceIcons
{
    public static string Icon(this InstanceAction action) => action switch
    {
        InstanceAction.Start or InstanceAction.Unpause => Icons.Material.Outlined.PlayArrow,
        InstanceAction.Stop => Icons.Material.Outlined.Stop,
        InstanceAction.Restart => Icons.Material.Outlined.RestartAlt,
        InstanceAction.Pause => Icons.Material.Outlined.Pause,
        InstanceAction.Snapshot => Icons.Material.Outlined.PhotoCamera,
        _ => Icons.Material.Outlined.DeleteOutline,
    };
}
