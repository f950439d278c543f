using System.Globalization;
using System.Text;

namespace Dashboard.Hosting;

/// <summary>What every answer says to the browser: only our own scripts, no framing, nothing sent elsewhere.</summary>
internal static class SecurityHeaders
{
    // MudBlazor sets style attributes and writes its palette into a style element; scripts have no such exception.
    private const string Policy = "default-src 'self'; script-src 'self'{0}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        + "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";
    private static readonly CompositeFormat PolicyFormat = CompositeFormat.Parse(Policy);
    private static readonly object ScriptHash = new();

    public static void Use(WebApplication app) => app.Use((context, next) =>
    {
        if (FromElsewhere(context.Request))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        }

        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            headers.ContentSecurityPolicy = string.Format(CultureInfo.InvariantCulture, PolicyFormat, context.Items.TryGetValue(ScriptHash, out var hash) ? $" 'sha256-{hash}'" : "");
            headers.XFrameOptions = "DENY";
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "same-origin";
            headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=(), usb=()";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            if (context.Request.IsHttps)
            {
                headers.StrictTransportSecurity = "max-age=31536000";
            }

            return Task.CompletedTask;
        });
        return next(context);
    });

    /// <summary>Lets one script stand in the document itself: the one with this SHA-256, in base 64.</summary>
    public static void AllowScript(HttpContext context, string hash) => context.Items[ScriptHash] = hash;

    // A page of another origin may link here and nothing more. Cookies do not tell ports apart, so that an instance's own web page on this
    // machine would otherwise be let in to open a circuit or send a form.
    private static bool FromElsewhere(HttpRequest request)
    {
        if ((HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && !request.HttpContext.WebSockets.IsWebSocketRequest && !request.Headers.Upgrade.Contains("websocket", StringComparer.OrdinalIgnoreCase))
        {
            return false;
        }

        return request.Headers["Sec-Fetch-Site"] is [{ Length: > 0 } site]
            ? site is not ("same-origin" or "none")
            : request.Headers.Origin is [{ Length: > 0 } origin] && (!Uri.TryCreate(origin, UriKind.Absolute, out var from) || from.Authority != request.Host.Value);
    }
}
