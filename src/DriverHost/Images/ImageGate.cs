using System.Globalization;
using System.Net;
using DriverHost.Http;
using DriverHost.Store;
using OpenStack.Errors;
using OpenStack.Glance;

namespace DriverHost.Images;

/// <summary>
/// Says whether an image may boot. It believes the approval properties only, which administrators and this host's own user alone may write, and binds them
/// to the content. Whatever is unknown means no.
/// </summary>
internal sealed class ImageGate(Ledger ledger, TimeProvider time)
{
    /// <returns>The sha512 that the bytes must have.</returns>
    /// <exception cref="DriverFailure">With the exact reason.</exception>
    public async Task<string> RequireBootableAsync(Image image, string projectId, CancellationToken cancellationToken)
    {
        var name = Name(image);
        if (!image.IsDocker)
        {
            throw Refused("not_docker", $"{name} is not a docker image: its container format is {image.ContainerFormat ?? "not set"}. This host runs containers only.");
        }

        if (image.Status != "active")
        {
            throw Refused("image_not_active", $"{name} has no content to boot: its status is {image.Status}.");
        }

        var sha512 = image.OsHashAlgo == "sha512" && image.OsHashValue is { Length: 128 } hash ? hash
            : throw Refused("image_invalid", $"Glance has no sha512 of {name}, so an approval could not be bound to its content. Upload it again.");
        switch (Approval.Of(image))
        {
            case Approval.Approved:
                RequireFresh(image, name);
                break;
            case Approval.Managed:
                await RequireManagedAsync(image, sha512, projectId, name, cancellationToken);
                break;
            case Approval.Rejected:
                throw Refused("image_rejected", $"An administrator rejected {name}.{Reason(image)}");
            case Approval.Revoked:
                throw Refused("image_revoked", $"An administrator withdrew the approval of {name}.{Reason(image)}");
            case Approval.Pending:
                throw Refused("image_not_approved", $"{name} waits for an administrator's approval. Until then it cannot boot.");
            case var other:
                throw Refused("image_not_approved", $"{name} has the approval state '{other}', which this host does not know. An administrator must approve it anew.");
        }

        if (!string.Equals(image.Property(Approval.Sha512), sha512, StringComparison.OrdinalIgnoreCase))
        {
            throw Refused("image_changed", $"{name} is not what was approved: its content has another sha512. An administrator must look at it again.");
        }

        return sha512.ToLowerInvariant();
    }

    /// <summary>If the approval names a config, it must be this one.</summary>
    public static void RequireConfig(Image image, string configDigest)
    {
        if (image.Property(Approval.Config) is { Length: > 0 } approved && approved != configDigest)
        {
            throw Refused("image_changed", $"{Name(image)} is not what was approved: its config is {configDigest}, approved was {approved}.");
        }
    }

    public static DriverFailure Read(OpenStackException glance, string imageId) => glance.StatusCode switch
    {
        null => new DriverFailure(503, "image_unreachable", "Glance does not answer, so the image cannot be checked. Nothing boots unchecked; try again when it does.", glance),
        HttpStatusCode.NotFound => new DriverFailure(404, "image_not_found", $"Glance has no image {imageId}.", glance),
        _ => new DriverFailure(502, "image_unreachable", $"Glance refused to show image {imageId}: {glance.Message}", glance),
    };

    public static string Name(Image image) => string.IsNullOrEmpty(image.Name) ? $"Image {image.Id}" : $"Image '{image.Name}'";

    private void RequireFresh(Image image, string name)
    {
        if (image.Property(Approval.Expires) is not { Length: > 0 } text)
        {
            return;
        }

        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var end))
        {
            throw Refused("image_not_approved", $"The approval of {name} ends at '{text}', which is no time. An administrator must approve it anew.");
        }

        if (end <= time.GetUtcNow())
        {
            throw Refused("image_not_approved", $"The approval of {name} ended at {end:u}. An administrator must approve it anew.");
        }
    }

    private async Task RequireManagedAsync(Image image, string sha512, string projectId, string name, CancellationToken cancellationToken)
    {
        // Another host's snapshot has no row here. Its mark is as good as an approval: only administrators and driver hosts can write it, with the sha512 last.
        var snapshot = await ledger.SnapshotAsync(image.Id, cancellationToken);
        if (image.Owner != projectId || snapshot is not null && snapshot.ProjectId != projectId)
        {
            throw Refused("image_not_approved", $"{name} is a snapshot of another project. Outside its own project it needs an administrator's approval.");
        }

        if (snapshot is not null && !string.Equals(snapshot.Sha512, sha512, StringComparison.OrdinalIgnoreCase))
        {
            throw Refused("image_changed", $"{name} is not what this host uploaded: its content has another sha512.");
        }
    }

    private static string Reason(Image image) => image.Property(Approval.Reason) is { Length: > 0 } reason ? $" The reason given: {reason}" : "";

    private static DriverFailure Refused(string code, string message) => new(403, code, message);
}
