using System.Globalization;
using System.Net;
using Dashboard.Hosting;
using Dashboard.SignIn;
using DriverHost.Client;

namespace Dashboard.Stats;

/// <summary>
/// Passes samples on from the driver host to the browser. The driver host decides by the user's own token who may read; the stream ends when the sign-in does.
/// </summary>
internal sealed class StatsRelay(DashboardSession session)
{
    private const string Records = "application/x-ndjson";

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/stats/{instanceId}", (HttpContext context, string instanceId, StatsRelay relay) => relay.StreamAsync(context, instanceId));
        app.MapGet("/stats/{instanceId}/history", (HttpContext context, string instanceId, StatsRelay relay) => relay.HistoryAsync(context, instanceId));
    }

    private async Task StreamAsync(HttpContext context, string instanceId)
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
            using var answer = await host.OpenStatsAsync(instanceId, ending.Token);
            Relay.Prepare(context, Records);
            await Relay.CopyAsync(answer, context, "stats", ending.Token);
        }
        catch (DriverHostException refused)
        {
            await RefuseAsync(context, refused);
        }
        catch (Exception broken) when (broken is OperationCanceledException or IOException)
        {
            // The viewer left, the sign-in ended or the driver host went: a viewer that is still there comes again.
        }
    }

    /// <summary>Takes the driver host's <c>seconds</c>: how far back.</summary>
    private async Task HistoryAsync(HttpContext context, string instanceId)
    {
        var text = context.Request.Query["seconds"].ToString();
        int? seconds = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        if (!Guid.TryParse(instanceId, out _))
        {
            await Relay.RefuseAsync(context, HttpStatusCode.NotFound, "There is no such instance.");
            return;
        }

        try
        {
            var host = await session.Hosts.OfAsync(instanceId, context.RequestAborted);
            using var answer = await host.OpenStatsHistoryAsync(instanceId, new StatsQuery { Seconds = seconds }, context.RequestAborted);
            Relay.Prepare(context, "application/json");
            await Relay.CopyAsync(answer, context, "stats", context.RequestAborted);
        }
        catch (DriverHostException refused)
        {
            await RefuseAsync(context, refused);
        }
    }

    private static Task RefuseAsync(HttpContext context, DriverHostException refused) => refused.StatusCode == HttpStatusCode.NotFound
        ? Relay.RefuseAsync(context, HttpStatusCode.NotFound, "No driver host of this cloud has this instance, so nothing is measured of it.")
        : Relay.RefuseAsync(context, refused.StatusCode ?? HttpStatusCode.ServiceUnavailable, refused.Message);
}
