using DriverHost.Auth;
using DriverHost.Client;
using DriverHost.Containers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace DriverHost.Processes;

/// <summary><c>GET /v1/instances/{id}/processes</c>, for whoever may read the instance.</summary>
internal static class ProcessesApi
{
    public static void MapProcesses(this IEndpointRouteBuilder app) => app.MapGet("/v1/instances/{id}/processes", List);

    private static async Task<Ok<ProcessList>> List(string id, HttpContext context, InstanceBook book, ProcessSource source, CancellationToken cancellationToken)
    {
        var instance = book.RequireReadable(id, context.Caller());
        return TypedResults.Ok(await source.ReadAsync(instance.State, book.Entry(id)?.Container, cancellationToken));
    }
}
