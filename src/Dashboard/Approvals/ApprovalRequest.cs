using Dashboard.Components;
using OpenStack.Glance;

namespace Dashboard.Approvals;

/// <summary>What the asker says. Members may write these two, so they are words, never proof.</summary>
internal static class ApprovalRequest
{
    /// <summary>Why the image is wanted. On a rejected or revoked image: it is asked for again. A decision removes it.</summary>
    public const string Note = "docker_request";

    /// <summary>The asker's user id; Nova writes the same property on its snapshots.</summary>
    public const string UserId = "user_id";

    public static string? NoteOf(Image image) => image.Property(Note) is { Length: > 0 } note ? Visible.Of(note) : null;

    /// <summary>True when an administrator is to decide: nobody has yet, the decision no longer holds, or it was asked for again.</summary>
    public static bool IsWaiting(Image image, ApprovalState state) => image is { IsDocker: true, Status: "active" } && state.Standing switch
    {
        ApprovalStanding.Waiting or ApprovalStanding.Changed or ApprovalStanding.Unknown or ApprovalStanding.Expired => true,
        ApprovalStanding.Rejected or ApprovalStanding.Revoked => NoteOf(image) is not null,
        _ => false,
    };
}
