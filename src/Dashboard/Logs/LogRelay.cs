using System.Globalization;
using System.Net;
using System.Net.Mime;
using Dashboard.SignIn;
using DriverHost.Client;
using Microsoft.AspNetCore.Http.Features;
using OpenStack.Errors;
using OpenStack.Nova;

namespace Dashboard.Logs;

/// <summary>
/// Passes a log on from the driver host to the browser, as bytes. The driver host decides by the user's own token who may read;
/// the stream ends when the sign-in does.
/// </summary>
internal sealed class LogRelay(DashboardSession session, NovaConsole console)
{
    private const string Records = "application/x-ndjson";
    private const int BufferSize = 64 * 1024;

    /// <summary>The live log as records. Takes the query of the driver host: tail, cursor, stream.</summary>
    public async Task StreamAsync(HttpContext context, string instanceId)
    {
        if (!Guid.TryParse(instanceId, out _))
        {
            await RefuseAsync(context, HttpStatusCode.NotFound, "There is no such instance.");
            return;
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, session.Ended);
        try
        {
            using var answer = await session.DriverHost.OpenLogsAsync(instanceId, ReadQuery(context.Request.Query), Records, ending.Token);
            Prepare(context, Records);
            await CopyAsync(answer, context, ending.Token);
        }
        catch (DriverHostException refused) when (refused.StatusCode == HttpStatusCode.NotFound)
        {
            await StreamConsoleAsync(context, instanceId, ending.Token);
        }
        catch (DriverHostException refused)
        {
            await RefuseAsync(context, refused.StatusCode ?? HttpStatusCode.ServiceUnavailable, refused.Message);
        }
        catch (Exception broken) when (broken is OperationCanceledException or IOException)
        {
            // The viewer left, the sign-in ended or the driver host went: a viewer that is still there comes again with its cursor.
        }
    }

    /// <summary>The whole log as a text file.</summary>
    public async Task DownloadAsync(HttpContext context, string instanceId)
    {
        if (!Guid.TryParse(instanceId, out var id))
        {
            await RefuseAsync(context, HttpStatusCode.NotFound, "There is no such instance.");
            return;
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, session.Ended);
        try
        {
            using var answer = await session.DriverHost.OpenLogsAsync(instanceId, new LogQuery(), MediaTypeNames.Text.Plain, ending.Token);
            Prepare(context, "text/plain; charset=utf-8");
            context.Response.Headers.ContentDisposition = $"attachment; filename=\"{id:D}.log\"";
            await CopyAsync(answer, context, ending.Token);
        }
        catch (DriverHostException refused)
        {
            await RefuseAsync(context, refused.StatusCode ?? HttpStatusCode.ServiceUnavailable, refused.Message);
        }
        catch (Exception broken) when (broken is OperationCanceledException or IOException)
        {
            // Half a file must not look like a whole one.
            context.Abort();
        }
    }

    private async Task StreamConsoleAsync(HttpContext context, string instanceId, CancellationToken cancellationToken)
    {
        Server server;
        try
        {
            server = (await session.Nova.GetServerAsync(instanceId, cancellationToken)).Server;
        }
        catch (OpenStackException refused)
        {
            await RefuseAsync(context, refused.StatusCode ?? HttpStatusCode.ServiceUnavailable, refused.Message);
            return;
        }

        if (server.Status == "BUILD")
        {
            await RefuseAsync(context, HttpStatusCode.ServiceUnavailable, "the instance is being built");
            return;
        }

        if (server.Status == "ERROR")
        {
            await RefuseAsync(context, HttpStatusCode.NotFound, "The instance never started, so it has no log.");
            return;
        }

        Prepare(context, Records);
        await console.StreamAsync(session.Nova, instanceId, context.Response.BodyWriter, cancellationToken);
    }

    private static LogQuery ReadQuery(IQueryCollection values) => new()
    {
        Follow = values["follow"] == "true",
        Tail = int.TryParse(values["tail"], NumberStyles.None, CultureInfo.InvariantCulture, out var tail) ? tail : null,
        Cursor = values["cursor"] is [{ Length: > 0 } cursor] ? cursor : null,
        Stream = values["stream"] is ["out" or "err"] ? values["stream"].ToString() : null,
    };

    private static void Prepare(HttpContext context, string type)
    {
        context.Response.ContentType = type;
        context.Response.Headers.CacheControl = "no-store, no-transform";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
    }

    private static async Task CopyAsync(HttpResponseMessage answer, HttpContext context, CancellationToken cancellationToken)
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
            await writer.FlushAsync(cancellationToken);
        }
    }

    private static Task RefuseAsync(HttpContext context, HttpStatusCode status, string words) =>
        Results.Problem(detail: words, statusCode: (int)status).ExecuteAsync(context);
}
