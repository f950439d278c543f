using System.Collections.Immutable;
using System.Net;
using Dashboard.Images;
using OpenStack.Errors;
using OpenStack.Glance;
using OpenStack.Nova;

namespace Dashboard.Instances;

/// <summary>What Nova and Glance said together.</summary>
internal sealed record InstanceRead(IReadOnlyList<Server> Servers, ImmutableDictionary<string, Image> Images, People People);

/// <summary>Asks Nova for the project's servers, and Glance for their images when those are old or unknown.</summary>
internal sealed class InstanceReader(IInstanceCloud cloud, TimeProvider time)
{
    private const int PageSize = 500;
    private const int MostFaults = 20;
    private static readonly TimeSpan ImagesAge = TimeSpan.FromSeconds(25);
    private ImmutableDictionary<string, Image> _images = ImmutableDictionary<string, Image>.Empty;
    private HashSet<string> _gone = [];
    private DateTimeOffset _imagesAt = DateTimeOffset.MinValue;
    private People? _people;
    private readonly Dictionary<string, (DateTimeOffset Updated, ServerFault? Fault)> _faults = new(StringComparer.Ordinal);

    /// <param name="extra">Servers to ask for by id, beyond the project's list.</param>
    /// <param name="awaited">Images whose state is waited for: they are always asked for anew.</param>
    public async Task<InstanceRead> ReadAsync(IReadOnlyCollection<string> extra, IReadOnlyCollection<string> awaited, CancellationToken cancellationToken)
    {
        // Side by side: none of the three needs another.
        var people = _people is { } known ? Task.FromResult(known) : cloud.GetPeopleAsync(cancellationToken);
        var images = RenewImagesAsync(cancellationToken);
        var list = ListAsync(cancellationToken);
        await Task.WhenAll(people, images, list);
        _people = await people;
        var servers = await list;
        var listed = servers.Select(s => s.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var id in extra.Where(id => !listed.Contains(id)))
        {
            if (await FindServerAsync(id, cancellationToken) is { } server)
            {
                servers.Add(server);
            }
        }

        await ReadFaultsAsync(servers, cancellationToken);
        await FindImagesAsync(servers.Select(s => s.Image?.Id).OfType<string>().ToHashSet(StringComparer.Ordinal), awaited, cancellationToken);
        return new InstanceRead(servers, _images, _people);
    }

    private async Task<List<Server>> ListAsync(CancellationToken cancellationToken)
    {
        var servers = new List<Server>();
        string? marker = null;
        while (true)
        {
            var page = await cloud.Nova.ListServersAsync(null, marker, PageSize, cancellationToken);
            servers.AddRange(page.Servers);
            if (page is { ServersLinks: null or [] } or { Servers: [] })
            {
                return servers;
            }

            marker = page.Servers[^1].Id;
        }
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
            page = await cloud.Glance.ListImagesAsync("docker", images.Count == 0 ? null : images[^1].Id, PageSize, cancellationToken);
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
