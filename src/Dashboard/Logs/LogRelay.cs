using System.Globalization;
using System.IO.Compression;
using System.Net;
using Dashboard.Hosting;
using Dashboard.SignIn;
using DriverHost.Client;
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

    /// <summary>The live log as records. Takes the query of the driver host: tail, cursor, stream.</summary>
    public async Task StreamAsync(HttpContext context, string instanceId)
    {
        if (!Guid.TryParse(instanceId, out _))
        {
            await Relay.RefuseAsync(context, HttpStatusCode.NotFound, "There is no such instance.");
            return;
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, session.Ended);
        try
        {
            var host = await session.Hosts.OfAsync(instanceId, ending.Token);
            using var answer = await host.OpenLogsAsync(instanceId, ReadQuery(context.Request.Query), Records, ending.Token);
            Relay.Prepare(context, Records);
            await Relay.CopyAsync(answer, context, "log", ending.Token);
        }
        catch (DriverHostException refused) when (refused.StatusCode == HttpStatusCode.NotFound)
        {
            await StreamConsoleAsync(context, instanceId, ending.Token);
        }
        catch (DriverHostException refused)
        {
            await Relay.RefuseAsync(context, refused.StatusCode ?? HttpStatusCode.ServiceUnavailable, refused.Message);
        }
        catch (Exception broken) when (broken is OperationCanceledException or IOException)
        {
            // The viewer left, the sign-in ended or the driver host went: a viewer that is still there comes again with its cursor.
        }
    }

    /// <summary>A window of the log or a search through all of it, as records: <c>…/window</c> and <c>…/search</c> of the driver host with the same query.</summary>
    public async Task HistoryAsync(HttpContext context, string instanceId, string part)
    {
        if (!Guid.TryParse(instanceId, out _))
        {
            await Relay.RefuseAsync(context, HttpStatusCode.NotFound, "There is no such instance.");
            return;
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, session.Ended);
        try
        {
            var host = await session.Hosts.OfAsync(instanceId, ending.Token);
            using var answer = await host.OpenLogHistoryAsync(instanceId, part, context.Request.QueryString.Value ?? "", ending.Token);
            Relay.Prepare(context, Records);
            await Relay.CopyAsync(answer, context, "history", ending.Token);
        }
        catch (DriverHostException refused)
        {
            await Relay.RefuseAsync(context, refused.StatusCode ?? HttpStatusCode.ServiceUnavailable, refused.Message);
        }
        catch (Exception broken) when (broken is OperationCanceledException or IOException)
        {
            // Half a window must not look like a whole one.
            context.Abort();
        }
    }

    /// <summary>The log as a file: text or JSONL, all or by time and stream, packed when asked for.</summary>
    public async Task DownloadAsync(HttpContext context, string instanceId)
    {
        if (!Guid.TryParse(instanceId, out var id))
        {
            await Relay.RefuseAsync(context, HttpStatusCode.NotFound, "There is no such instance.");
            return;
        }

        if (!LogDownload.TryRead(context.Request.Query, out var download, out var wrong))
        {
            await Relay.RefuseAsync(context, HttpStatusCode.BadRequest, wrong);
            return;
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, session.Ended);
        try
        {
            var host = await session.Hosts.OfAsync(instanceId, ending.Token);
            using var answer = await host.OpenLogsAsync(instanceId, download.Query, download.MediaType, ending.Token);
            Relay.Prepare(context, download.ContentType);
            context.Response.Headers.ContentDisposition = $"attachment; filename=\"{id:D}{download.Suffix}\"";
            if (download.Packed)
            {
                await using var packing = new GZipStream(context.Response.Body, CompressionLevel.Fastest, leaveOpen: true);
                await answer.Content.CopyToAsync(packing, ending.Token);
            }
            else
            {
                await Relay.CopyAsync(answer, context, "download", ending.Token);
            }
        }
        catch (DriverHostException refused)
        {
            await Relay.RefuseAsync(context, refused.StatusCode ?? HttpStatusCode.ServiceUnavailable, refused.Message);
        }
        catch (Exception broken) when (broken is OperationCanceledException or IOException or HttpRequestException)
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
            await Relay.RefuseAsync(context, refused.StatusCode ?? HttpStatusCode.ServiceUnavailable, refused.Message);
            return;
        }

        if (server.Status == "BUILD")
        {
            await Relay.RefuseAsync(context, HttpStatusCode.ServiceUnavailable, "the instance is being built");
            return;
        }

        if (server.Status == "ERROR")
        {
            await Relay.RefuseAsync(context, HttpStatusCode.NotFound, "The instance never started, so it has no log.");
            return;
        }

        Relay.Prepare(context, Records);
        await console.StreamAsync(session.Nova, instanceId, context.Response.BodyWriter, cancellationToken);
    }

    private static LogQuery ReadQuery(IQueryCollection values) => new()
    {
        Follow = values["follow"] == "true",
        Tail = int.TryParse(values["tail"], NumberStyles.None, CultureInfo.InvariantCulture, out var tail) ? tail : null,
        Cursor = values["cursor"] is [{ Length: > 0 } cursor] ? cursor : null,
        Stream = values["stream"] is ["out" or "err"] ? values["stream"].ToString() : null,
    };
}
