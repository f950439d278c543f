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
    private const string Silent = "unreachable";

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
            await TryConsoleAsync(context, instanceId, null, ending.Token);
        }
        catch (DriverHostException silent) when (silent.Code == Silent && WantsConsole(context.Request.Query))
        {
            await TryConsoleAsync(context, instanceId, silent.Message, ending.Token);
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

    // A viewer that has lines keeps them and waits a while before it asks for others.
    private static bool WantsConsole(IQueryCollection query) => query["cursor"].Count == 0 || query["console"] == "true";

    private async Task TryConsoleAsync(HttpContext context, string instanceId, string? silent, CancellationToken cancellationToken)
    {
        try
        {
            await StreamConsoleAsync(context, instanceId, silent, cancellationToken);
        }
        catch (Exception broken) when (broken is OperationCanceledException or IOException)
        {
            // The viewer left, or the sign-in ended.
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

    /// <param name="silent">Why the driver host is not asked; null when it does not know the instance.</param>
    private async Task StreamConsoleAsync(HttpContext context, string instanceId, string? silent, CancellationToken cancellationToken)
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

        string[] first;
        try
        {
            first = await NovaConsole.ReadAsync(session.Nova, instanceId, cancellationToken);
        }
        catch (OpenStackException refused) when (silent is not null)
        {
            // Not for good: one of the two will answer again.
            await Relay.RefuseAsync(context, HttpStatusCode.ServiceUnavailable, $"{silent} Nova has no console output either: {refused.Message}");
            return;
        }
        catch (OpenStackException refused)
        {
            await Relay.RefuseAsync(context, refused.StatusCode ?? HttpStatusCode.ServiceUnavailable, refused.Message);
            return;
        }

        Relay.Prepare(context, Records);
        var source = silent is null ? NovaConsole.Words : $"{silent} {NovaConsole.Words}";
        await console.StreamAsync(session.Nova, instanceId, source, first, token => silent is null ? Task.FromResult(false) : AnswersAsync(instanceId, token), context.Response.BodyWriter, cancellationToken);
    }

    private async Task<bool> AnswersAsync(string instanceId, CancellationToken cancellationToken)
    {
        try
        {
            var host = await session.Hosts.OfAsync(instanceId, cancellationToken);
            await host.GetAsync(instanceId, cancellationToken);
            return true;
        }
        catch (DriverHostException failed)
        {
            return failed.Code != Silent;
        }
    }

    private static LogQuery ReadQuery(IQueryCollection values) => new()
    {
        Follow = values["follow"] == "true",
        Tail = int.TryParse(values["tail"], NumberStyles.None, CultureInfo.InvariantCulture, out var tail) ? tail : null,
        Cursor = values["cursor"] is [{ Length: > 0 } cursor] ? cursor : null,
        Stream = values["stream"] is ["out" or "err"] ? values["stream"].ToString() : null,
    };
}
