using System.Text.RegularExpressions;

namespace Dashboard.Instances;

/// <summary>What to do about a fault, by the driver host's code; through another Nova than ours only its words come.</summary>
internal static partial class FaultWords
{
    /// <summary>Without what Nova puts before the reason that its driver gave.</summary>
    public static string Plain(string message) => Aborted().Replace(message, "").Trim();

    public static string? Remedy(string? code, string? words) => Remedy(code ?? CodeOf(words ?? ""));

    private static string? CodeOf(string words)
    {
        return words switch
        {
            _ when Has("waits for an administrator's approval") => "image_not_approved",
            _ when Has("is not what was approved") => "image_changed",
            _ when Has("rejected Image") => "image_rejected",
            _ when Has("withdrew the approval") => "image_revoked",
            _ when Has(", not docker") => "image_invalid",
            _ => null,
        };

        bool Has(string part) => words.Contains(part, StringComparison.OrdinalIgnoreCase);
    }

    [GeneratedRegex("^Build of instance [0-9a-f-]{36} (aborted|was re-scheduled): ", RegexOptions.None, 1000)]
    private static partial Regex Aborted();

    private static string? Remedy(string? code) => code switch
    {
        "image_not_approved" or "image_rejected" or "image_revoked" or "image_changed" => "Ask an administrator to review the image, or launch from an approved one.",
        "image_not_found" => "Launch from an image that is still there.",
        "image_unreachable" or "keystone_unreachable" => "Delete this instance and launch it again when the services answer.",
        "image_load_failed" or "image_invalid" => "Upload the image again as docker save writes it, then launch from the new one.",
        "no_command" => "Launch it again with a command.",
        "no_space" => "Ask an operator to make room on the host, then launch it again.",
        "missing" => "Delete it; a snapshot of it, if there is one, can be launched.",
        "unexpected" => "Try again; if it fails again, give an operator the instance's ID.",
        _ => null,
    };
}
