namespace Dashboard.Overview;

internal static class OverviewHosting
{
    public static void AddOverview(this IServiceCollection services) => services.AddScoped<IOverviewCloud, SessionOverviewCloud>();
}
