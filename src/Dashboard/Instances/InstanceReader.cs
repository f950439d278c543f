using System.Collections.Immutable;
using System.Net;
using Dashboard.Images;
using OpenStack.Errors;
using OpenStack.Glance;
using OpenStack.Nova;

namespace Dashboard.Instances;

/// <summary>What Nova and Glance said together.</summary>
/// <param name="Whole">False: the newest servers only, and of their images what was known before.</param>
internal sealed record InstanceRead(IReadOnlyList<Server> Servers, ImmutableDictionary<string, Image> Images, People People, bool Whole = true);

/// <summary>Asks Nova for the project's servers, and Glance for their images when those are old or unknown.</summary>
internal sealed class InstanceReader(IInstanceCloud cloud, TimeProvider time)
{
    /// <summary>As many as a large screen shows.</summary>
    public const int Newest = 30;

    private const int ImagesPage = 500;
    private const int MostFaults = 20;
    private static readonly TimeSpan ImagesAge = TimeSpan.FromSeconds(25);
    private ImmutableDictionary<string, Image> _images = ImmutableDictionary<string, Image>.Empty;
    private HashSet<string> _gone = [];
    private DateTimeOffset _imagesAt = DateTimeOffset.MinValue;
    private People? _people;
    private readonly Dictionary<string, (DateTimeOffset Updated, ServerFault? Fault)> _faults = new(StringComparer.Ordinal);

    /// <param name="extra">Servers to ask for by id, beyond the project's list.</param>
    /// <param name="awaited">Images whose state is waited for: they are always asked for anew.</param>
    /// <param name="early">Is told of the newest servers as soon as Nova has named them, where there are more; null asks for all at once.</param>
    public async Task<InstanceRead> ReadAsync(IReadOnlyCollection<string> extra, IReadOnlyCollection<string> awaited, Action<InstanceRead>? early, CancellationToken cancellationToken)
    {
        // Side by side: none of the three needs another.
        var people = _people is { } known ? Task.FromResult(known) : cloud.GetPeopleAsync(cancellationToken);
        var images = RenewImagesAsync(cancellationToken);
        var list = early is null ? cloud.Nova.AllServersAsync(null, null, cancellationToken) : ListAsync(extra, early, cancellationToken);
        await Task.WhenAll(people, images, list);
        _people = await people;
        var servers = await list;
        servers.AddRange(await FindServersAsync(extra, servers, cancellationToken));
        await ReadFaultsAsync(servers, cancellationToken);
        await FindImagesAsync(servers.Select(s => s.Image?.Id).OfType<string>().ToHashSet(StringComparer.Ordinal), awaited, cancellationToken);
        return new InstanceRead(servers, _images, _people);
    }

    // The newest, and those that a page is about, do not wait for the others.
    private async Task<List<Server>> ListAsync(IReadOnlyCollection<string> extra, Action<InstanceRead> early, CancellationToken cancellationToken)
    {
        var own = FindServersAsync(extra, [], cancellationToken);
        var newest = await cloud.Nova.ListServersAsync(null, null, Newest, cancellationToken);
        if (newest.IsLast)
        {
            return [.. newest.Servers];
        }

        var others = cloud.Nova.AllServersAsync(null, newest.Servers[^1].Id, cancellationToken);
        early(new InstanceRead([.. newest.Servers.UnionBy(await own, s => s.Id)], _images, _people ?? People.None, Whole: false));
        return [.. newest.Servers, .. await others];
    }

    private async Task<IEnumerable<Server>> FindServersAsync(IReadOnlyCollection<string> ids, IReadOnlyList<Server> known, CancellationToken cancellationToken)
    {
        var unknown = ids.Except(known.Select(s => s.Id), StringComparer.Ordinal);
        return (await Task.WhenAll(unknown.Select(id => FindServerAsync(id, cancellationToken)))).OfType<Server>();
    }

    // Nova's list leaves out why no host was found: such a server is in a cell of its own, and only its own record says it.
    private async Task ReadFaultsAsync(List<Server> servers, CancellationToken cancellationToken)
    {
        var asked = 0;
        for (var i = 0; i < servers.Count; i++)
        {
            var server = servers[i];
            if (server is not { Status: "ERROR", Fault: null })
            {
                continue;
            }

            if (!_faults.TryGetValue(server.Id, out var known) || known.Updated != server.Updated)
            {
                if (asked++ == MostFaults)
                {
                    return;
                }

                known = (server.Updated, (await FindServerAsync(server.Id, cancellationToken))?.Fault);
                _faults[server.Id] = known;
            }

            servers[i] = server with { Fault = known.Fault };
        }
    }

    private async Task RenewImagesAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now - _imagesAt > ImagesAge)
        {
            _images = (await ListImagesAsync(cancellationToken)).ToImmutableDictionary(i => i.Id);
            (_gone, _imagesAt) = ([], now);
        }
    }

    // Deleted images and those of other projects are not in the list.
    private async Task FindImagesAsync(HashSet<string> used, IReadOnlyCollection<string> awaited, CancellationToken cancellationToken)
    {
        foreach (var id in used.Where(id => !_images.ContainsKey(id) && !_gone.Contains(id)).Concat(awaited))
        {
            if (await FindImageAsync(id, cancellationToken) is { } image)
            {
                _images = _images.SetItem(id, image);
            }
            else
            {
                _images = _images.Remove(id);
                _gone.Add(id);
            }
        }
    }

    private async Task<List<Image>> ListImagesAsync(CancellationToken cancellationToken)
    {
        var images = new List<Image>();
        OpenStack.Glance.ImageList page;
        do
        {
            page = await cloud.Glance.ListImagesAsync("docker", images.Count == 0 ? null : images[^1].Id, ImagesPage, cancellationToken);
            images.AddRange(page.Images);
        }
        while (page is { Next: not null, Images.Count: > 0 });

        return images;
    }

    private async Task<Server?> FindServerAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return (await cloud.Nova.GetServerAsync(id, cancellationToken)).Server;
        }
        catch (OpenStackException gone) when (gone.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest)
        {
            return null;
        }
    }

    private async Task<Image?> FindImageAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return await cloud.Glance.GetImageAsync(id, cancellationToken);
        }
        catch (OpenStackException gone) when (gone.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden)
        {
            return null;
        }
    }
}
