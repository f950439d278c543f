using Dashboard.Approvals;

namespace Dashboard.Instances;

/// <summary>Whether an instance runs what was approved, in words. The driver host checked the bytes when it started it; this is how its image stands now.</summary>
internal sealed record PassportWords(string Words, string Css, string? By = null)
{
    public static PassportWords Of(InstanceView view)
    {
        if (view.Approval is not { } approval)
        {
            return new("its image is gone, so nobody can check it now", "t-failed");
        }

        var by = approval is { By: { Length: > 0 } name, At: { } at } ? $"{ApprovalState.Day(at)}, {name}" : approval.By;
        return approval.Standing switch
        {
            _ when view.Standing.Phase == Phase.Broken => new(approval.Bootable ? "never ran" : $"never ran: {Lower(approval.Word)}", "mid"),
            ApprovalStanding.Approved => new("runs exactly what was approved", "strong t-running", by),
            ApprovalStanding.Managed => new("managed snapshot, taken by the driver host", "strong"),
            ApprovalStanding.Revoked => new("approval withdrawn since the launch", "strong t-error", by),
            ApprovalStanding.Rejected => new("rejected since the launch", "strong t-error", by),
            ApprovalStanding.Changed => new("its image has other bytes now", "strong t-error"),
            ApprovalStanding.Expired => new("its approval has expired since the launch", "strong t-failed", by),
            _ => new("not approved now", "strong t-failed"),
        };
    }

    private static string Lower(string word) => char.ToLowerInvariant(word[0]) + word[1..];
}
