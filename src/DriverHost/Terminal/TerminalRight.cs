using DriverHost.Auth;
using DriverHost.Client;
using DriverHost.Http;

namespace DriverHost.Terminal;

/// <summary>Who may open a terminal: a right of its own, which nobody has until it is given.</summary>
internal static class TerminalRight
{
    /// <summary>The Keystone role, on the instance's project.</summary>
    public const string Role = "terminal";

    public static bool MayUseTerminal(this DriverCaller caller, string projectId) => caller.IsAdmin || caller.ProjectId == projectId && caller.Roles.Contains(Role);

    /// <exception cref="DriverFailure">403, with words that say who can give the right, and how.</exception>
    public static void RequireTerminal(this DriverCaller caller, HostInstance instance)
    {
        if (!caller.MayUseTerminal(instance.ProjectId))
        {
            throw new DriverFailure(
                403,
                "terminal_right_missing",
                $"A terminal needs the role {Role} on the instance's project. An administrator gives it: openstack role add --user {caller.UserId} --project {instance.ProjectId} {Role}");
        }
    }
}
