using Docker.DotNet;
using Docker.DotNet.Models;
using DriverHost.Http;

namespace DriverHost.Containers;

/// <summary>
/// Looks for the program before it is started. With an init process the engine starts the init and calls that a success; the missing program would
/// show as code 127 only.
/// </summary>
internal static class CommandCheck
{
    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    public static async Task RequireAsync(DockerClient client, string containerId, CancellationToken cancellationToken)
    {
        var config = (await client.Containers.InspectContainerAsync(containerId, cancellationToken)).Config!;
        var program = (config.Entrypoint ?? []).Concat(config.Cmd ?? []).FirstOrDefault();
        if (string.IsNullOrEmpty(program))
        {
            throw NoCommand();
        }

        await RequireProgramAsync(client, containerId, config, program, null, cancellationToken);
    }

    /// <param name="directory">Where it is to run; the container's own when null.</param>
    /// <exception cref="DriverFailure">422: the container has no such program.</exception>
    public static async Task RequireProgramAsync(DockerClient client, string containerId, string program, string? directory, CancellationToken cancellationToken) =>
        await RequireProgramAsync(client, containerId, (await client.Containers.InspectContainerAsync(containerId, cancellationToken)).Config!, program, directory, cancellationToken);

    private static async Task RequireProgramAsync(DockerClient client, string containerId, ContainerConfig config, string program, string? workingDir, CancellationToken cancellationToken)
    {
        var directory = workingDir ?? (string.IsNullOrEmpty(config.WorkingDir) ? "/" : config.WorkingDir);
        var path = (config.Env ?? []).LastOrDefault(v => v.StartsWith("PATH=", StringComparison.Ordinal))?[5..] ?? DefaultPath;
        var candidates = program.StartsWith('/') ? [program]
            : program.Contains('/') ? [$"{directory.TrimEnd('/')}/{program}"]
            : path.Split(':', StringSplitOptions.RemoveEmptyEntries).Select(p => $"{p.TrimEnd('/')}/{program}").ToArray();
        foreach (var candidate in candidates)
        {
            if (await ExistsAsync(client, containerId, candidate, cancellationToken))
            {
                return;
            }
        }

        throw new DriverFailure(
            422,
            "command_not_found",
            program.Contains('/')
                ? $"The image has no program {program}. Check the command."
                : $"The image has no program {program} in its PATH ({path}). Check the command.");
    }

    public static DriverFailure NoCommand(Exception? refused = null) =>
        new(422, "no_command", "The image names no command, and none was given. Launch it with a command.", refused);

    public static async Task<bool> ExistsAsync(DockerClient client, string containerId, string path, CancellationToken cancellationToken)
    {
        try
        {
            await client.Containers.GetArchiveFromContainerAsync(containerId, new ContainerPathStatParameters { Path = path }, statOnly: true, cancellationToken);
            return true;
        }
        catch (DockerApiException missing) when (missing.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            return false;
        }
    }
}
