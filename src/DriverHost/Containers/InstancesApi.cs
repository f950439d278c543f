using DriverHost.Auth;
using DriverHost.Client;
using DriverHost.Host;
using DriverHost.Http;
using DriverHost.Snapshots;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace DriverHost.Containers;

/// <summary>The routes of <c>/v1/instances</c>. Reading needs the instance's project; changing needs the role service or admin.</summary>
internal static class InstancesApi
{
    public static void MapInstances(this IEndpointRouteBuilder app)
    {
        var instances = app.MapGroup("/v1/instances");
        instances.MapGet("", List);
        instances.MapGet("{id}", Get);

        var operators = instances.MapGroup("").ForOperators().AddEndpointFilter(async (context, next) =>
        {
            await context.HttpContext.RequestServices.GetRequiredService<Readiness>().RequireAsync(context.HttpContext.RequestAborted);
            return await next(context);
        });
        operators.MapPut("{id}", Spawn);
        operators.MapDelete("{id}", Delete);
        operators.MapPost("{id}/start", Start);
        operators.MapPost("{id}/stop", Stop);
        operators.MapPost("{id}/reboot", Reboot);
        operators.MapPost("{id}/pause", Pause);
        operators.MapPost("{id}/unpause", Unpause);
        operators.MapPost("{id}/snapshot", Snapshot);
    }

    private static Ok<HostInstance[]> List(HttpContext context, InstanceBook book) => TypedResults.Ok(book.List(context.Caller()));

    private static Ok<HostInstance> Get(string id, HttpContext context, InstanceBook book) => TypedResults.Ok(book.RequireReadable(id, context.Caller()));

    private static async Task<Ok<HostInstance>> Spawn(string id, [FromBody] InstanceSpec spec, Spawner spawner, InstanceBook book, CancellationToken cancellationToken)
    {
        await spawner.SpawnAsync(id, spec, cancellationToken);
        return Now(id, book);
    }

    private static async Task<NoContent> Delete(string id, bool? keepLinks, Deleter deleter, CancellationToken cancellationToken)
    {
        await deleter.DeleteAsync(id, keepLinks ?? false, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<HostInstance>> Start(string id, PowerActions power, InstanceBook book, CancellationToken cancellationToken)
    {
        await power.StartAsync(id, cancellationToken);
        return Now(id, book);
    }

    private static async Task<Ok<HostInstance>> Stop(string id, double? grace, PowerActions power, InstanceBook book, CancellationToken cancellationToken)
    {
        if (grace is < 0 or > 3600)
        {
            throw DriverFailure.Invalid("grace is 0 to 3600 seconds.");
        }

        await power.StopAsync(id, grace is { } seconds ? TimeSpan.FromSeconds(seconds) : PowerActions.DefaultGrace, cancellationToken);
        return Now(id, book);
    }

    private static async Task<Ok<HostInstance>> Reboot(string id, bool? hard, PowerActions power, InstanceBook book, CancellationToken cancellationToken)
    {
        await power.RebootAsync(id, hard ?? false, cancellationToken);
        return Now(id, book);
    }

    private static async Task<Ok<HostInstance>> Pause(string id, PowerActions power, InstanceBook book, CancellationToken cancellationToken)
    {
        await power.PauseAsync(id, cancellationToken);
        return Now(id, book);
    }

    private static async Task<Ok<HostInstance>> Unpause(string id, PowerActions power, InstanceBook book, CancellationToken cancellationToken)
    {
        await power.UnpauseAsync(id, cancellationToken);
        return Now(id, book);
    }

    private static async Task<Ok<HostInstance>> Snapshot(
        string id, [FromBody] SnapshotRequest request, SnapshotTaker snapshots, InstanceBook book, CancellationToken cancellationToken)
    {
        await snapshots.TakeAsync(id, request, cancellationToken);
        return Now(id, book);
    }

    private static Ok<HostInstance> Now(string id, InstanceBook book) => TypedResults.Ok(book.Find(id) ?? throw CallerAccess.NoInstance(id));
}
