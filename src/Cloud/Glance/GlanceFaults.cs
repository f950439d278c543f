using System.Net;
using System.Text.Json.Nodes;
using Cloud.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Cloud.Glance;

/// <summary>Glance's error shape: a small HTML page; for a caller that accepts JSON only, the same words as JSON.</summary>
internal sealed class GlanceFaults(CloudOptions options) : IFaultWriter
{
    public PathString Prefix => "/image";

    public Task WriteAsync(HttpContext context, int statusCode, string message)
    {
        if (statusCode == StatusCodes.Status401Unauthorized)
        {
            context.Response.Headers.WWWAuthenticate = $"Keystone uri=\"{options.Url.ToString().TrimEnd('/')}/identity\"";
        }

        var phrase = ReasonPhrases.GetReasonPhrase(statusCode);
        var title = $"{statusCode} {phrase}".TrimEnd();
        if (WantsJson(context.Request))
        {
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(new JsonObject { ["message"] = message, ["code"] = title, ["title"] = phrase }.ToJsonString());
        }

        context.Response.ContentType = "text/html; charset=UTF-8";
        return context.Response.WriteAsync($"""
            <html>
             <head>
              <title>{title}</title>
             </head>
             <body>
              <h1>{title}</h1>
              {WebUtility.HtmlEncode(message)}<br /><br />



             </body>
            </html>
            """);
    }

    private static bool WantsJson(HttpRequest request)
    {
        var accept = request.Headers.Accept.ToString();
        return accept.Contains("application/json", StringComparison.OrdinalIgnoreCase)
            && !accept.Contains("text/html", StringComparison.OrdinalIgnoreCase)
            && !accept.Contains("*/*", StringComparison.Ordinal);
    }
}
