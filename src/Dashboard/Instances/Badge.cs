using Dashboard.Approvals;

namespace Dashboard.Instances;

/// <summary>The word that <see cref="Components.ApprovalBadge"/> takes; null draws no shield.</summary>
internal static class Badge
{
    public static string? Of(ApprovalState approval) => approval.Standing switch
    {
        ApprovalStanding.Approved => "approved",
        ApprovalStanding.Managed => "managed",
        ApprovalStanding.Rejected => "rejected",
        ApprovalStanding.Revoked => "revoked",
        ApprovalStanding.Changed => "changed",
        _ => "pending",
    };
}
