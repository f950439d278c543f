using Cloud.Glance.Data;
using Cloud.Glance.Images;
using Cloud.Glance.Members;
using Cloud.Glance.Schemas;
using Cloud.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Cloud.Glance;

internal static class GlanceHosting
{
    public static void AddGlance(this IServiceCollection services)
    {
        services.AddFaultWriter<GlanceFaults>();
        services.AddSingleton<ImageFiles>();
        services.AddSingleton<ImagesApi>();
        services.AddSingleton<TagsApi>();
        services.AddSingleton<MembersApi>();
        services.AddSingleton<DataApi>();
        services.AddSingleton<IImages, CloudImages>();
        services.AddSingleton<DemonstrationImage>();
        services.AddHostedService<GlanceStart>();
    }

    public static void MapGlance(this WebApplication app)
    {
        DiscoveryApi.Map(app);
        var v2 = app.MapGroup("/image/v2");
        SchemasApi.Map(v2);
        DiscoveryApi.Map(v2);
        ImagesApi.Map(v2);
        TagsApi.Map(v2);
        MembersApi.Map(v2);
        DataApi.Map(v2);
    }
}
