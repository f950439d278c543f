using System.Globalization;
using DriverHost.Audit;
using DriverHost.Auth;
using DriverHost.Client;
using DriverHost.Containers;
using DriverHost.History;
using DriverHost.Http;
using DriverHost.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace DriverHost.Logs;

/// <summary>
/// <c>GET /v1/instances/{id}/logs</c>, <c>…/logs/window</c> and <c>…/logs/search</c>: whoever may read the instance may read its log, for as long as the
/// token is good, also when the instance was deleted and something of it is kept.
/// </summary>
internal static class LogsApi
{
    private const int DefaultWindow = 1000;

    public static void MapLogs(this IEndpointRouteBuilder app)
    {
        var logs = app.MapGroup("/v1/instances/{id}/logs");
        logs.MapGet("", Read);
        logs.MapGet("window", Window);
        logs.MapGet("search", Search);
    }

    private static async Task Read(
        string id, HttpContext context, LogSources sources, LogServer server, LogHistory history, EventMarks marks, AuditBook audit, InstanceBook book, TokenGuard guard, TimeProvider time, IHostApplicationLifetime lifetime)
    {
        var source = sources.Require(id, context.Caller());
        await using var ending = new Ending(context, guard, time, lifetime);
        // At the first byte of the answer: what is refused was not opened.
        context.Response.OnStarting(async () =>
        {
            if (context.Response.StatusCode == StatusCodes.Status200OK && context.Request.Query["follow"] is [not ("false" or "0"), ..] && book.Find(id) is { } instance)
            {
                await audit.WriteAsync(AuditEntry.Of(context, instance, AuditKind.LogOpen, "Follows the log."));
            }
        });
        if (source.Container is { } container)
        {
            if (await server.ServeAsync(context, container, marks.Of(source.ProjectId, id), ending.Token) is { } refusal)
            {
                throw new DriverFailure(refusal.Status, refusal.Code, refusal.Message);
            }
        }
        else
        {
            var query = LogServer.TryReadQuery(context.Request.Query, out var read, out var wrong) ? read : throw DriverFailure.Invalid(wrong);
            await ending.WhileAsync(async cancellationToken =>
                await history.ReadAsync(source, query, await LogServer.BeginAsync(context, cancellationToken), context.Response.BodyWriter, cancellationToken));
        }

        ending.AbortIfCut();
    }

    private static async Task Window(string id, HttpContext context, LogSources sources, LogHistory history, TokenGuard guard, DriverHostMetrics metrics, TimeProvider time, IHostApplicationLifetime lifetime)
    {
        var query = context.Request.Query;
        var (before, after) = (Count(query, "before"), Count(query, "after"));
        if (before + after > LogHistory.LargestWindow)
        {
            throw DriverFailure.Invalid($"before and after are numbers of lines, together {LogHistory.LargestWindow} at most.");
        }

        before = before + after == 0 ? DefaultWindow : before;

        var source = sources.Require(id, context.Caller());
        var place = Place(query);
        await using var ending = new Ending(context, guard, time, lifetime);
        using var stream = metrics.Open("history");
        Begin(context);
        await ending.WhileAsync(cancellationToken => history.WindowAsync(source, place, before, after, context.Response.BodyWriter, cancellationToken));
        ending.AbortIfCut();
    }

    private static async Task Search(string id, HttpContext context, LogSources sources, LogHistory history, TokenGuard guard, DriverHostMetrics metrics, TimeProvider time, IHostApplicationLifetime lifetime)
    {
        var query = ReadSearch(context.Request.Query);
        var source = sources.Require(id, context.Caller());
        await using var ending = new Ending(context, guard, time, lifetime);
        using var stream = metrics.Open("history");
        Begin(context);
        await ending.WhileAsync(cancellationToken => history.SearchAsync(source, query, context.Response.BodyWriter, cancellationToken));
        ending.AbortIfCut();
    }

    private static LogSearchQuery ReadSearch(IQueryCollection values)
    {
        var limit = values["limit"] is [{ Length: > 0 } text] ? int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0 : new LogSearchQuery().Limit;
        if (limit is < 1 or > 10_000)
        {
            throw DriverFailure.Invalid("limit is a number from 1 to 10,000.");
        }

        var before = values["before"].ToString();
        if (before.Length > 0 && !LogCursor.TryParse(before, out _))
        {
            throw DriverFailure.Invalid("before is the cursor of a line, like 1763943600123456789-0.");
        }

        var query = new LogSearchQuery
        {
            Text = values["q"].ToString(),
            Regex = values["regex"] == "true",
            MatchCase = values["case"] == "true",
            Inverse = values["inverse"] == "true",
            Stream = values["stream"] is [{ Length: > 0 } stream] ? stream : null,
            Level = values["level"] is [{ Length: > 0 } level] ? level : null,
            Limit = limit,
            Before = before.Length > 0 ? before : null,
        };
        // What cannot be looked for is refused before the answer begins.
        _ = new LogMatcher(query);
        return query;
    }

    private static LogCursor? Place(IQueryCollection query)
    {
        if (query["cursor"] is [{ Length: > 0 } text])
        {
            return LogCursor.TryParse(text, out var cursor) ? cursor : throw DriverFailure.Invalid("cursor is what a log record carries as its cursor, like 1763943600123456789-0.");
        }

        if (!LogServer.TryTime(query["at"], out var at))
        {
            throw DriverFailure.Invalid("at is a time like 2026-01-02T03:04:05.678Z.");
        }

        return at is { } time ? new LogCursor(LogCursor.StampOf(time), 0) : null;
    }

    private static int Count(IQueryCollection query, string name) =>
        query[name] is not [{ Length: > 0 } text] ? 0
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= LogHistory.LargestWindow ? count
            : throw DriverFailure.Invalid($"{name} is a number of lines, at most {LogHistory.LargestWindow}.");

    private static void Begin(HttpContext context)
    {
        context.Response.ContentType = LogServer.Records;
        context.Response.Headers.CacheControl = "no-store, no-transform";
        context.Response.Headers.XContentTypeOptions = "nosniff";
    }

    /// <summary>When a log that is being sent has to end: the caller left, its token is not good any more, the host stops.</summary>
    private sealed class Ending : IAsyncDisposable
    {
        private readonly HttpContext _context;
        private readonly TokenWatch _token;
        private readonly CancellationTokenSource _ending;

        public Ending(HttpContext context, TokenGuard guard, TimeProvider time, IHostApplicationLifetime lifetime)
        {
            _context = context;
            _token = new TokenWatch(guard, context.Request.Headers["X-Auth-Token"].ToString(), time);
            _ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping, _token.Ended);
        }

        public CancellationToken Token => _ending.Token;

        public async Task WhileAsync(Func<CancellationToken, Task> work)
        {
            try
            {
                await work(_ending.Token);
            }
            catch (OperationCanceledException) when (_ending.IsCancellationRequested)
            {
                // Cut: see below.
            }
        }

        /// <summary>Half a log must not look like a whole one.</summary>
        public void AbortIfCut()
        {
            if (_ending.IsCancellationRequested)
            {
                _context.Abort();
            }
        }

        public async ValueTask DisposeAsync()
        {
            _ending.Dispose();
            await _token.DisposeAsync();
        }
    }
}
