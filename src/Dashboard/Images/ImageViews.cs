using Dashboard.Approvals;
using Dashboard.Components;
using OpenStack.Glance;
using OpenStack.Nova;

namespace Dashboard.Images;

/// <summary>Turns Glance's records into views: approval, uses, names, and which actions to offer.</summary>
/// <param name="servers">Null when nobody knows them.</param>
/// <param name="awaited">They are not known yet, but Nova was asked.</param>
internal sealed class ImageViews(Viewer viewer, People people, IReadOnlyList<Server>? servers, DateTimeOffset now, bool awaited = false)
{
    private readonly ILookup<string?, Server> _servers = (servers ?? []).ToLookup(s => s.Image?.Id);

    public ImageView Of(Image image)
    {
        var approval = ApprovalState.Of(image, now);
        return new ImageView
        {
            Image = image,
            Approval = approval,
            UsedBy = [.. _servers[image.Id].Select(Use)],
            UsesKnown = servers is not null,
            UsesAwaited = awaited,
            Owner = image.Owner is null ? "the cloud" : ProjectName(image.Owner),
            Requester = Requester(image),
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
        : approval.Bootable ? "It boots as it is."
        : !image.IsDocker || image.Status != "active" ? "There is nothing to review."
        : approval.Standing is not (ApprovalStanding.Rejected or ApprovalStanding.Revoked or ApprovalStanding.Expired) ? "It waits for review already."
        : ApprovalRequest.NoteOf(image) is not null ? "You have asked already. An administrator will look at it."
        : null;

    private ImageUse Use(Server server) => new(
        server.Id, Visible.Of(server.Name), server.Status, ProjectName(server.TenantId), UserName(server.UserId),
        server.LaunchedAt is { } at ? new DateTimeOffset(DateTime.SpecifyKind(at, DateTimeKind.Utc)) : null);

    // Only administrators learn the names of others; an id would tell nobody else anything.
    private string? Requester(Image image) =>
        image.Property(ApprovalRequest.UserId) is not { Length: > 0 } id ? null : id == viewer.UserId || people.Users.ContainsKey(id) || viewer.IsAdministrator ? UserName(id) : null;

    private string UserName(string id) => id == viewer.UserId ? viewer.UserName : people.Users.ContainsKey(id) || viewer.IsAdministrator ? people.User(id)! : "another user";

    private string ProjectName(string id) =>
        id == viewer.ProjectId ? viewer.ProjectName : people.Projects.ContainsKey(id) || viewer.IsAdministrator ? people.Project(id)! : "another project";
}
