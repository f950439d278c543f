namespace Dashboard.Launch;

internal static class LaunchHosting
{
    public static void AddLaunch(this IServiceCollection services)
    {
        services.AddScoped<ILaunchCloud, SessionLaunchCloud>();
        services.AddScoped<LaunchDrafts>();
    }
}
