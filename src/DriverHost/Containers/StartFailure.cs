using Docker.DotNet;
using DriverHost.Docker;
using DriverHost.Http;

namespace DriverHost.Containers;

/// <summary>The engine's words when a process cannot start are long; these are the ones that matter.</summary>
internal static class StartFailure
{
    public static DriverFailure Read(DockerApiException refused) => Read(EngineFailure.Words(refused), refused);

    public static DriverFailure Read(string words, Exception? refused)
    {
        var (code, message) = words switch
        {
            // First: it would read as if the image had no such file.
            _ when words.Contains("/run/docker/plugins/", StringComparison.Ordinal) => ("ports_unavailable", "The engine could not ask the driver host for the instance's ports."),
            _ when words.Contains("no such file or directory", StringComparison.Ordinal) || words.Contains("executable file not found", StringComparison.Ordinal)
                => ("command_not_found", "The image has no such program. Check the command and the working directory."),
            _ when words.Contains("permission denied", StringComparison.Ordinal) => ("command_not_executable", "The program cannot be executed: permission denied. Check the command."),
            _ when words.Contains("unable to find user", StringComparison.Ordinal) || words.Contains("unable to find group", StringComparison.Ordinal)
                => ("no_such_user", "The image asks for a user or group that it does not have. The image must be built anew."),
            _ when words.Contains("exec format error", StringComparison.Ordinal) => ("wrong_platform", "The program is for another kind of processor than this host's."),
            _ => ("start_failed", "The Docker engine could not start the process."),
        };
        return new DriverFailure(422, code, $"{message} The engine says: {Short(words)}", refused);
    }

    private static string Short(string words) => words.Length <= 300 ? words : $"{words[..300]} …";
}
