namespace Dashboard.Hosts;

internal static class HostsHosting
{
    public static void AddHosts(this IServiceCollection services) => services.AddScoped<IHostsCloud, SessionHostsCloud>();
}
