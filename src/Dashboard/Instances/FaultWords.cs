namespace Dashboard.Instances;

/// <summary>What to do about a fault, by the driver host's code.</summary>
internal static class FaultWords
{
    public static string? Remedy(string? code) => code switch
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
