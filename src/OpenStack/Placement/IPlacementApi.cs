using Refit;

namespace OpenStack.Placement;

/// <summary>Placement, client side: what compute hosts have and have given away. For administrators. The token is a default header of the HttpClient.</summary>
[Headers("OpenStack-API-Version: placement 1.6")]
public interface IPlacementApi
{
    [Get("/resource_providers")]
    Task<ResourceProviderList> ListProvidersAsync(CancellationToken cancellationToken);

    [Get("/resource_providers/{id}/inventories")]
    Task<InventoryList> ListInventoriesAsync(string id, CancellationToken cancellationToken);

    [Get("/resource_providers/{id}/usages")]
    Task<UsageList> ListUsagesAsync(string id, CancellationToken cancellationToken);

    [Get("/resource_providers/{id}/traits")]
    Task<TraitList> ListTraitsAsync(string id, CancellationToken cancellationToken);
}

public sealed record ResourceProviderList(IReadOnlyList<ResourceProvider> ResourceProviders);

/// <param name="Name">Of a compute host: its hypervisor's host name.</param>
public sealed record ResourceProvider(string Uuid, string Name);

/// <summary>By resource class: <c>VCPU</c>, <c>MEMORY_MB</c>, <c>DISK_GB</c> and others.</summary>
public sealed record InventoryList(IReadOnlyDictionary<string, Inventory> Inventories);
public sealed record Inventory(long Total, long Reserved = 0, double AllocationRatio = 1, long MaxUnit = 0);
/// <summary>What a host has or can, in words like <c>CUSTOM_DOCKER_HOST</c>.</summary>
public sealed record TraitList(IReadOnlyList<string> Traits);
public sealed record UsageList(IReadOnlyDictionary<string, long> Usages);
