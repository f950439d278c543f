using Cloud.Http;
using Cloud.Nova.Actions;
using Cloud.Nova.Drivers;
using Cloud.Nova.Flavors;
using Cloud.Nova.Hosts;
using Cloud.Nova.Keypairs;
using Cloud.Nova.Quotas;
using Cloud.Nova.Servers;
using Cloud.Nova.Usage;
using Cloud.Nova.Versions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Cloud.Nova;

internal static class NovaHosting
{
    public static void AddNova(this IServiceCollection services)
    {
        services.AddFaultWriter<NovaFaults>();
        services.AddSingleton<NovaLinks>();
        AddSurroundings(services);
        AddServers(services);
    }

    public static void MapNova(this WebApplication app)
    {
        app.UseMicroversions("/compute/v2.1");
        DiscoveryApi.Map(app);
        var v21 = app.MapGroup("/compute/v2.1");
        MapSurroundings(v21);
        MapServers(v21);
    }

    // What instances need around them: sizes, limits, keys, hosts.
    private static void AddSurroundings(IServiceCollection services)
    {
        services.AddSingleton<FlavorsApi>();
        services.AddSingleton<FlavorsAdminApi>();
        services.AddSingleton<FlavorSpecsApi>();
        services.AddSingleton<FlavorAccessApi>();
        services.AddHostedService<FlavorsStart>();
        services.AddSingleton<QuotaStore>();
        services.AddSingleton<QuotasApi>();
        services.AddSingleton<LimitsApi>();
        services.AddSingleton<KeypairsApi>();
        services.AddSingleton<ComputeServices>();
        services.AddHostedService(provider => provider.GetRequiredService<ComputeServices>());
        services.AddSingleton<ServiceView>();
        services.AddSingleton<ServicesApi>();
        services.AddSingleton<HostFigures>();
        services.AddSingleton<HypervisorView>();
        services.AddSingleton<HypervisorsApi>();
        services.AddSingleton<ZonesApi>();
        services.AddSingleton<UsageApi>();
    }

    private static void MapSurroundings(RouteGroupBuilder v21)
    {
        ExtensionsApi.Map(v21);
        FlavorsApi.Map(v21);
        FlavorsAdminApi.Map(v21);
        FlavorSpecsApi.Map(v21);
        FlavorAccessApi.Map(v21);
        QuotasApi.Map(v21);
        LimitsApi.Map(v21);
        KeypairsApi.Map(v21);
        ServicesApi.Map(v21);
        HypervisorsApi.Map(v21);
        ZonesApi.Map(v21);
        ServerGroupsApi.Map(v21);
        UsageApi.Map(v21);
    }

    private static void MapServers(RouteGroupBuilder v21)
    {
        ServersApi.Map(v21);
        ServerMetadataApi.Map(v21);
        ServerTagsApi.Map(v21);
        ServerAddressesApi.Map(v21);
        ActionsApi.Map(v21);
        InstanceActionsApi.Map(v21);
    }

    private static void AddServers(IServiceCollection services)
    {
        services.AddSingleton<IInstanceUsage, StoredInstanceUsage>();
        services.AddSingleton<NovaUser>();
        services.AddSingleton<IComputeDriver, DockerComputeDriver>();
        services.AddSingleton<HostPresence>();
        services.AddSingleton<HostView>();
        services.AddSingleton<InstanceBooks>();
        services.AddSingleton<Operations>();
        services.AddSingleton<InstanceManager>();
        services.AddSingleton<ActionStart>();
        services.AddSingleton<ServerCreation>();
        services.AddSingleton<ServersApi>();
        services.AddSingleton<Snapshots>();
        services.AddSingleton<ConsoleOutput>();
        services.AddSingleton<ActionsApi>();
        services.AddSingleton<InstanceActionsApi>();
        services.AddSingleton<ServerMetadataApi>();
        services.AddSingleton<ServerTagsApi>();
        services.AddSingleton<ServerAddressesApi>();
        services.AddHostedService(provider => provider.GetRequiredService<Operations>());
        services.AddHostedService<HostWatcher>();
    }
}
