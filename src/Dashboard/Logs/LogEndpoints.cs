namespace Dashboard.Logs;

/// <summary>The addresses that the browser reads logs at. The session's cookie opens them; see <see cref="LogRelay"/>.</summary>
internal static class LogEndpoints
{
    public static void AddLogs(this IServiceCollection services)
    {
        services.AddScoped<LogRelay>();
        services.AddSingleton<NovaConsole>();
    }

    public static void MapLogs(this IEndpointRouteBuilder app)
    {
        app.MapGet("/logs/{instanceId}", (HttpContext context, string instanceId, LogRelay relay) => relay.StreamAsync(context, instanceId));
        app.MapGet("/logs/{instanceId}/window", (HttpContext context, string instanceId, LogRelay relay) => relay.HistoryAsync(context, instanceId, "window"));
        app.MapGet("/logs/{instanceId}/search", (HttpContext context, string instanceId, LogRelay relay) => relay.HistoryAsync(context, instanceId, "search"));
        app.MapGet("/logs/{instanceId}/download", (HttpContext context, string instanceId, LogRelay relay) => relay.DownloadAsync(context, instanceId));
    }
}
