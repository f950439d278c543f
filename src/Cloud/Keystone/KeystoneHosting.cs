using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Cloud.Keystone;

internal static class KeystoneHosting
{
    public static void AddKeystone(this IServiceCollection services)
    {
    }

    public static void MapKeystone(this WebApplication app)
    {
    }
}
