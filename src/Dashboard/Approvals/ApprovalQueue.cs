using Dashboard.Images;

namespace Dashboard.Approvals;

/// <summary>The three shelves of the approvals page.</summary>
internal static class ApprovalQueue
{
    public const string Waiting = "waiting";
    public const string Expiring = "expiring";
    public const string Decided = "decided";

    /// <summary>How long before its end an approval is reminded of.</summary>
    public static readonly TimeSpan Notice = TimeSpan.FromDays(30);

    /// <summary>Those who wait longest come first; what ends soonest; what was decided last.</summary>
    public static IReadOnlyList<ImageView> Of(string shelf, IEnumerable<ImageView> images, DateTimeOffset now) => shelf switch
    {
        Expiring => [.. images.Where(i => i.Approval is { Standing: ApprovalStanding.Approved, Expires: { } end } && end <= now + Notice).OrderBy(i => i.Approval.Expires)],
        Decided => [.. images.Where(i => !ApprovalRequest.IsWaiting(i.Image, i.Approval) && IsDecided(i)).OrderByDescending(i => i.Approval.At ?? i.Image.CreatedAt)],
        _ => [.. images.Where(i => ApprovalRequest.IsWaiting(i.Image, i.Approval)).OrderBy(i => i.Image.CreatedAt)],
    };

    private static bool IsDecided(ImageView image) =>
        image.Image.Status == "active" && image.Approval.Standing is ApprovalStanding.Approved or ApprovalStanding.Rejected or ApprovalStanding.Revoked or ApprovalStanding.Managed;
}
