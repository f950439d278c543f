using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Cloud.Http;

/// <summary>Gives every request an id of OpenStack's form, <c>req-…</c>, in the headers that its clients look for.</summary>
internal static class RequestIds
{
    public const string Header = "x-openstack-request-id";

    public static void UseRequestIds(this WebApplication app) => app.Use((context, next) =>
    {
        var id = $"req-{Guid.NewGuid()}";
        context.TraceIdentifier = id;
        context.Response.Headers[Header] = id;
        if (context.Request.Path.StartsWithSegments("/compute"))
        {
            context.Response.Headers["x-compute-request-id"] = id;
        }

        return next(context);
    });

    public static string RequestId(this HttpContext context) => context.TraceIdentifier;
}
