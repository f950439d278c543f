using System.Globalization;
using System.Net.Sockets;
using DriverHost.Client;
using DriverHost.History;
using DriverHost.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace DriverHost.Logs;

/// <summary>Answers requests for a container's log. Who may ask is settled before.</summary>
internal sealed class LogServer(DriverHostOptions options, LogFollowers followers, DriverHostMetrics metrics, TimeProvider time)
{
    public const string Records = "application/x-ndjson";
    private readonly EngineSocket _engine = new(options.DockerEndpoint.LocalPath);

    /// <param name="container">The engine's id of the container.</param>
    /// <param name="marks">What happened to the instance, oldest first.</param>
    /// <returns>Null when the log was sent, else why not.</returns>
    public async Task<LogRefusal?> ServeAsync(HttpContext context, string container, IReadOnlyList<EventMark> marks, CancellationToken cancellationToken)
    {
        if (!TryReadQuery(context.Request.Query, out var query, out var wrong))
        {
            return new LogRefusal(400, "bad_request", wrong);
        }

        ContainerState? state;
        try
        {
            state = await Task.Run(() => ContainerState.Read(_engine, container), cancellationToken);
        }
        catch (Exception unreachable) when (unreachable is IOException or SocketException)
        {
            return new LogRefusal(503, "engine_unreachable", "The Docker engine does not answer. The log can be read again when it does.");
        }

        if (state is null)
        {
            return new LogRefusal(404, "container_gone", "The engine has no container of this instance, so it has no log either.");
        }

        var format = await BeginAsync(context, cancellationToken);
        using var stream = metrics.Open("log");
        using var span = Traces.Start("log", "container.id", container);
        var output = new LogOutput(context.Response.BodyWriter, format, metrics, time, query.Follow ? new MarkMerge(marks, format) : null);
        try
        {
            await new LogViewing(_engine, followers, container, state, query, output).RunAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The viewer left.
        }
        catch (Exception broken) when (broken is IOException or SocketException)
        {
            Traces.Fail(span, broken);
            // Cut, not ended: the viewer sees that it isn't complete and comes again with its cursor.
            context.Abort();
        }

        return null;
    }

    /// <summary>Begins the answer: records or text, as the caller accepts.</summary>
    public static async Task<LogFormat> BeginAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var json = context.Request.Headers.Accept.ToString().Contains(Records, StringComparison.OrdinalIgnoreCase);
        context.Response.ContentType = json ? Records : "text/plain; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store, no-transform";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await context.Response.StartAsync(cancellationToken);
        await context.Response.BodyWriter.FlushAsync(cancellationToken);
        return new LogFormat(json, timestamps: context.Request.Query["timestamps"] == "true");
    }

    public static bool TryReadQuery(IQueryCollection values, out LogQuery query, out string wrong)
    {
        query = new LogQuery();
        wrong = "";
        int? tail = null;
        if (values["tail"].ToString() is { Length: > 0 } and not "all" and var lines)
        {
            if (!int.TryParse(lines, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            {
                wrong = "tail is a number of lines or \"all\".";
                return false;
            }

            tail = count;
        }

        if (!TryTime(values["since"], out var since) || !TryTime(values["until"], out var until))
        {
            wrong = "since and until are times like 2026-01-02T03:04:05.678Z.";
            return false;
        }

        var cursor = values["cursor"].ToString();
        if (cursor.Length > 0 && !LogCursor.TryParse(cursor, out _))
        {
            wrong = "cursor is what a log record carries as its cursor, like 1763943600123456789-0.";
            return false;
        }

        var stream = values["stream"].ToString();
        if (stream is not ("" or "out" or "err"))
        {
            wrong = "stream is out or err.";
            return false;
        }

        query = new LogQuery
        {
            Follow = values["follow"] is [not ("false" or "0"), ..],
            Tail = tail,
            Since = since,
            Until = until,
            Cursor = cursor.Length > 0 ? cursor : null,
            Stream = stream.Length > 0 ? stream : null,
        };
        return true;
    }

    public static bool TryTime(string? text, out DateTimeOffset? time)
    {
        time = null;
        if (string.IsNullOrEmpty(text))
        {
            return true;
        }

        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var read) || read < DateTimeOffset.UnixEpoch)
        {
            return false;
        }

        time = read;
        return true;
    }
}

/// <summary>Why a log is not sent.</summary>
internal sealed record LogRefusal(int Status, string Code, string Message);
