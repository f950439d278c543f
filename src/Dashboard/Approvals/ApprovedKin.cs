using Dashboard.Images;

namespace Dashboard.Approvals;

/// <summary>An approved image to compare with, and why it is taken for a relative. Names prove nothing: they only say what is worth comparing.</summary>
public sealed record ApprovedKin(ImageView Image, string Why)
{
    /// <summary>Nearest first: what a snapshot was taken from, then the newest approved image of the same name.</summary>
    public static IReadOnlyList<ApprovedKin> Of(ImageView image, IEnumerable<ImageView> all)
    {
        var others = all.Where(o => o.Id != image.Id && o.Image is { IsDocker: true, Status: "active" }).ToArray();
        var parents = others.Where(o => o.Id == image.BaseImageId).Select(o => new ApprovedKin(o, "the snapshot was taken from it"));
        var family = others
            .Where(o => o.Id != image.BaseImageId && o.Approval.Standing == ApprovalStanding.Approved && string.Equals(o.Family, image.Family, StringComparison.OrdinalIgnoreCase))
            .OrderByDescending(o => o.Approval.At ?? o.Image.CreatedAt)
            .Select(o => new ApprovedKin(o, "approved under the same name"));
        return [.. parents, .. family];
    }
}
