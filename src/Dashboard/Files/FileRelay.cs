using System.Net;
using Dashboard.Hosting;
using Dashboard.SignIn;
using DriverHost.Client;
using Microsoft.AspNetCore.Mvc;

namespace Dashboard.Files;

/// <summary>
/// Passes files on between the browser and the driver host, as bytes and in both directions. The driver host decides by the user's own token; a copy ends
/// when the sign-in does.
/// </summary>
internal sealed class FileRelay(DashboardSession session)
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/files/{instanceId}", (HttpContext context, string instanceId, string? path, FileRelay relay) => relay.OutAsync(context, instanceId, path ?? ""));
        app.MapPost("/files/{instanceId}", (HttpContext context, string instanceId, string? path, string? owner, FileRelay relay) => relay.InAsync(context, instanceId, path ?? "", owner))
            .RequireFormToken()
            .WithMetadata(new DisableRequestSizeLimitAttribute());
    }

    private async Task OutAsync(HttpContext context, string instanceId, string path)
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
            using var answer = await host.OpenFileAsync(instanceId, path, ending.Token);
            Relay.Prepare(context, answer.Content.Headers.ContentType?.MediaType ?? "application/octet-stream");
            context.Response.Headers.ContentDisposition = answer.Content.Headers.ContentDisposition?.ToString() ?? "attachment";
            context.Response.ContentLength = answer.Content.Headers.ContentLength;
            await Relay.CopyAsync(answer, context, "file", ending.Token);
        }
        catch (DriverHostException refused)
        {
            await Relay.RefuseAsync(context, refused.StatusCode ?? HttpStatusCode.ServiceUnavailable, $"Not copied. {refused.Message}");
        }
        catch (Exception broken) when (broken is OperationCanceledException or IOException or HttpRequestException)
        {
            // Half a file must not look like a whole one.
            context.Abort();
        }
    }

    private async Task InAsync(HttpContext context, string instanceId, string path, string? owner)
    {
        if (!session.MayChange)
        {
            await Relay.RefuseAsync(context, HttpStatusCode.Forbidden, "Not copied. Your role may look, not change. Ask for the member role.");
            return;
        }

        if (!Guid.TryParse(instanceId, out _))
        {
            await Relay.RefuseAsync(context, HttpStatusCode.NotFound, "There is no such instance.");
            return;
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, session.Ended);
        try
        {
            using var content = new StreamContent(context.Request.Body);
            content.Headers.ContentLength = context.Request.ContentLength;
            var host = await session.Hosts.OfAsync(instanceId, ending.Token);
            var written = await host.WriteFileAsync(instanceId, path, owner, content, ending.Token);
            await context.Response.WriteAsJsonAsync(new { detail = Words(written) }, ending.Token);
        }
        catch (DriverHostException refused)
        {
            await Relay.RefuseAsync(context, refused.StatusCode ?? HttpStatusCode.ServiceUnavailable, $"Not copied. {refused.Message}");
        }
        catch (Exception broken) when (broken is OperationCanceledException or IOException or HttpRequestException or BadHttpRequestException)
        {
            // The sender is gone, or its sign-in is: nothing of it was kept.
            context.Abort();
        }
    }

    private static string Words(FileWritten written) => written.Why switch
    {
        "user" => $"It belongs to {written.Uid}:{written.Gid}, whom the instance's process runs as.",
        "root" => "It belongs to root: the image names no other user that its files know.",
        _ => $"It belongs to {written.Uid}:{written.Gid}.",
    };
}
