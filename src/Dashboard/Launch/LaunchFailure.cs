using System.Net;
using Dashboard.Components;
using OpenStack.Errors;

namespace Dashboard.Launch;

/// <summary>Why nothing runs, and the field that it concerns.</summary>
/// <param name="ServerIds">Servers that are left behind in error.</param>
internal sealed record LaunchFailure(Problem Problem, LaunchField? Field, IReadOnlyList<string> ServerIds)
{
    /// <summary>What was left behind has been deleted since.</summary>
    public bool Deleted { get; init; }

    /// <summary>Why it could not be.</summary>
    public Problem? DeleteProblem { get; init; }

    private const string What = "Not launched.";

    /// <summary>Nova refused at once: nothing was made.</summary>
    public static LaunchFailure Refused(OpenStackException refused)
    {
        var field = refused.StatusCode is null or >= HttpStatusCode.InternalServerError ? null : FieldOf(null, refused.Message);
        var problem = refused.StatusCode switch
        {
            HttpStatusCode.Forbidden or HttpStatusCode.RequestEntityTooLarge when IsQuota(refused.Message) =>
                new Problem(What, refused.Message, "Take a smaller flavor or fewer instances, delete one, or ask an operator for more.", refused.RequestId),
            // A refused image is not a missing role.
            HttpStatusCode.Forbidden when field is not null => new Problem(What, $"Nova refused: {refused.Message}", Remedy(field), refused.RequestId),
            HttpStatusCode.Conflict or HttpStatusCode.BadRequest or HttpStatusCode.NotFound or HttpStatusCode.RequestEntityTooLarge => new Problem(What, $"Nova refused: {refused.Message}", Remedy(field), refused.RequestId),
            _ => Problem.Of(What, refused),
        };
        return new LaunchFailure(problem, field, []);
    }

    /// <summary>Nova had taken it; the boot failed later.</summary>
    public static LaunchFailure Failed(IReadOnlyList<Boot> failed)
    {
        var first = failed[0];
        if (first.Phase == BootPhase.Gone)
        {
            return new LaunchFailure(new Problem(What, $"{first.Name} was deleted while it started.", "Somebody else did it, or another window of yours."), null, []);
        }

        var field = FieldOf(first.FaultCode, first.Fault ?? "");
        var more = failed.Count > 1 ? $" {failed.Count - 1} more failed." : "";
        var words = first.Fault is { Length: > 0 } fault ? $"{first.Name}: {fault}{more}" : $"{first.Name} is in error, and Nova gives no reason.{more}";
        return new LaunchFailure(new Problem(What, words, Remedy(field)), field, [.. failed.Where(b => b.Phase == BootPhase.Failed).Select(b => b.Id)]);
    }

    /// <param name="code">The driver host's, when it is known.</param>
    internal static LaunchField? FieldOf(string? code, string words) => code switch
    {
        "command_not_found" or "no_command" or "command_not_executable" or "start_failed" => LaunchField.Command,
        "no_address_pool" => LaunchField.Network,
        "no_space" or "limit_not_held" => LaunchField.Flavor,
        "wrong_platform" or "no_such_user" => LaunchField.Image,
        not null when code.StartsWith("image_", StringComparison.Ordinal) || code.StartsWith("archive_", StringComparison.Ordinal) => LaunchField.Image,
        _ => FieldOfWords(words),
    };

    // Nova's refusals have no codes: its words are looked at, the more telling first.
    private static LaunchField? FieldOfWords(string words)
    {
        return words switch
        {
            _ when IsQuota(words) => LaunchField.Flavor,
            _ when Has("flavor") || Has("too small") => LaunchField.Flavor,
            _ when Has("key_name") || Has("keypair") || Has("key pair") => LaunchField.KeyPair,
            _ when Has("working directory") => LaunchField.WorkingDirectory,
            _ when Has("docker:entrypoint") || Has("entrypoint") => LaunchField.Entrypoint,
            _ when Has("docker:command") || Has("command") || Has("no such program") || Has("has no program") => LaunchField.Command,
            _ when Has("env:") || Has("environment") || Has("metadata") => LaunchField.Environment,
            _ when Has("network") => LaunchField.Network,
            _ when Has("image") => LaunchField.Image,
            _ when Has("description") => LaunchField.Description,
            _ when Has("attribute name") || Has("server name") => LaunchField.Name,
            _ => null,
        };

        bool Has(string part) => words.Contains(part, StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsQuota(string words) => words.Contains("quota", StringComparison.OrdinalIgnoreCase);

    private static string Remedy(LaunchField? field) => field switch
    {
        LaunchField.Command or LaunchField.Entrypoint => "Change the command, then launch again.",
        LaunchField.Image => "Choose another image, or have this one put right.",
        LaunchField.Flavor => "Take another flavor, then launch again.",
        LaunchField.KeyPair => "Choose another key pair, then launch again.",
        LaunchField.Environment => "Change the environment, then launch again.",
        LaunchField.WorkingDirectory => "Change the working directory, then launch again.",
        _ => "The form is as you left it: change it, or launch again.",
    };
}
