using Dashboard.Approvals;
using Dashboard.Components;

namespace Dashboard.Images;

/// <summary>What is asked before an image is lost, asked for again or revoked: what goes, what stays, who is hit.</summary>
internal static class ImageQuestions
{
    private const int MostNames = 8;
    private const string Unknown = "Nova does not answer, so it is not known which instances were made from it.";

    public static ConfirmQuestion Delete(ImageView image)
    {
        var body = new List<string> { image.Image.Size is { } size ? $"Its {Units.Bytes(size)} are lost, and nobody launches it again." : "Its record is lost. It has no bytes." };
        if (image.Image.Visibility is "public" or "community" or "shared")
        {
            body.Add($"Others lose it, too. It is visible to: {image.VisibilityWord.ToLowerInvariant()}.");
        }

        body.Add(!image.UsesKnown ? Unknown : image.UsedBy.Count == 0 ? "No instance that you can see was made from it." : $"{Names(image.UsedBy)} {(image.UsedBy.Count == 1 ? "goes" : "go")} on, but can't be rebuilt from it.");
        return new($"Delete {image.Name}?", body, "Delete", Command: $"openstack image delete {image.Id}");
    }

    public static ConfirmQuestion RequestAgain(ImageView image) => new(
        $"Request approval for {image.Name} again?",
        [image.Approval.Standing == ApprovalStanding.Expired ? image.Approval.Why! : $"{image.Approval.Word}: {image.Approval.Why}", "An administrator reads your note and decides anew."],
        "Request approval", Destructive: false, ReasonLabel: "What has changed, or why it is needed", ReasonRequired: true);

    public static ConfirmQuestion Revoke(ImageView image)
    {
        var body = new List<string> { "From now on no instance starts from it. What runs goes on until somebody stops it." };
        body.Add(!image.UsesKnown ? Unknown : image.UsedBy.Count == 0 ? "Nothing was made from it." : image.UsedBy.Count == 1 ? "One instance was made from it:" : $"{image.UsedBy.Count} instances were made from it:");
        body.AddRange(image.UsedBy.Take(MostNames).Select(use => $"{use.Name}: {use.StatusWord}, {use.User} in {use.Project}"));
        if (image.UsedBy.Count > MostNames)
        {
            body.Add($"and {image.UsedBy.Count - MostNames} more");
        }

        return new(
            $"Revoke {image.Name}?", body, "Revoke", TypeName: image.Name, ReasonLabel: "Reason; the people who use it read it", ReasonRequired: true,
            Command: $"openstack image set --property docker_approval=revoked {image.Id}");
    }

    private static string Names(IReadOnlyList<ImageUse> uses)
    {
        var names = uses.Take(3).Select(u => u.Name).ToArray();
        return uses.Count > names.Length ? $"{string.Join(", ", names)} and {uses.Count - names.Length} more" : string.Join(" and ", names);
    }
}
