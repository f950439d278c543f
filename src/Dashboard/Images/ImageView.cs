using Dashboard.Approvals;
using Dashboard.Components;
using OpenStack.Glance;

namespace Dashboard.Images;

/// <summary>One image as the pages show it.</summary>
public sealed record ImageView
{
    public required Image Image { get; init; }
    public required ApprovalState Approval { get; init; }
    public required IReadOnlyList<ImageUse> UsedBy { get; init; }
    /// <summary>False when Nova did not answer: <see cref="UsedBy"/> is empty then, and says nothing.</summary>
    public bool UsesKnown { get; init; } = true;
    /// <summary>Nova was asked for <see cref="UsedBy"/>, and has not answered yet.</summary>
    public bool UsesAwaited { get; init; }
    /// <summary>The owning project's name.</summary>
    public required string Owner { get; init; }
    /// <summary>Who asked for it, if the image says so.</summary>
    public string? Requester { get; init; }
    public required ImageAction Launch { get; init; }
    public required ImageAction Delete { get; init; }
    public required ImageAction RequestAgain { get; init; }

    public string Id => Image.Id;
    public string Name => string.IsNullOrWhiteSpace(Image.Name) ? $"unnamed {Image.Id[..Math.Min(8, Image.Id.Length)]}" : Visible.Of(Image.Name);
    public bool IsSnapshot => Image.Property("image_type") == "snapshot" || InstanceId is not null || Approval.Standing == ApprovalStanding.Managed;
    public string? BaseImageId => Image.Property("base_image_ref") is { Length: > 0 } id ? id : null;
    public string? InstanceId => Image.Property("instance_uuid") is { Length: > 0 } id ? id : null;

    public string VisibilityWord => ImageVisibility.Words(Image.Visibility);

    /// <summary>The name as people take images apart: without what follows the last colon.</summary>
    public string Family => Name.LastIndexOf(':') is > 0 and var colon && Name.IndexOf('/', colon) < 0 ? Name[..colon] : Name;

    /// <summary>Null when the bytes are there.</summary>
    public string? StatusWords => Image.Status switch
    {
        "active" => null,
        "queued" => "No bytes yet",
        "saving" or "uploading" or "importing" => "Uploading",
        "deactivated" => "Deactivated by an operator",
        "killed" => "The upload failed",
        "deleted" or "pending_delete" => "Deleted",
        _ => Image.Status,
    };
}

/// <summary>A server that was made from the image.</summary>
/// <param name="User">Who launched it.</param>
/// <param name="Launched">When it first ran; null when it never did.</param>
public sealed record ImageUse(string ServerId, string Name, string Status, string Project, string User, DateTimeOffset? Launched)
{
    /// <summary>Nova's status as the pages say it.</summary>
    public string StatusWord => Status switch
    {
        "ACTIVE" => "running",
        "SHUTOFF" => "stopped",
        "BUILD" => "starting",
        "REBOOT" or "HARD_REBOOT" => "restarting",
        _ => Status.ToLowerInvariant().Replace('_', ' '),
    };
}

/// <summary>An action with the reason why not.</summary>
public sealed record ImageAction(string? WhyNot)
{
    public static readonly ImageAction Yes = new((string?)null);
    public bool Allowed => WhyNot is null;
}
