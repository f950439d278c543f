using OpenStack.Nova;

namespace Dashboard.Tests.Images;

/// <summary>A Nova that only lists servers, in pages of a thousand and then no more.</summary>
internal sealed class TestNova : INovaApi
{
    public List<Server> Servers { get; } = [];
    public bool? AskedAllTenants { get; private set; }

    /// <summary>Lists wait for it.</summary>
    public Task Held { get; set; } = Task.CompletedTask;

    public async Task<ServerList> ListServersAsync(bool? allTenants, string? marker, int? limit, CancellationToken cancellationToken)
    {
        AskedAllTenants = allTenants;
        await Held.WaitAsync(cancellationToken);
        return new ServerList(marker is null ? Servers : [.. Servers.SkipWhile(s => s.Id != marker).Skip(1)]);
    }

    public static Server Server(string id, string imageId, string tenant = "p1") =>
        new() { Id = id, Name = id, Status = "ACTIVE", TenantId = tenant, UserId = "u1", Image = new ServerImage(imageId) };

    public Task<ServerList> ListServersOnHostAsync(string host, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ServerAnswer> GetServerAsync(string id, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<CreatedServerAnswer> CreateServerAsync(CreateServerRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task DeleteServerAsync(string id, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task ActAsync(string id, ServerAction action, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<CreateImageAnswer> CreateImageAsync(string id, ServerAction action, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<ConsoleOutputAnswer> GetConsoleOutputAsync(string id, ServerAction action, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<InstanceActionList> ListActionsAsync(string id, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<InstanceActionAnswer> GetActionAsync(string id, string requestId, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<FlavorList> ListFlavorsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<LimitsAnswer> GetLimitsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<KeypairList> ListKeypairsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<ServiceList> ListServicesAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<ServiceAnswer> UpdateServiceAsync(string id, UpdateService request, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<AggregateList> ListAggregatesAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task CacheImagesAsync(int id, CacheImages request, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<ZoneList> ListZonesAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<HypervisorList> ListHypervisorsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
}
