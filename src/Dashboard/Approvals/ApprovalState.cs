using System.Globalization;
using Dashboard.Components;
using OpenStack.Glance;

namespace Dashboard.Approvals;

/// <summary>Where an image stands, as people are told.</summary>
public enum ApprovalStanding
{
    /// <summary>Not a docker image: approval is not asked for.</summary>
    NotNeeded,
    Approved,
    Waiting,
    Rejected,
    Revoked,
    /// <summary>A snapshot that the driver host took itself.</summary>
    Managed,
    /// <summary>Approved, but for other bytes than it has now.</summary>
    Changed,
    Expired,
    /// <summary>The image bears a word that nobody knows: it does not boot.</summary>
    Unknown,
}

/// <summary>The approval of one image: a word, why, and whether it may boot. Whatever is not clearly allowed is refused.</summary>
public sealed record ApprovalState(ApprovalStanding Standing, string Word, string? Why, bool Bootable)
{
    public string? Reason { get; private init; }
    public string? By { get; private init; }
    public DateTimeOffset? At { get; private init; }
    public DateTimeOffset? Expires { get; private init; }
    public string? Sha512 { get; private init; }
    public string? Config { get; private init; }

    public static ApprovalState Of(Image image, DateTimeOffset now)
    {
        if (!image.IsDocker)
        {
            return new(ApprovalStanding.NotNeeded, "Not a container image", null, false);
        }

        var reason = Text(image, Approval.Reason);
        var expires = Time(image, Approval.Expires);
        var sha512 = Text(image, Approval.Sha512);
        var decided = Approval.Of(image) switch
        {
            Approval.Approved when sha512 is null || !string.Equals(sha512, image.OsHashValue, StringComparison.OrdinalIgnoreCase) =>
                new ApprovalState(ApprovalStanding.Changed, "Changed", "Other bytes than the approved ones. An administrator has to review it again.", false),
            Approval.Approved when Text(image, Approval.Expires) is not null && expires is null => new(ApprovalStanding.Expired, "Expired", "The approval's end can't be read, so it counts as over.", false),
            Approval.Approved when expires <= now => new(ApprovalStanding.Expired, "Expired", $"The approval ended on {Day(expires.Value)}.", false),
            Approval.Approved => new(ApprovalStanding.Approved, "Approved", expires is { } end ? $"until {Day(end)}" : null, true),
            Approval.Managed => new(ApprovalStanding.Managed, "Managed snapshot", "Taken by the driver host; boots in its own project.", true),
            Approval.Pending => new(ApprovalStanding.Waiting, "Waiting for review", "An administrator has to approve it before it boots.", false),
            Approval.Rejected => new(ApprovalStanding.Rejected, "Rejected", reason ?? "No reason was given.", false),
            Approval.Revoked => new(ApprovalStanding.Revoked, "Revoked", reason ?? "No reason was given.", false),
            _ => new(ApprovalStanding.Unknown, "Unknown", "The image bears an approval that is not known here, so it does not boot.", false),
        };
        return decided with { Reason = reason, Expires = expires, Sha512 = sha512, By = Text(image, Approval.By), At = Time(image, Approval.At), Config = Text(image, Approval.Config) };
    }

    public static string Day(DateTimeOffset time) => time.ToString("d MMM yyyy", CultureInfo.InvariantCulture);

    private static string? Text(Image image, string property) => image.Property(property) is { Length: > 0 } text ? Visible.Of(text) : null;

    private static DateTimeOffset? Time(Image image, string property) =>
        DateTimeOffset.TryParse(image.Property(property), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
