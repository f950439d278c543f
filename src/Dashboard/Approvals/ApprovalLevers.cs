using Dashboard.Hosting;

namespace Dashboard.Approvals;

/// <summary>One thing that keeps unapproved images from starting.</summary>
/// <param name="Holds">Null when nobody here can know.</param>
public sealed record Lever(string What, bool? Holds, string Words);

/// <summary>What enforces the decisions on this cloud. A page that decides must not be the only thing that keeps to it.</summary>
internal static class ApprovalLevers
{
    public static IReadOnlyList<Lever> Of(IConfiguration configuration)
    {
        var embedded = ProductSettings.Roles(configuration).Contains("cloud");
        return
        [
            new("The driver host checks every launch", true, "Approval, its end and the sha512 of the bytes, before a container is made. What it can't check does not start."),
            embedded
                ? new("Glance keeps the approval for administrators", true, "Built into the embedded Glance.")
                : new("Glance keeps the approval for administrators", null, "Not known here. Its property-protections file must keep docker_approval* for administrators."),
            embedded
                ? new("An image's bytes never change", true, "The embedded Glance takes the bytes of an image once.")
                : new("An image's bytes never change", null, "Not known here. Glance's policy must keep reactivate for administrators; other bytes lose their approval in any case."),
        ];
    }
}
