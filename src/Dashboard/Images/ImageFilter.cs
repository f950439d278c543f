using Dashboard.Approvals;

namespace Dashboard.Images;

/// <summary>What the list shows: some words, and one of the chips. Both stand in the address.</summary>
/// <param name="Text">Parts of a name, id, tag, owner, or requester; all have to be found.</param>
/// <param name="Chip">One of <see cref="Chips"/>; empty shows all.</param>
internal sealed record ImageFilter(string Text, string Chip)
{
    public static readonly IReadOnlyList<(string Name, string Label)> Chips =
        [("ready", "Ready"), ("waiting", "Waiting"), ("refused", "Refused"), ("snapshots", "Snapshots"), ("unfinished", "No bytes")];

    public bool IsSet => Text.Trim().Length > 0 || Chip.Length > 0;

    public bool Shows(ImageView image) => (Chip.Length == 0 || IsIn(image, Chip)) && Text.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(word => Has(image, word));

    /// <summary>What was asked for, to say that nothing matches it.</summary>
    public override string ToString() => string.Join(' ', new[] { Text.Trim(), Chip.Length == 0 ? "" : $"state:{Chip}" }.Where(p => p.Length > 0));

    public static bool IsIn(ImageView image, string chip) => chip switch
    {
        "ready" => image.Approval.Bootable && image.StatusWords is null,
        "waiting" => ApprovalRequest.IsWaiting(image.Image, image.Approval),
        "refused" => image.Approval.Standing is ApprovalStanding.Rejected or ApprovalStanding.Revoked,
        "snapshots" => image.IsSnapshot,
        "unfinished" => image.StatusWords is not null,
        _ => true,
    };

    private static bool Has(ImageView image, string word)
    {
        return Contains(image.Name) || Contains(image.Owner) || Contains(image.Requester) || Contains(image.Approval.Word) || image.Image.Tags.Any(Contains)
            || image.Id.StartsWith(word, StringComparison.OrdinalIgnoreCase);

        bool Contains(string? text) => text?.Contains(word, StringComparison.OrdinalIgnoreCase) ?? false;
    }
}
