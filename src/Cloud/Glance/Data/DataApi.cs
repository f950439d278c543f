using Cloud.Glance.Images;
using Cloud.Http;
using Cloud.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Glance.Data;

/// <summary>An image's bytes: upload once, download at will.</summary>
internal sealed class DataApi(IDbContextFactory<CloudDb> factory, ImageFiles files, CloudOptions options, TimeProvider time)
{
    private const string OctetStream = "application/octet-stream";

    public static void Map(RouteGroupBuilder v2)
    {
        v2.MapPut("/images/{id}/file", (HttpContext context, string id, DataApi api) => api.UploadAsync(context, id));
        v2.MapGet("/images/{id}/file", (HttpContext context, string id, DataApi api) => api.DownloadAsync(context, id));
    }

    private async Task<IResult> UploadAsync(HttpContext context, string id)
    {
        await BeginAsync(context, id);
        try
        {
            LiftLimits(context);
            var staged = await files.ReceiveAsync(context.Request.Body, context.RequestAborted);
            await ActivateAsync(context.Caller(), id, staged);
            return Results.NoContent();
        }
        catch
        {
            // Whatever broke it, the image waits for its bytes again. The caller may be gone: no token of theirs.
            await MoveAsync(id, ImageStates.Saving, ImageStates.Queued, CancellationToken.None);
            throw;
        }
    }

    private async Task BeginAsync(HttpContext context, string id)
    {
        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        var image = await db.GetImageToChangeAsync(context.Caller(), id, context.RequestAborted);
        var media = context.Request.ContentType?.Split(';')[0].Trim();
        if (media != OctetStream)
        {
            throw new CloudFailure(FailureKind.UnsupportedMediaType, $"The data of an image is sent as {OctetStream}; '{media}' is not supported here.");
        }

        if (image.ContainerFormat is null || image.DiskFormat is null)
        {
            throw CloudFailure.Invalid("Properties disk_format, container_format must be set prior to saving data.");
        }

        if (!await MoveAsync(id, ImageStates.Queued, ImageStates.Saving, context.RequestAborted))
        {
            throw CloudFailure.Conflict($"Image status transition from {image.Status} to saving is not allowed: the data of an image is uploaded once.");
        }
    }

    private async Task ActivateAsync(Caller caller, string id, StagedFile staged)
    {
        await using var db = await factory.CreateDbContextAsync();
        await files.KeepAsync(db, staged, async () =>
        {
            var image = await db.Set<ImageRow>().Include(i => i.Properties).FirstOrDefaultAsync(i => i.Id == id && i.Status == ImageStates.Saving)
                ?? throw new CloudFailure(FailureKind.Gone, $"Image {id} was deleted during its upload.");
            var now = time.GetUtcNow();
            image.Status = ImageStates.Active;
            image.Size = staged.Digests.Size;
            image.Md5 = staged.Digests.Md5;
            image.Sha512 = staged.Digests.Sha512;
            image.UpdatedAt = now.UtcDateTime;
            ApprovalRules.Activate(image, caller, options.AdministratorsApproveOwn, now);
            await db.SaveImageAsync(id, CancellationToken.None);
        });
    }

    private async Task<IResult> DownloadAsync(HttpContext context, string id)
    {
        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        var image = await db.GetImageAsync(context.Caller(), id, context.RequestAborted);
        if (image.Status == ImageStates.Deactivated && !context.Caller().IsAdmin)
        {
            throw CloudFailure.Forbidden("The requested image has been deactivated. Image data download is forbidden.");
        }

        if (image.Sha512 is null)
        {
            return Results.NoContent();
        }

        context.Response.Headers.ContentMD5 = image.Md5;
        return Results.File(files.Open(image.Sha512), OctetStream, enableRangeProcessing: true);
    }

    /// <returns>False when the image is not in the state <paramref name="from"/>: of several uploads at once, one wins.</returns>
    private async Task<bool> MoveAsync(string id, string from, string to, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return await db.Set<ImageRow>().Where(i => i.Id == id && i.Status == from)
            .ExecuteUpdateAsync(image => image.SetProperty(i => i.Status, to).SetProperty(i => i.UpdatedAt, now), cancellationToken) == 1;
    }

    // An image may be of any size, and its sender may pause: docker save does while it packs a layer.
    private static void LiftLimits(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }
    }
}
