using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DriverHost.Auth;

/// <summary>Marks a route that may be called without a token. Every other path, known or not, refuses with 401.</summary>
internal sealed class NoTokenNeeded
{
    public static readonly NoTokenNeeded Instance = new();
}

/// <summary>Marks a route for the cloud's own users: the roles service and admin.</summary>
internal sealed class OperatorsOnly
{
    public static readonly OperatorsOnly Instance = new();
}

/// <summary>The one guard of this door: no valid token, no answer; and nobody's body is read who may not send it.</summary>
internal sealed class CallersMiddleware(RequestDelegate next, TokenGuard guard)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<NoTokenNeeded>() is null)
        {
            var tokens = context.Request.Headers["X-Auth-Token"];
            var caller = tokens is [{ Length: > 0 } token] ? await guard.FindAsync(token, context.RequestAborted) : null;
            context.Features.Set(caller ?? throw TokenGuard.Unauthorized());
            if (context.GetEndpoint()?.Metadata.GetMetadata<OperatorsOnly>() is not null)
            {
                caller.RequireOperator();
            }
        }

        await next(context);
    }
}

internal static class CallersHosting
{
    public static void UseCallers(this WebApplication app) => app.UseMiddleware<CallersMiddleware>();

    public static TBuilder AllowNoToken<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(NoTokenNeeded.Instance);

    public static TBuilder ForOperators<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(OperatorsOnly.Instance);
}
