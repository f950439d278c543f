using System.Globalization;
using DriverHost.Audit;
using DriverHost.Auth;
using DriverHost.Client;
using DriverHost.Containers;
using DriverHost.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Net.Http.Headers;

namespace DriverHost.Files;

/// <summary>
/// <c>/v1/instances/{id}/changes</c>, <c>…/files</c>, <c>…/files/stat</c> and <c>…/files/list</c>: whoever may read the instance may look and copy out, members copy in.
/// What is copied stands in the audit book before its first byte moves.
/// </summary>
internal static class FilesApi
{
    public static void MapFiles(this IEndpointRouteBuilder app)
    {
        var instance = app.MapGroup("/v1/instances/{id}");
        instance.MapGet("changes", Changes);
        instance.MapGet("files/stat", Stat);
        instance.MapGet("files/list", List);
        instance.MapGet("files", Read);
        instance.MapPut("files", Write).WithMetadata(new DisableRequestSizeLimitAttribute());
    }

    private static async Task<Ok<ChangeList>> Changes(string id, HttpContext context, InstanceBook book, ChangeReader reader, CancellationToken cancellationToken)
    {
        book.RequireReadable(id, context.Caller());
        return TypedResults.Ok(await reader.ReadAsync(Container(id, book), cancellationToken));
    }

    private static async Task<Ok<FileStat>> Stat(string id, string? path, HttpContext context, InstanceBook book, FileReader reader, CancellationToken cancellationToken)
    {
        book.RequireReadable(id, context.Caller());
        return TypedResults.Ok(await reader.LookAsync(Container(id, book), FilePath.Of(path), cancellationToken));
    }

    private static async Task<Ok<FileList>> List(string id, string? path, HttpContext context, InstanceBook book, FileLister lister, CancellationToken cancellationToken)
    {
        book.RequireReadable(id, context.Caller());
        return TypedResults.Ok(await lister.ListAsync(Container(id, book), FilePath.Of(path), cancellationToken));
    }

    private static async Task Read(
        string id, string? path, HttpContext context, InstanceBook book, FileReader reader, AuditBook audit, TokenGuard guard, TimeProvider time, IHostApplicationLifetime lifetime)
    {
        var instance = book.RequireReadable(id, context.Caller());
        var where = FilePath.Of(path);
        await using var token = new TokenWatch(guard, context.Request.Headers["X-Auth-Token"].ToString(), time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping, token.Ended);
        await using var opened = await reader.OpenAsync(Container(id, book), where, ending.Token);
        var what = opened.IsFile ? string.Create(CultureInfo.InvariantCulture, $"{where.Full} ({opened.Length} bytes)") : $"the folder {where.Full}";
        await audit.WriteThroughAsync(AuditEntry.Of(context, instance, AuditKind.FileRead, $"Copied out {what}."), ending.Token);

        var name = where.Name.Length == 0 ? "root" : where.Name;
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(opened.IsFile ? name : name + ".tar");
        context.Response.Headers.ContentDisposition = disposition.ToString();
        context.Response.ContentType = opened.IsFile ? "application/octet-stream" : "application/x-tar";
        context.Response.ContentLength = opened.IsFile ? opened.Length : null;
        context.Response.Headers.CacheControl = "no-store, no-transform";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        try
        {
            await (opened.IsFile ? opened.CopyFileAsync(context.Response.Body, ending.Token) : opened.CopyFolderAsync(context.Response.Body, ending.Token));
        }
        catch (Exception cut) when (cut is OperationCanceledException or IOException or InvalidDataException or HttpRequestException)
        {
            // Half a file must not look like a whole one.
            var why = cut is OperationCanceledException ? "the caller left, or its sign-in ended" : cut.Message;
            await audit.WriteAsync(AuditEntry.Of(context, instance, AuditKind.FileRead, $"Did not copy out all of {what}: {why}.", AuditOutcome.Failed));
            context.Abort();
        }
    }

    private static async Task<Ok<FileWritten>> Write(
        string id, string? path, string? owner, HttpContext context, InstanceBook book, FileWriter writer, AuditBook audit, CancellationToken cancellationToken)
    {
        var instance = book.RequireReadable(id, context.Caller());
        context.Caller().RequireMember();
        var where = FilePath.Of(path);
        if (where.Name.Length == 0)
        {
            throw DriverFailure.Invalid("path is the new file's own, for example /tmp/data.csv.");
        }

        var asked = string.IsNullOrEmpty(owner) ? null : FileOwner.Of(owner);
        var length = context.Request.ContentLength ?? throw new DriverFailure(411, "length_required", "Content-Length says how many bytes the file has; without it nothing is taken.");
        FileWriter.RequireStill(instance.State);
        var what = string.Create(CultureInfo.InvariantCulture, $"{where.Full} ({length} bytes");
        var content = await writer.StageAsync(context.Request.Body, length, cancellationToken);
        FileOwner? begun = null;
        try
        {
            await writer.WriteAsync(id, where, asked, content, async whose =>
            {
                await audit.WriteThroughAsync(AuditEntry.Of(context, instance, AuditKind.FileWrite, $"Copied in {what}, owner {whose})."), CancellationToken.None);
                begun = whose;
            });
        }
        catch (Exception failed) when (begun is not null)
        {
            await audit.WriteAsync(AuditEntry.Of(context, instance, AuditKind.FileWrite, $"Did not copy in {what}): {failed.Message}", AuditOutcome.Failed));
            throw;
        }

        return TypedResults.Ok(new FileWritten(where.Full, begun!.Uid, begun.Gid, begun.Why));
    }

    private static string Container(string id, InstanceBook book) =>
        book.Entry(id)?.Container?.Id ?? throw DriverFailure.Conflict("no_container", "The instance has no container now, so it has no files.");
}
