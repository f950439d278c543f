using System.Net;
using System.Runtime.CompilerServices;
using Dashboard.Approvals;
using OpenStack.Errors;
using OpenStack.Glance;
using OpenStack.Nova;

namespace Dashboard.Images;

/// <summary>The images that the viewer may see, and what can be done with them.</summary>
internal interface IImageList
{
    Viewer Viewer { get; }

    /// <param name="all">Also images of other formats; else Glance filters for docker.</param>
    Task<IReadOnlyList<ImageView>> ListAsync(bool all, CancellationToken cancellationToken);

    /// <summary>What was read last on these pages, for who comes back; null when nothing was.</summary>
    KnownImages? Known(bool all);

    /// <summary>The same twice where Nova is slower than Glance: at once with its uses awaited, then with them.</summary>
    IAsyncEnumerable<IReadOnlyList<ImageView>> ReadAsync(bool all, CancellationToken cancellationToken);

    Task<ImageView> GetAsync(string id, CancellationToken cancellationToken);

    /// <summary>Makes the record that takes an upload.</summary>
    Task<Image> CreateAsync(NewImage image, CancellationToken cancellationToken);

    /// <summary>Deletes it; what is not there is deleted already.</summary>
    Task DeleteAsync(string id, CancellationToken cancellationToken);

    /// <summary>Puts a rejected, revoked or expired image before the administrators again.</summary>
    Task RequestAgainAsync(string id, string note, CancellationToken cancellationToken);
}

/// <param name="At">When it was read.</param>
internal sealed record KnownImages(IReadOnlyList<ImageView> Images, DateTimeOffset At);

/// <param name="Visibility">private, shared, community; public for administrators.</param>
/// <param name="Note">For the reviewer; may be null.</param>
internal sealed record NewImage(string Name, string Visibility = "private", string? Note = null);

internal sealed class ImageList(IImageCloud cloud, TimeProvider time) : IImageList
{
    private const int PageSize = 500;

    private readonly Dictionary<bool, KnownImages> _known = [];

    public Viewer Viewer => cloud.Viewer;

    public KnownImages? Known(bool all) => _known.GetValueOrDefault(all);

    public async Task<IReadOnlyList<ImageView>> ListAsync(bool all, CancellationToken cancellationToken) => await ReadAsync(all, cancellationToken).LastAsync(cancellationToken);

    public async IAsyncEnumerable<IReadOnlyList<ImageView>> ReadAsync(bool all, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var servers = ServersAsync(cancellationToken);
        var people = cloud.GetPeopleAsync(cancellationToken);
        var images = await ImagesAsync(all, cancellationToken);
        if (!servers.IsCompleted)
        {
            yield return Ordered(images, new ImageViews(Viewer, await people, null, time.GetUtcNow(), awaited: true));
        }

        var now = time.GetUtcNow();
        var whole = Ordered(images, new ImageViews(Viewer, await people, await servers, now));
        _known[all] = new KnownImages(whole, now);
        yield return whole;
    }

    public async Task<ImageView> GetAsync(string id, CancellationToken cancellationToken)
    {
        var image = await cloud.Glance.GetImageAsync(id, cancellationToken);
        return (await ViewsAsync(cancellationToken)).Of(image);
    }

    public Task<Image> CreateAsync(NewImage image, CancellationToken cancellationToken)
    {
        var properties = new Dictionary<string, System.Text.Json.JsonElement> { [ApprovalRequest.UserId] = Json(cloud.Viewer.UserId) };
        if (!string.IsNullOrWhiteSpace(image.Note))
        {
            properties[ApprovalRequest.Note] = Json(image.Note.Trim());
        }

        return cloud.Glance.CreateImageAsync(new CreateImage { Name = image.Name.Trim(), Visibility = image.Visibility, Properties = properties }, cancellationToken);
    }

    public async Task DeleteAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            await cloud.Glance.DeleteImageAsync(id, cancellationToken);
        }
        catch (OpenStackException gone) when (gone.StatusCode == HttpStatusCode.NotFound)
        {
            // Somebody was faster, and it is gone all the same.
        }
    }

    public Task RequestAgainAsync(string id, string note, CancellationToken cancellationToken) =>
        cloud.Glance.UpdateImageAsync(id, [new ImagePatch("add", "/" + ApprovalRequest.Note, note.Trim())], cancellationToken);

    // Docker images first; in each kind the newest first.
    private static IReadOnlyList<ImageView> Ordered(IEnumerable<Image> images, ImageViews views) =>
        [.. images.Select(views.Of).OrderByDescending(v => v.Image.IsDocker).ThenByDescending(v => v.Image.CreatedAt).ThenBy(v => v.Id, StringComparer.Ordinal)];

    private async Task<List<Image>> ImagesAsync(bool all, CancellationToken cancellationToken)
    {
        var images = new List<Image>();
        string? marker = null;
        do
        {
            var page = await cloud.Glance.ListImagesAsync(all ? null : "docker", marker, PageSize, cancellationToken);
            images.AddRange(page.Images);
            marker = page is { Next: not null, Images.Count: > 0 } ? page.Images[^1].Id : null;
        }
        while (marker is not null);

        return images;
    }

    private async Task<ImageViews> ViewsAsync(CancellationToken cancellationToken)
    {
        var servers = ServersAsync(cancellationToken);
        var people = cloud.GetPeopleAsync(cancellationToken);
        await Task.WhenAll(servers, people);
        return new ImageViews(cloud.Viewer, await people, await servers, time.GetUtcNow());
    }

    /// <returns>Null when Nova does not answer or refuses: the images are there all the same, and what uses them is not known.</returns>
    private async Task<IReadOnlyList<Server>?> ServersAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await cloud.Nova.AllServersAsync(Viewer.IsAdministrator ? true : null, null, cancellationToken);
        }
        catch (OpenStackException failed) when (failed.StatusCode != HttpStatusCode.Unauthorized)
        {
            return null;
        }
    }

    private static System.Text.Json.JsonElement Json(string text) => System.Text.Json.JsonSerializer.SerializeToElement(text);
}
