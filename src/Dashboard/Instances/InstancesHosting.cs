namespace Dashboard.Instances;

/// <summary>The services behind the instance pages: one of each for a circuit.</summary>
internal static class InstancesHosting
{
    public static void AddInstances(this IServiceCollection services)
    {
        services.AddScoped<IInstanceCloud, SessionInstanceCloud>();
        services.AddScoped<InstanceCommands>();
        services.AddScoped<ActionFlow>();
        services.AddScoped<InstanceHistory>();
        services.AddScoped<FailureReader>();
    }
}
