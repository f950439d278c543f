using System.Globalization;
using DriverHost.Audit;
using DriverHost.Auth;
using DriverHost.Client;
using DriverHost.Containers;
using DriverHost.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace DriverHost.Terminal;

/// <summary><c>/v1/instances/{id}/recordings</c>: who may read the audit of an instance may see what was done in its terminals, also when it is long deleted.</summary>
internal static class RecordingsApi
{
    public static void MapRecordings(this IEndpointRouteBuilder app)
    {
        app.MapGet("/v1/instances/{id}/recordings", List);
        app.MapGet("/v1/instances/{id}/recordings/{session}", Read);
    }

    private static Ok<RecordingList> List(string id, HttpContext context, InstanceBook book, TerminalRecordings recordings)
    {
        var found = recordings.Of(id, ProjectOf(id, context.Caller()));
        if (found.Count == 0)
        {
            book.RequireReadable(id, context.Caller());
        }

        return TypedResults.Ok(new RecordingList(recordings.On, [.. found.Select(f => f.Record)]));
    }

    private static async Task Read(string id, string session, HttpContext context, TerminalRecordings recordings, AuditBook audit)
    {
        var caller = context.Caller();
        if (recordings.Of(id, ProjectOf(id, caller)).FirstOrDefault(f => f.Record.Id == session) is not { Record: { } record } found)
        {
            throw DriverFailure.NotFound("There is no such recording.");
        }

        await using var file = new FileStream(found.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var request = context.Request.Headers["X-Openstack-Request-Id"].ToString();
        var entry = new AuditEntry(id, found.Project, caller.UserId, caller.UserName, request.Length > 0 ? request : null, AuditKind.TerminalRead, $"Read the recording {session}.");
        await audit.WriteThroughAsync(entry, context.RequestAborted);

        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(string.Create(CultureInfo.InvariantCulture, $"terminal-{record.StartedAt:yyyyMMdd-HHmmss}.cast"));
        context.Response.Headers.ContentDisposition = disposition.ToString();
        context.Response.ContentType = "application/x-asciicast";
        context.Response.Headers.CacheControl = "no-store, no-transform";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        // No length: one that is open still grows.
        await file.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private static string? ProjectOf(string id, DriverCaller caller) => caller.IsAdmin || caller.IsService ? null : caller.ProjectId ?? throw CallerAccess.NoInstance(id);
}
