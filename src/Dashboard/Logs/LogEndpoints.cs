using Dashboard.SignIn;

namespace Dashboard.Logs;

/// <summary>The addresses that the browser reads logs at. The session's cookie opens them; see <see cref="LogRelay"/>.</summary>
internal static class LogEndpoints
{
    public static void AddLogs(this IServiceCollection services)
    {
        services.AddScoped<LogRelay>();
        services.AddSingleton<NovaConsole>();
        services.AddScoped<ILogPreferences, LogPreferences>();
    }

    public static void MapLogPreferences(this IEndpointRouteBuilder app)
    {
        app.MapGet("/preferences/log", async (ILogPreferences preferences) => Results.Json(await preferences.ReadAsync()));
        app.MapPut("/preferences/log", KeepAsync).RequireFormToken();
    }

    private static async Task<IResult> KeepAsync(HttpContext context, ILogPreferences preferences)
    {
        var json = new byte[LogPreferences.MostBytes + 1];
        var length = await context.Request.Body.ReadAtLeastAsync(json, json.Length, throwOnEndOfStream: false, context.RequestAborted);
        if (length > LogPreferences.MostBytes)
        {
            return Results.Problem("The choices for logs are longer than 8 KiB.", statusCode: StatusCodes.Status413PayloadTooLarge);
        }

        return await preferences.WriteAsync(json.AsMemory(0, length)) is { } wrong ? Results.Problem(wrong, statusCode: StatusCodes.Status400BadRequest) : Results.NoContent();
    }

    public static void MapLogs(this IEndpointRouteBuilder app)
    {
        app.MapGet("/logs/{instanceId}", (HttpContext context, string instanceId, LogRelay relay) => relay.StreamAsync(context, instanceId));
        app.MapGet("/logs/{instanceId}/window", (HttpContext context, string instanceId, LogRelay relay) => relay.HistoryAsync(context, instanceId, "window"));
        app.MapGet("/logs/{instanceId}/search", (HttpContext context, string instanceId, LogRelay relay) => relay.HistoryAsync(context, instanceId, "search"));
        app.MapGet("/logs/{instanceId}/download", (HttpContext context, string instanceId, LogRelay relay) => relay.DownloadAsync(context, instanceId));
    }
}
