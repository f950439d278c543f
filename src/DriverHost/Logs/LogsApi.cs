using DriverHost.Audit;
using DriverHost.Auth;
using DriverHost.Client;
using DriverHost.Containers;
using DriverHost.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace DriverHost.Logs;

/// <summary><c>GET /v1/instances/{id}/logs</c>: whoever may read the instance may read its log, for as long as the token is good.</summary>
internal static class LogsApi
{
    public static void MapLogs(this IEndpointRouteBuilder app) => app.MapGet("/v1/instances/{id}/logs", Read);

    private static async Task Read(string id, HttpContext context, InstanceBook book, LogServer server, AuditBook audit, TokenGuard guard, TimeProvider time, IHostApplicationLifetime lifetime)
    {
        var instance = book.RequireReadable(id, context.Caller());
        var container = RequireContainer(instance);
        await using var token = new TokenWatch(guard, context.Request.Headers["X-Auth-Token"].ToString(), time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping, token.Ended);
        // At the first byte of the answer: what is refused was not opened.
        context.Response.OnStarting(async () =>
        {
            if (context.Response.StatusCode == StatusCodes.Status200OK && context.Request.Query["follow"] is [not ("false" or "0"), ..])
            {
                await audit.WriteAsync(AuditEntry.Of(context, instance, AuditKind.LogOpen, "Follows the log."));
            }
        });
        if (await server.ServeAsync(context, container, ending.Token) is { } refusal)
        {
            throw new DriverFailure(refusal.Status, refusal.Code, refusal.Message);
        }

        if (ending.IsCancellationRequested)
        {
            // Half a log must not look like a whole one.
            context.Abort();
        }
    }

    private static string RequireContainer(HostInstance instance) => instance switch
    {
        { State: InstanceState.Creating } or { ContainerId: null, State: InstanceState.Unknown } =>
            throw new DriverFailure(503, "not_started", "The instance is being built. Its log begins when its process starts."),
        { State: InstanceState.Error } => throw new DriverFailure(404, "no_log", "The instance never started, so it has no log."),
        { State: not InstanceState.Missing, ContainerId: { } container } => container,
        _ => throw new DriverFailure(404, "container_gone", "The engine has no container of this instance, so it has no log either."),
    };
}
