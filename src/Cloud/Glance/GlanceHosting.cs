using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Cloud.Glance;

internal static class GlanceHosting
{
    public static void AddGlance(this IServiceCollection services)
    {
    }

    public static void MapGlance(this WebApplication app)
    {
    }
}
