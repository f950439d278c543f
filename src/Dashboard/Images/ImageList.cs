using System.Collections.Concurrent;
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

    /// <summary>A page of them is about to be shown: what it will ask for first is asked for now.</summary>
    void Expect(bool all);

    /// <summary>The same in steps where it takes long: with its uses awaited while Nova is slower than Glance, then with them.</summary>
    /// <param name="newestFirst">A step more where there are many: the newest.</param>
    IAsyncEnumerable<ImagesRead> ReadAsync(bool all, bool newestFirst, CancellationToken cancellationToken);

    Task<ImageView> GetAsync(string id, CancellationToken cancellationToken);

    /// <summary>Makes the record that takes an upload.</summary>
    Task<Image> CreateAsync(NewImage image, CancellationToken cancellationToken);

    /// <summary>Deletes it; what is not there is deleted already.</summary>
    Task DeleteAsync(string id, CancellationToken cancellationToken);

    /// <summary>Puts a rejected, revoked or expired image before the administrators again.</summary>
    Task RequestAgainAsync(string id, string note, CancellationToken cancellationToken);
}

/// <param name="Whole">False: the newest only, the others are on their way.</param>
/// <param name="UsesAwaited">Nova was asked which instances use them, and has not answered yet.</param>
internal sealed record ImagesRead(IReadOnlyList<ImageView> Images, bool Whole, bool UsesAwaited);

/// <param name="At">When it was read.</param>
internal sealed record KnownImages(IReadOnlyList<ImageView> Images, DateTimeOffset At);

/// <param name="Visibility">private, shared, community; public for administrators.</param>
/// <param name="Note">For the reviewer; may be null.</param>
internal sealed record NewImage(string Name, string Visibility = "private", string? Note = null);

internal sealed class ImageList(IImageCloud cloud, TimeProvider time) : IImageList
{
    /// <summary>As many as a large screen shows.</summary>
    public const int Newest = 30;

    private const int PageSize = 500;

    // What was asked for before the page that needs it could ask: no older than this when it comes.
    private static readonly TimeSpan ExpectedAge = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<bool, KnownImages> _known = new();
    private readonly ConcurrentDictionary<bool, (DateTimeOffset At, Task<OpenStack.Glance.ImageList> Newest)> _expected = new();

    public Viewer Viewer => cloud.Viewer;

    public KnownImages? Known(bool all) => _known.GetValueOrDefault(all);

    public void Expect(bool all)
    {
        if (Known(all) is null)
        {
            _expected[all] = (time.GetUtcNow(), NewestAsync(all, CancellationToken.None));
        }
    }

    public async Task<IReadOnlyList<ImageView>> ListAsync(bool all, CancellationToken cancellationToken) =>
        (await ReadAsync(all, newestFirst: false, cancellationToken).LastAsync(cancellationToken)).Images;

    public async IAsyncEnumerable<ImagesRead> ReadAsync(bool all, bool newestFirst, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var servers = ServersAsync(cancellationToken);
        var people = cloud.GetPeopleAsync(cancellationToken);
        var images = new List<Image>();
        var more = true;
        if (newestFirst)
        {
            var newest = await (_expected.TryRemove(all, out var expected) && time.GetUtcNow() - expected.At < ExpectedAge
                ? expected.Newest.WaitAsync(cancellationToken)
                : NewestAsync(all, cancellationToken));
            images.AddRange(newest.Images);
            more = newest is { Next: not null, Images.Count: > 0 };
            if (more)
            {
                yield return await AwaitedAsync(whole: false);
            }
        }

        if (more)
        {
            images.AddRange(await ImagesAsync(all, images.LastOrDefault()?.Id, cancellationToken));
        }

        if (!servers.IsCompleted)
        {
            yield return await AwaitedAsync(whole: true);
        }

        var now = time.GetUtcNow();
        var whole = Ordered(images, new ImageViews(Viewer, await people, await servers, now));
        _known[all] = new KnownImages(whole, now);
        yield return new ImagesRead(whole, Whole: true, UsesAwaited: false);

        async Task<ImagesRead> AwaitedAsync(bool whole) =>
            new(Ordered(images, new ImageViews(Viewer, await people, null, time.GetUtcNow(), awaited: true)), whole, UsesAwaited: true);
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

    private static string? Format(bool all) => all ? null : "docker";

    private Task<OpenStack.Glance.ImageList> NewestAsync(bool all, CancellationToken cancellationToken) =>
        cloud.Glance.ListImagesAsync(Format(all), null, Newest, cancellationToken);

    private async Task<List<Image>> ImagesAsync(bool all, string? after, CancellationToken cancellationToken)
    {
        var images = new List<Image>();
        do
        {
            var page = await cloud.Glance.ListImagesAsync(Format(all), after, PageSize, cancellationToken);
            images.AddRange(page.Images);
            after = page is { Next: not null, Images.Count: > 0 } ? page.Images[^1].Id : null;
        }
        while (after is not null);

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
