using Refit;

namespace OpenStack.Nova;

/// <summary>Nova v2.1 at microversion 2.93, client side; paths below the catalog's address. The token is a default header of the HttpClient.</summary>
[Headers("OpenStack-API-Version: compute 2.93", "X-OpenStack-Nova-API-Version: 2.93")]
public interface INovaApi
{
    [Get("/servers/detail")]
    Task<ServerList> ListServersAsync([AliasAs("all_tenants")] bool? allTenants, string? marker, int? limit, CancellationToken cancellationToken);

    /// <summary>The servers of all projects on one compute host. Administrators only.</summary>
    [Get("/servers/detail?all_tenants=true")]
    Task<ServerList> ListServersOnHostAsync(string host, int limit, CancellationToken cancellationToken);

    [Get("/servers/{id}")]
    Task<ServerAnswer> GetServerAsync(string id, CancellationToken cancellationToken);

    [Post("/servers")]
    Task<CreatedServerAnswer> CreateServerAsync([Body] CreateServerRequest request, CancellationToken cancellationToken);

    [Delete("/servers/{id}")]
    Task DeleteServerAsync(string id, CancellationToken cancellationToken);

    [Post("/servers/{id}/action")]
    Task ActAsync(string id, [Body] ServerAction action, CancellationToken cancellationToken);

    [Post("/servers/{id}/action")]
    Task<CreateImageAnswer> CreateImageAsync(string id, [Body] ServerAction action, CancellationToken cancellationToken);

    [Post("/servers/{id}/action")]
    Task<ConsoleOutputAnswer> GetConsoleOutputAsync(string id, [Body] ServerAction action, CancellationToken cancellationToken);

    [Get("/servers/{id}/os-instance-actions")]
    Task<InstanceActionList> ListActionsAsync(string id, CancellationToken cancellationToken);

    [Get("/servers/{id}/os-instance-actions/{requestId}")]
    Task<InstanceActionAnswer> GetActionAsync(string id, string requestId, CancellationToken cancellationToken);

    [Get("/flavors/detail")]
    Task<FlavorList> ListFlavorsAsync(CancellationToken cancellationToken);

    [Get("/limits")]
    Task<LimitsAnswer> GetLimitsAsync(CancellationToken cancellationToken);

    [Get("/os-keypairs")]
    Task<KeypairList> ListKeypairsAsync(CancellationToken cancellationToken);

    [Get("/os-services")]
    Task<ServiceList> ListServicesAsync(CancellationToken cancellationToken);

    [Put("/os-services/{id}")]
    Task<ServiceAnswer> UpdateServiceAsync(string id, [Body] UpdateService request, CancellationToken cancellationToken);

    [Get("/os-aggregates")]
    Task<AggregateList> ListAggregatesAsync(CancellationToken cancellationToken);

    /// <summary>Asks the hosts of an aggregate; each fetches in its own time.</summary>
    [Post("/os-aggregates/{id}/images")]
    Task CacheImagesAsync(int id, [Body] CacheImages request, CancellationToken cancellationToken);

    [Get("/os-availability-zone")]
    Task<ZoneList> ListZonesAsync(CancellationToken cancellationToken);

    [Get("/os-hypervisors/detail")]
    Task<HypervisorList> ListHypervisorsAsync(CancellationToken cancellationToken);
}
