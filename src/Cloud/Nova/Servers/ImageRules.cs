using Cloud.Glance;
using Cloud.Http;
using OpenStack.Glance;

namespace Cloud.Nova.Servers;

/// <summary>Which image may become an instance of that size. The driver host looks again, at the content itself; here it is said at once.</summary>
internal static class ImageRules
{
    private const long Gibibyte = 1024L * 1024 * 1024;

    public static void RequireBootable(ImageFacts image, string projectId, int ramMb, int diskGb, DateTimeOffset now)
    {
        var name = image.Name.Length > 0 ? $"Image '{image.Name}'" : $"Image {image.Id}";
        if (image.Status != "active")
        {
            throw CloudFailure.Invalid($"{name} is not active: its status is {image.Status}, so there is nothing to boot.");
        }

        if (image.ContainerFormat != "docker")
        {
            throw CloudFailure.Invalid(
                $"{name} is not a docker image: its container format is {image.ContainerFormat ?? "not set"}. This cloud runs containers: upload what 'docker save' writes, with container_format=docker.");
        }

        RequireSize(image, name, ramMb, diskGb);
        RequireApproved(image, name, projectId, now);
    }

    private static void RequireSize(ImageFacts image, string name, int ramMb, int diskGb)
    {
        if (ramMb < image.MinRam)
        {
            throw CloudFailure.Invalid($"Flavor's memory is too small for requested image: {name} needs {image.MinRam} MiB, the flavor has {ramMb} MiB.");
        }

        // nova: a flavor with disk 0 has as much as the image needs.
        if (diskGb == 0)
        {
            return;
        }

        if (diskGb < image.MinDisk)
        {
            throw CloudFailure.Invalid($"Flavor's disk is too small for requested image: {name} needs {image.MinDisk} GiB, the flavor has {diskGb} GiB.");
        }

        if (image.Size > diskGb * Gibibyte)
        {
            throw CloudFailure.Invalid($"Flavor's disk is too small for requested image: {name} has {image.Size} bytes, the flavor's disk {diskGb * Gibibyte}.");
        }
    }

    private static void RequireApproved(ImageFacts image, string name, string projectId, DateTimeOffset now)
    {
        switch (image.Approval ?? Approval.Pending)
        {
            case Approval.Approved when image.ApprovalExpires is { } end && end <= now:
                throw CloudFailure.Forbidden($"The approval of {name} ended at {end:u}. An administrator must approve it anew.");
            case Approval.Approved:
                return;
            case Approval.Managed when image.Owner == projectId:
                return;
            case Approval.Managed:
                throw CloudFailure.Forbidden($"{name} is a snapshot of another project. Outside its own project it needs an administrator's approval.");
            case Approval.Rejected:
                throw CloudFailure.Forbidden($"An administrator rejected {name}: it cannot boot.");
            case Approval.Revoked:
                throw CloudFailure.Forbidden($"An administrator withdrew the approval of {name}: it no longer boots.");
            default:
                throw CloudFailure.Forbidden($"{name} waits for an administrator's approval. Until then it cannot boot.");
        }
    }
}
