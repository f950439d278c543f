using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Cloud.Nova;

internal static class NovaHosting
{
    public static void AddNova(this IServiceCollection services)
    {
    }

    public static void MapNova(this WebApplication app)
    {
    }
}
