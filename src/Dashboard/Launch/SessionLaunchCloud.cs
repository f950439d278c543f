using Dashboard.Hosts;
using Dashboard.Images;
using Dashboard.SignIn;
using DriverHost.Client;
using OpenStack.Nova;

namespace Dashboard.Launch;

/// <summary>The cloud as the signed-in user launches in it.</summary>
internal sealed class SessionLaunchCloud(DashboardSession session, IImageList images, IImageEvidence evidence, IHostsCloud hosts) : ILaunchCloud
{
    public Viewer Viewer => images.Viewer;

    public async Task<LaunchFacts> GetFactsAsync(CancellationToken cancellationToken)
    {
        var offered = images.ListAsync(all: false, cancellationToken);
        var flavors = session.Nova.ListFlavorsAsync(cancellationToken);
        var limits = session.Nova.GetLimitsAsync(cancellationToken);
        var keyPairs = session.Nova.ListKeypairsAsync(cancellationToken);
        var servers = session.Nova.ListServersAsync(null, null, null, cancellationToken);
        var around = hosts.TryGetAsync(cancellationToken);
        var zones = session.Nova.ListZonesAsync(cancellationToken);
        await Task.WhenAll(offered, flavors, limits, keyPairs, servers, around, zones);
        return new LaunchFacts
        {
            Images = await offered,
            Flavors = [.. (await flavors).Flavors.OrderBy(f => f.Ram).ThenBy(f => f.Vcpus).ThenBy(f => f.Disk).ThenBy(f => f.Name, StringComparer.Ordinal)],
            Limits = (await limits).Limits.Absolute,
            KeyPairs = [.. (await keyPairs).Keypairs.Select(k => k.Keypair)],
            Zones = [.. (await zones).Zones.Where(z => z.State.Available).Select(z => z.Name).Order(StringComparer.Ordinal)],
            Servers = (await servers).Servers,
            Hosts = await around,
            OwnNetwork = !session.OpenStack.Has("network"),
        };
    }

    public async Task<Server> GetServerAsync(string id, CancellationToken cancellationToken) => (await session.Nova.GetServerAsync(id, cancellationToken)).Server;

    public Task<ImageEvidence> InspectAsync(string imageId, CancellationToken cancellationToken) => evidence.InspectAsync(imageId, cancellationToken);

    public async Task<IReadOnlyList<string>> LaunchAsync(CreateServer request, CancellationToken cancellationToken)
    {
        var created = (await session.Nova.CreateServerAsync(new CreateServerRequest(request), cancellationToken)).Server.Id;
        if (request.MaxCount is null or 1)
        {
            return [created];
        }

        // Nova answers the first only. The others were made in the same moment and bear the same name with a number.
        var servers = (await session.Nova.ListServersAsync(null, null, null, cancellationToken)).Servers;
        var first = servers.FirstOrDefault(s => s.Id == created);
        var others = servers.Where(s => first is not null && s.Id != created && s.Status is "BUILD" or "ACTIVE" or "ERROR"
            && s.Created >= first!.Created && s.Name.StartsWith($"{request.Name}-", StringComparison.Ordinal));
        return [created, .. others.OrderBy(s => s.Name, StringComparer.Ordinal).Select(s => s.Id)];
    }

    public IAsyncEnumerable<HostEvent> WatchStepsAsync(CancellationToken cancellationToken) => session.Hosts.WatchAllAsync(cancellationToken);

    public Task DeleteAsync(string serverId, CancellationToken cancellationToken) => session.Nova.DeleteServerAsync(serverId, cancellationToken);
}
