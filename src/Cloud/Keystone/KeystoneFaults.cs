using System.Text.Json.Nodes;
using Cloud.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Cloud.Keystone;

/// <summary>Keystone's error shape: <c>{"error": {"code", "title", "message"}}</c>, and the header that names the place to sign in.</summary>
internal sealed class KeystoneFaults(CloudOptions options) : IFaultWriter
{
    public PathString Prefix => "/identity";

    public Task WriteAsync(HttpContext context, int statusCode, string message)
    {
        if (statusCode == StatusCodes.Status401Unauthorized)
        {
            context.Response.Headers.WWWAuthenticate = $"Keystone uri=\"{options.Url.ToString().TrimEnd('/')}/identity\"";
        }

        var error = new JsonObject { ["code"] = statusCode, ["title"] = ReasonPhrases.GetReasonPhrase(statusCode), ["message"] = message };
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(new JsonObject { ["error"] = error }.ToJsonString());
    }
}
