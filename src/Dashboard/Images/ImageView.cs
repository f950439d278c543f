using Dashboard.Approvals;
using OpenStack.Glance;

namespace Dashboard.Images;

/// <summary>One image as the pages show it.</summary>
internal sealed record ImageView
{
    public required Image Image { get; init; }
    public required ApprovalState Approval { get; init; }
    public required IReadOnlyList<ImageUse> UsedBy { get; init; }
    /// <summary>The owning project's name.</summary>
    public required string Owner { get; init; }
    /// <summary>Who asked for it, if the image says so.</summary>
    public string? Requester { get; init; }
    public required ImageAction Launch { get; init; }
    public required ImageAction Delete { get; init; }
    public required ImageAction RequestAgain { get; init; }

    public string Id => Image.Id;
    public string Name => string.IsNullOrWhiteSpace(Image.Name) ? $"unnamed {Image.Id[..Math.Min(8, Image.Id.Length)]}" : Image.Name;
    public bool IsSnapshot => Image.Property("image_type") == "snapshot" || InstanceId is not null || Approval.Standing == ApprovalStanding.Managed;
    public string? BaseImageId => Image.Property("base_image_ref") is { Length: > 0 } id ? id : null;
    public string? InstanceId => Image.Property("instance_uuid") is { Length: > 0 } id ? id : null;

    public string VisibilityWord => Image.Visibility switch
    {
        "public" => "Everyone",
        "community" => "Everyone who knows its ID",
        "shared" => "This project and those it is shared with",
        "private" or null => "This project",
        _ => Image.Visibility,
    };

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
internal sealed record ImageUse(string ServerId, string Name, string Status, string Project);

/// <summary>An action with the reason why not.</summary>
internal sealed record ImageAction(string? WhyNot)
{
    public static readonly ImageAction Yes = new((string?)null);
    public bool Allowed => WhyNot is null;
}
