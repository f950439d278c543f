using System.Net;
using Dashboard.Telemetry;
using Microsoft.AspNetCore.Http.Features;

namespace Dashboard.Hosting;

/// <summary>Passes an answer of the driver host on to the browser, as bytes and as soon as they come.</summary>
internal static class Relay
{
    private const int BufferSize = 64 * 1024;

    /// <summary>The head of an answer that is not kept, not guessed at, and not held back by a proxy.</summary>
    public static void Prepare(HttpContext context, string type)
    {
        context.Response.ContentType = type;
        context.Response.Headers.CacheControl = "no-store, no-transform";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
    }

    /// <param name="kind">What is counted: log, history, download, stats or file.</param>
    public static async Task CopyAsync(HttpResponseMessage answer, HttpContext context, string kind, CancellationToken cancellationToken)
    {
        var metrics = context.RequestServices.GetRequiredService<DashboardMetrics>();
        metrics.RelayBegins(kind);
        try
        {
            await CopyAsync(answer, context, count => metrics.Relayed(kind, count), cancellationToken);
        }
        finally
        {
            metrics.RelayEnds(kind);
        }
    }

    private static async Task CopyAsync(HttpResponseMessage answer, HttpContext context, Action<long> count, CancellationToken cancellationToken)
    {
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var writer = context.Response.BodyWriter;
        await writer.FlushAsync(cancellationToken);
        while (true)
        {
            var read = await body.ReadAsync(writer.GetMemory(BufferSize), cancellationToken);
            if (read == 0)
            {
                return;
            }

            writer.Advance(read);
            count(read);
            await writer.FlushAsync(cancellationToken);
        }
    }

    public static Task RefuseAsync(HttpContext context, HttpStatusCode status, string words) =>
        Results.Problem(detail: words, statusCode: (int)status).ExecuteAsync(context);
}
