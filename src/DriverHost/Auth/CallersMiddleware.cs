using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DriverHost.Auth;

/// <summary>Marks a route that may be called without a token. Every other path, known or not, refuses with 401.</summary>
internal sealed class NoTokenNeeded
{
    public static readonly NoTokenNeeded Instance = new();
}

/// <summary>The one guard of this door: no valid token, no answer.</summary>
internal sealed class CallersMiddleware(RequestDelegate next, TokenGuard guard)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<NoTokenNeeded>() is null)
        {
            var tokens = context.Request.Headers["X-Auth-Token"];
            var caller = tokens is [{ Length: > 0 } token] ? await guard.FindAsync(token, context.RequestAborted) : null;
            context.Features.Set(caller ?? throw TokenGuard.Unauthorized());
        }

        await next(context);
    }
}

internal static class CallersHosting
{
    public static void UseCallers(this WebApplication app) => app.UseMiddleware<CallersMiddleware>();

    public static TBuilder AllowNoToken<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(NoTokenNeeded.Instance);
}
