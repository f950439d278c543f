using System.Text.Json;
using DriverHost.Auth;
using DriverHost.Client;
using DriverHost.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace DriverHost.Containers;

/// <summary><c>GET /v1/events</c>: everything the caller may see, then <c>synced</c>, then changes as they happen, and a ping in every silence.</summary>
internal static class EventsApi
{
    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(5);
    private static readonly byte[] NewLine = "\n"u8.ToArray();

    public static void MapEvents(this IEndpointRouteBuilder app) => app.MapGet("/v1/events", Follow);

    private static async Task Follow(HttpContext context, InstanceBook book, TokenGuard guard, DriverHostMetrics metrics, TimeProvider time, IHostApplicationLifetime lifetime)
    {
        await using var token = new TokenWatch(guard, context.Request.Headers["X-Auth-Token"].ToString(), time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping, token.Ended);
        using var stream = metrics.Open("events");
        using var feed = book.Subscribe(context.Caller());
        context.Response.ContentType = "application/x-ndjson";
        context.Response.Headers.CacheControl = "no-store, no-transform";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        try
        {
            foreach (var instance in feed.Now)
            {
                await WriteAsync(context, new HostEvent(HostEvent.Instance, time.GetUtcNow(), instance), ending.Token);
            }

            await WriteAsync(context, new HostEvent(HostEvent.Synced, time.GetUtcNow()), ending.Token);
            await context.Response.Body.FlushAsync(ending.Token);
            await PassOnAsync(context, feed, time, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The listener left, its token ended or the host stops: the stream just ends.
        }
    }

    private static async Task PassOnAsync(HttpContext context, InstanceFeed feed, TimeProvider time, CancellationToken cancellationToken)
    {
        var more = feed.Changes.WaitToReadAsync(cancellationToken).AsTask();
        while (true)
        {
            try
            {
                if (!await more.WaitAsync(PingEvery, time, cancellationToken))
                {
                    return;
                }

                while (feed.Changes.TryRead(out var change))
                {
                    await WriteAsync(context, change, cancellationToken);
                }

                more = feed.Changes.WaitToReadAsync(cancellationToken).AsTask();
            }
            catch (TimeoutException)
            {
                await WriteAsync(context, new HostEvent(HostEvent.Ping, time.GetUtcNow()), cancellationToken);
            }

            await context.Response.Body.FlushAsync(cancellationToken);
        }
    }

    private static async Task WriteAsync(HttpContext context, HostEvent item, CancellationToken cancellationToken)
    {
        await JsonSerializer.SerializeAsync(context.Response.Body, item, DriverHostJson.Default.HostEvent, cancellationToken);
        await context.Response.Body.WriteAsync(NewLine, cancellationToken);
    }
}
