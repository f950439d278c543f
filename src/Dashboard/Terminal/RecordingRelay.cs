using System.Net;
using Dashboard.Hosting;
using Dashboard.SignIn;
using DriverHost.Client;

namespace Dashboard.Terminal;

/// <summary>Passes a recording of a terminal on to the browser. The driver host decides by the user's own token, and writes it into the audit.</summary>
internal sealed class RecordingRelay(DashboardSession session)
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/recordings/{instanceId}/{recording}", (HttpContext context, string instanceId, string recording, RecordingRelay relay) => relay.OutAsync(context, instanceId, recording));

    private async Task OutAsync(HttpContext context, string instanceId, string recording)
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
            using var answer = await host.OpenRecordingAsync(instanceId, recording, ending.Token);
            Relay.Prepare(context, answer.Content.Headers.ContentType?.MediaType ?? "application/octet-stream");
            context.Response.Headers.ContentDisposition = answer.Content.Headers.ContentDisposition?.ToString() ?? "attachment";
            await Relay.CopyAsync(answer, context, "download", ending.Token);
        }
        catch (DriverHostException refused)
        {
            await Relay.RefuseAsync(context, refused.StatusCode ?? HttpStatusCode.ServiceUnavailable, refused.Message);
        }
        catch (Exception broken) when (broken is OperationCanceledException or IOException or HttpRequestException)
        {
            // Half a recording must not look like a whole one.
            context.Abort();
        }
    }
}
