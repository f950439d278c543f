using DriverHost.Auth;
using DriverHost.Client;
using DriverHost.Host;
using DriverHost.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace DriverHost.Ports;

/// <summary>The routes of <c>/v1/instances/{id}/ports</c>, for Nova's driver.</summary>
internal static class PortsApi
{
    public static void MapPorts(this IEndpointRouteBuilder app)
    {
        var ports = app.MapGroup("/v1/instances/{id}/ports/{port}").ForOperators().AddEndpointFilter(async (context, next) =>
        {
            await context.HttpContext.RequestServices.GetRequiredService<Readiness>().RequireAsync(context.HttpContext.RequestAborted);
            return await next(context);
        });
        ports.MapPut("", Plug);
        ports.MapDelete("", Unplug);
    }

    private static async Task<Ok<PluggedPort>> Plug(string id, string port, [FromBody] PortSpec spec, InstancePorts ports, CancellationToken cancellationToken) =>
        TypedResults.Ok(new PluggedPort(await ports.PlugAsync(id, spec.Id == port ? spec : throw DriverFailure.Invalid("The port's id is not that of the path."), cancellationToken)));

    private static async Task<NoContent> Unplug(string id, string port, InstancePorts ports, CancellationToken cancellationToken)
    {
        await ports.UnplugAsync(id, port, cancellationToken);
        return TypedResults.NoContent();
    }
}
