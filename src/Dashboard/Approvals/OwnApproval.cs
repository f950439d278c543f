using System.Globalization;
using OpenStack.Errors;
using OpenStack.Glance;

namespace Dashboard.Approvals;

/// <summary>
/// What an administrator uploads is approved with it, unless two people have to decide. The embedded Glance does so itself; another one leaves it to
/// who uploads. The approval binds to the bytes that Glance has then.
/// </summary>
internal sealed partial class OwnApproval(IConfiguration configuration, TimeProvider time, ILogger<OwnApproval> logger)
{
    public async Task GiveAsync(IGlanceApi glance, string imageId, string administrator, CancellationToken cancellationToken)
    {
        if (!configuration.GetValue("Approval:AdministratorsApproveOwn", true))
        {
            return;
        }

        try
        {
            var image = await glance.GetImageAsync(imageId, cancellationToken);
            if (image is not { IsDocker: true, Status: "active", OsHashValue.Length: > 0 } || image.Property(Approval.State) is not null)
            {
                return;
            }

            await glance.UpdateImageAsync(imageId, [Add(Approval.State, Approval.Approved), Add(Approval.Sha512, image.OsHashValue), Add(Approval.By, administrator), Add(Approval.At, Now())], cancellationToken);
        }
        catch (OpenStackException refused)
        {
            // The bytes are there, and the image waits as a member's does.
            NotGiven(logger, imageId, refused.Message);
        }
    }

    private static ImagePatch Add(string name, string value) => new("add", "/" + name, value);

    private string Now() => time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    [LoggerMessage(1, LogLevel.Warning, "Image {Image} was uploaded by an administrator but not approved: {Reason}")]
    private static partial void NotGiven(ILogger logger, string image, string reason);
}
