using System.Net;
using DriverHost.Auth;
using DriverHost.Http;
using DriverHost.Images;
using OpenStack.Errors;
using OpenStack.Glance;

namespace DriverHost.Snapshots;

/// <summary>What a snapshot asks of Glance, with the driver host's own user: it alone may mark an image as managed.</summary>
internal sealed class SnapshotGlance(ServiceUser serviceUser)
{
    /// <summary>The queued image that takes the archive. One without formats, as Nova makes it, gets those of a docker archive.</summary>
    /// <exception cref="DriverFailure">There is none, it is not the project's, or it takes no docker archive.</exception>
    public async Task RequireTargetAsync(string imageId, string projectId, CancellationToken cancellationToken)
    {
        var image = await FindAsync(imageId, cancellationToken) ?? throw new DriverFailure(404, "image_not_found", $"Glance has no image {imageId} to put the snapshot into.");
        if (image.Owner != projectId)
        {
            throw new DriverFailure(403, "image_of_other_project", $"Image {imageId} belongs to another project than the instance, so the snapshot may not go there.");
        }

        if (image is not { IsDocker: true } and not { ContainerFormat: null })
        {
            throw new DriverFailure(422, "not_docker", $"Image {imageId} takes no docker archive: its container format is {image.ContainerFormat}.");
        }

        if (image.Status != "queued")
        {
            throw DriverFailure.Conflict("image_not_queued", $"Image {imageId} is {image.Status}; a snapshot needs one that waits for its content (queued).");
        }

        if (!image.IsDocker)
        {
            await SetAsync(imageId, cancellationToken, ("container_format", "docker"), ("disk_format", "raw"));
        }
    }

    /// <summary>The image, or null when there is none.</summary>
    public async Task<Image?> FindAsync(string imageId, CancellationToken cancellationToken)
    {
        try
        {
            return await serviceUser.WithSessionAsync(session => session.Glance.GetImageAsync(imageId, cancellationToken), cancellationToken);
        }
        catch (OpenStackException refused) when (refused.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
        catch (OpenStackException refused)
        {
            throw Read(refused, imageId);
        }
    }

    public Task<Image> SetAsync(string imageId, CancellationToken cancellationToken, params (string Property, string Value)[] values) => AskAsync(
        imageId,
        async glance => await glance.UpdateImageAsync(imageId, [.. values.Select(v => new ImagePatch("add", $"/{v.Property}", v.Value))], cancellationToken),
        cancellationToken);

    /// <param name="open">Opens the archive; called again when the token had to be renewed.</param>
    public Task<SavedArchiveFacts> UploadAsync(string imageId, Func<Task<SavedArchive>> open, CancellationToken cancellationToken) => AskAsync(
        imageId,
        async glance =>
        {
            await using var archive = await open();
            try
            {
                await glance.UploadAsync(imageId, archive, cancellationToken);
                return archive.Facts ?? throw new DriverFailure(502, "upload_failed", $"Glance took image {imageId} before it had all of it.");
            }
            catch (Exception) when (archive.Failure is not null && !cancellationToken.IsCancellationRequested)
            {
                // Not Glance broke it, but what it was to be sent.
                throw new DriverFailure(502, "snapshot_broken", $"Reading the snapshot from the Docker engine broke off: {archive.Failure.Message}", archive.Failure);
            }
        },
        cancellationToken);

    private async Task<T> AskAsync<T>(string imageId, Func<IGlanceApi, Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await serviceUser.WithSessionAsync(session => ask(session.Glance), cancellationToken);
        }
        catch (OpenStackException refused)
        {
            throw Read(refused, imageId);
        }
    }

    private static DriverFailure Read(OpenStackException refused, string imageId) => refused.StatusCode switch
    {
        null => new DriverFailure(503, "image_unreachable", $"Glance does not answer, so the snapshot cannot go into image {imageId}.", refused),
        HttpStatusCode.NotFound or HttpStatusCode.Gone => new DriverFailure(409, "image_gone", $"Image {imageId} was deleted while the snapshot was taken.", refused),
        HttpStatusCode.Conflict => DriverFailure.Conflict("image_not_queued", $"Glance does not take the snapshot: {refused.Message}"),
        HttpStatusCode.RequestEntityTooLarge => new DriverFailure(413, "image_too_large", $"Glance does not take the snapshot: {refused.Message}", refused),
        _ => new DriverFailure(502, "image_refused", $"Glance does not take the snapshot: {refused.Message}", refused),
    };
}
