using System.Text.Json.Nodes;
using Cloud.Http;
using Microsoft.AspNetCore.Http;

namespace Cloud.Nova;

/// <summary>Nova's error shape: the fault's name is the key, <c>{"itemNotFound": {"code": 404, "message": …}}</c>.</summary>
internal sealed class NovaFaults(CloudOptions options) : IFaultWriter
{
    public PathString Prefix => "/compute";

    public Task WriteAsync(HttpContext context, int statusCode, string message)
    {
        if (statusCode == StatusCodes.Status401Unauthorized)
        {
            context.Response.Headers.WWWAuthenticate = $"Keystone uri=\"{options.Url.ToString().TrimEnd('/')}/identity\"";
        }

        context.Response.ContentType = "application/json";
        var fault = new JsonObject { ["code"] = statusCode, ["message"] = message };
        return context.Response.WriteAsync(new JsonObject { [Name(statusCode)] = fault }.ToJsonString());
    }

    /// <summary>nova: what has no name of its own is a computeFault.</summary>
    private static string Name(int statusCode) => statusCode switch
    {
        400 => "badRequest",
        401 => "unauthorized",
        403 => "forbidden",
        404 => "itemNotFound",
        405 => "badMethod",
        409 => "conflictingRequest",
        413 or 429 => "overLimit",
        415 => "badMediaType",
        501 => "notImplemented",
        503 => "serviceUnavailable",
        _ => "computeFault",
    };
}
