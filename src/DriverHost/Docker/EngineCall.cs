namespace DriverHost.Docker;

/// <summary>What kind of call a path of the Docker API is: without the names of containers and images, which are anybody's words.</summary>
internal static class EngineCall
{
    private static readonly HashSet<string> Kinds =
    [
        "containers", "images", "networks", "volumes", "exec", "system", "commit", "build", "events", "info", "version", "_ping",
    ];

    private static readonly HashSet<string> Actions =
    [
        "json", "create", "start", "stop", "restart", "kill", "pause", "unpause", "wait", "attach", "logs", "stats", "top", "changes", "archive", "exec", "resize",
        "load", "get", "tag", "history", "prune", "connect", "disconnect", "df", "export", "rename", "update",
    ];

    /// <returns>Like <c>containers/start</c> or <c>images</c>; <c>other</c> for what is not of the API.</returns>
    public static string Of(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var first = parts is [['v', >= '0' and <= '9', ..], ..] ? 1 : 0;
        if (first >= parts.Length || !Kinds.Contains(parts[first]))
        {
            return "other";
        }

        return parts.Length > first + 1 && Actions.Contains(parts[^1]) ? $"{parts[first]}/{parts[^1]}" : parts[first];
    }
}
