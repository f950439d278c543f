using System.Net;
using Dashboard.Hosts.Enrolment;
using Dashboard.SignIn;
using OpenStack.Errors;
using OpenStack.Nova;
using OpenStack.Placement;

namespace Dashboard.Hosts;

internal sealed class SessionHostsCloud(DashboardSession session, HostEnrolment enrolment) : IHostsCloud
{
    private const int MostListed = 200;

    // Each costs two calls.
    private const int MostRooms = 100;

    public async Task<HostsFacts> GetAsync(CancellationToken cancellationToken)
    {
        var services = session.Nova.ListServicesAsync(cancellationToken);
        var hosts = session.Hosts.EachAsync((host, cancel) => host.GetHostAsync(cancel), cancellationToken);
        await Task.WhenAll(services, hosts);
        var (answers, failures) = await hosts;
        // Nova's services are shown all the same when a driver host is silent.
        IReadOnlyList<HostSight> sights =
            [.. answers.Select(a => new HostSight(a.Host.Name, a.Answer, null, a.Host.Id)).Concat(failures.Select(f => new HostSight(f.Host.Name, null, f.Failure.Message, f.Host.Id))).OrderBy(h => h.Name, StringComparer.Ordinal)];
        var facts = new HostsFacts([.. (await services).Services.OrderBy(s => s.Host, StringComparer.Ordinal).ThenBy(s => s.Binary, StringComparer.Ordinal)], sights);
        var troubled = sights.Where(h => h.Record is not { EngineAnswers: true }).Select(h => h.Name).Union(facts.Takers.Where(s => s.State != "up").Select(s => s.Host));
        var affected = await Task.WhenAll(troubled.Select(async host => (host, load: await GetLoadAsync(host, cancellationToken))));
        return facts with { Affected = affected.ToDictionary(a => a.host, a => a.load) };
    }

    public async Task<HostLoad> GetLoadAsync(string host, CancellationToken cancellationToken)
    {
        var servers = (await session.Nova.ListServersOnHostAsync(host, MostListed, cancellationToken)).Servers;
        return new HostLoad(servers.Count, [.. servers.Select(s => s.Name)], servers.Count == MostListed);
    }

    public async Task<HostsFacts?> TryGetAsync(CancellationToken cancellationToken)
    {
        if (!session.IsAdministrator)
        {
            return null;
        }

        try
        {
            return await GetAsync(cancellationToken);
        }
        catch (OpenStackException refused) when (refused.StatusCode == HttpStatusCode.Forbidden)
        {
            // A cloud may keep its services from project administrators.
            return null;
        }
    }

    public async Task<Scheduling> GetSchedulingAsync(CancellationToken cancellationToken)
    {
        var aggregates = OrNothingAsync(async () => (await session.Nova.ListAggregatesAsync(cancellationToken)).Aggregates);
        var rooms = session.OpenStack.Has("placement") ? OrNothingAsync(() => RoomsAsync(session.OpenStack.Placement, cancellationToken)) : Task.FromResult<IReadOnlyList<HostRoom>>([]);
        return new Scheduling(await rooms, await aggregates);
    }

    private static async Task<IReadOnlyList<HostRoom>> RoomsAsync(IPlacementApi placement, CancellationToken cancellationToken)
    {
        var providers = (await placement.ListProvidersAsync(cancellationToken)).ResourceProviders.OrderBy(p => p.Name, StringComparer.Ordinal).Take(MostRooms);
        var rooms = await Task.WhenAll(providers.Select(async p =>
            HostRoom.Of(p.Name, await placement.ListInventoriesAsync(p.Uuid, cancellationToken), await placement.ListUsagesAsync(p.Uuid, cancellationToken), await placement.ListTraitsAsync(p.Uuid, cancellationToken))));
        return [.. rooms.OfType<HostRoom>()];
    }

    private static async Task<IReadOnlyList<T>> OrNothingAsync<T>(Func<Task<IReadOnlyList<T>>> ask)
    {
        try
        {
            return await ask();
        }
        catch (OpenStackException refused) when (!refused.Unreachable && refused.StatusCode < HttpStatusCode.InternalServerError || refused.StatusCode == HttpStatusCode.NotImplemented)
        {
            // The cloud has no such thing, or does not show it.
            return [];
        }
    }

    public Task DisableAsync(string serviceId, string reason, CancellationToken cancellationToken) =>
        session.Nova.UpdateServiceAsync(serviceId, new UpdateService("disabled", reason), cancellationToken);

    public Task EnableAsync(string serviceId, CancellationToken cancellationToken) => session.Nova.UpdateServiceAsync(serviceId, new UpdateService("enabled"), cancellationToken);

    public Task FetchAsync(Aggregate aggregate, string imageId, CancellationToken cancellationToken) =>
        session.Nova.CacheImagesAsync(aggregate.Id, new CacheImages([new ImageToCache(imageId)]), cancellationToken);

    public Task<string> AddAsync(Uri url, string code, CancellationToken cancellationToken) => enrolment.AddAsync(url, code, session.User.Name, cancellationToken);

    public Task RemoveAsync(string hostId, CancellationToken cancellationToken) => enrolment.RemoveAsync(hostId, cancellationToken);
}
