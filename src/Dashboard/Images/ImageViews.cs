using Dashboard.Approvals;
using OpenStack.Glance;
using OpenStack.Nova;

namespace Dashboard.Images;

/// <summary>Turns Glance's records into views: approval, uses, names, and which actions to offer.</summary>
internal sealed class ImageViews(Viewer viewer, People people, IReadOnlyList<Server> servers, DateTimeOffset now)
{
    private readonly ILookup<string?, Server> _servers = servers.ToLookup(s => s.Image?.Id);

    public ImageView Of(Image image)
    {
        var approval = ApprovalState.Of(image, now);
        return new ImageView
        {
            Image = image,
            Approval = approval,
            UsedBy = [.. _servers[image.Id].Select(s => new ImageUse(s.Id, s.Name, s.Status, ProjectName(s.TenantId)))],
            Owner = image.Owner is null ? "the cloud" : ProjectName(image.Owner),
            Requester = people.User(image.Property(ApprovalRequest.UserId)),
            Launch = new(WhyNotLaunch(image, approval)),
            Delete = new(WhyNotDelete(image)),
            RequestAgain = new(WhyNotRequest(image, approval)),
        };
    }

    private string? WhyNotLaunch(Image image, ApprovalState approval) =>
        !viewer.MayChange ? "Your role may look, not launch. Ask for the member role."
        : !image.IsDocker ? "Only images of the container format docker start here."
        : image.Status != "active" ? "The image has no bytes yet."
        : approval.Standing == ApprovalStanding.Managed && image.Owner != viewer.ProjectId ? "A managed snapshot boots in its own project only."
        : approval.Bootable ? null
        : $"{approval.Word}: {approval.Why}";

    private string? WhyNotDelete(Image image) =>
        !viewer.MayChange ? "Your role may look, not delete."
        : image.Owner != viewer.ProjectId && !viewer.IsAdministrator ? "It belongs to another project."
        : image.Protected ? "It is protected. Take the protection off first: openstack image set --unprotected."
        : null;

    private string? WhyNotRequest(Image image, ApprovalState approval) =>
        !viewer.MayChange ? "Your role may look, not ask."
        : image.Owner != viewer.ProjectId ? "It belongs to another project."
        : approval.Standing is not (ApprovalStanding.Rejected or ApprovalStanding.Revoked or ApprovalStanding.Expired) ? "Nothing to ask for: it is not rejected, revoked or expired."
        : ApprovalRequest.NoteOf(image) is not null ? "You have asked already. An administrator will look at it."
        : null;

    private string ProjectName(string id) => id == viewer.ProjectId ? viewer.ProjectName : people.Project(id)!;
}
