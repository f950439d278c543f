using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Cloud.Http;

/// <summary>Marks a route that may be called without a token. Every other route refuses with 401.</summary>
internal sealed class NoTokenNeeded
{
    public static readonly NoTokenNeeded Instance = new();
}

/// <summary>The one guard of the cloud's door: no valid token, no route.</summary>
internal sealed class CallersMiddleware(RequestDelegate next, ICallers callers)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Headers.TryGetValue("X-Auth-Token", out var token) && token.Count == 1 && token[0] is { Length: > 0 } value)
        {
            var caller = await callers.FindAsync(value, context.RequestAborted);
            if (caller is not null)
            {
                context.Features.Set(caller);
            }
        }

        var endpoint = context.GetEndpoint();
        if (endpoint is not null && endpoint.Metadata.GetMetadata<NoTokenNeeded>() is null && context.Features.Get<Caller>() is null)
        {
            throw new CloudFailure(FailureKind.Unauthorized, "The request you have made requires authentication.");
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
