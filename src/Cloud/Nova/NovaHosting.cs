using Cloud.Http;
using Cloud.Nova.Flavors;
using Cloud.Nova.Quotas;
using Cloud.Nova.Versions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Cloud.Nova;

internal static class NovaHosting
{
    public static void AddNova(this IServiceCollection services)
    {
        services.AddFaultWriter<NovaFaults>();
        services.AddSingleton<NovaLinks>();
        services.AddSingleton<FlavorsApi>();
        services.AddHostedService<FlavorsStart>();
        services.AddSingleton<QuotaStore>();
    }

    public static void MapNova(this WebApplication app)
    {
        app.UseMicroversions("/compute/v2.1");
        DiscoveryApi.Map(app);
        var v21 = app.MapGroup("/compute/v2.1");
        FlavorsApi.Map(v21);
    }
}
