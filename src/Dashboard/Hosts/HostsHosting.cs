using Dashboard.Hosts.Enrolment;

namespace Dashboard.Hosts;

internal static class HostsHosting
{
    public static void AddHosts(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(HostDirectory.Here(configuration));
        services.AddSingleton<EnrolledHosts>();
        services.AddSingleton<HostAuthority>();
        services.AddSingleton<HostDirectory>();
        services.AddSingleton<HostEnrolment>();
        services.AddHostedService(provider => provider.GetRequiredService<HostDirectory>());
        services.AddHostedService<HostRenewal>();
        services.AddScoped<IHostsCloud, SessionHostsCloud>();
    }
}
