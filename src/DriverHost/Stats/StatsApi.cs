using System.Text.Json;
using DriverHost.Auth;
using DriverHost.Client;
using DriverHost.Containers;
using DriverHost.Http;
using DriverHost.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace DriverHost.Stats;

/// <summary>What an instance uses, as it goes on and as it was, for whoever may read the instance.</summary>
internal static class StatsApi
{
    private const int DefaultSeconds = 3600;
    private static readonly byte[] NewLine = "\n"u8.ToArray();

    public static void MapStats(this IEndpointRouteBuilder app)
    {
        app.MapGet("/v1/instances/{id}/stats", Follow);
        app.MapGet("/v1/instances/{id}/stats/history", History);
    }

    private static async Task Follow(string id, HttpContext context, InstanceBook book, StatsSamplers samplers, TokenGuard guard, DriverHostMetrics metrics, TimeProvider time, IHostApplicationLifetime lifetime)
    {
        book.RequireReadable(id, context.Caller());
        await using var token = new TokenWatch(guard, context.Request.Headers["X-Auth-Token"].ToString(), time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping, token.Ended);
        using var stream = metrics.Open("stats");
        using var watch = samplers.Watch(id);
        context.Response.ContentType = "application/x-ndjson";
        context.Response.Headers.CacheControl = "no-store, no-transform";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        try
        {
            await foreach (var record in watch.Records.ReadAllAsync(ending.Token))
            {
                await JsonSerializer.SerializeAsync(context.Response.Body, record, DriverHostJson.Default.StatsRecord, ending.Token);
                await context.Response.Body.WriteAsync(NewLine, ending.Token);
                await context.Response.Body.FlushAsync(ending.Token);
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The viewer left, its token ended or the host stops: the stream just ends.
        }
    }

    /// <param name="seconds">Instead of since: so long before until.</param>
    private static Ok<StatsHistory> History(string id, DateTimeOffset? since, DateTimeOffset? until, int? seconds, HttpContext context, InstanceBook book, StatsShelf shelf, TimeProvider time)
    {
        var instance = book.RequireReadable(id, context.Caller());
        if (seconds is <= 0 or > 24 * 3600)
        {
            throw DriverFailure.Invalid("seconds is 1 to 86400: the history goes back a day.");
        }

        var stats = shelf.Find(id);
        var runs = instance.State is InstanceState.Running or InstanceState.Paused;
        var to = until ?? (runs ? null : stats?.Newest) ?? time.GetUtcNow();
        var from = since ?? to.AddSeconds(-(seconds ?? DefaultSeconds));
        if (from > to)
        {
            throw DriverFailure.Invalid("since is after until.");
        }

        var (step, points) = stats?.Read(from, to) ?? (10, []);
        var facts = book.Entry(id)?.Container;
        return TypedResults.Ok(new StatsHistory
        {
            Since = from,
            Until = to,
            StepSeconds = step,
            CpuLimitPercent = (facts?.Cpus ?? instance.Flavor.Vcpus) * 100,
            MemoryLimitBytes = facts?.MemoryLimit ?? ((long)instance.Flavor.MemoryMb << 20),
            PidsLimit = facts?.PidsLimit ?? 0,
            Points = points,
        });
    }
}
