using DriverHost.Logs;

namespace DriverHost.Tests.Logs;

internal static class FollowerViewers
{
    /// <summary>How many watch through the container's follower; 0 when there is none.</summary>
    public static int Viewers(this LogFollowers followers, string container)
    {
        if (followers.TryJoin(container) is not { } follower)
        {
            return 0;
        }

        followers.Leave(container, follower);
        return follower.Viewers;
    }
}
