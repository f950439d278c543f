using Cloud.Http;
using Cloud.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Glance.Images;

/// <summary>Tags of an image, one at a time.</summary>
internal sealed class TagsApi(IDbContextFactory<CloudDb> factory, TimeProvider time)
{
    public static void Map(RouteGroupBuilder v2)
    {
        v2.MapPut("/images/{id}/tags/{tag}", (HttpContext context, string id, string tag, TagsApi api) => api.ChangeAsync(context, id, image => ImageAttributes.AddTag(image, tag)));
        v2.MapDelete("/images/{id}/tags/{tag}", (HttpContext context, string id, string tag, TagsApi api) => api.ChangeAsync(context, id, image => Remove(image, tag)));
    }

    private async Task<IResult> ChangeAsync(HttpContext context, string id, Action<ImageRow> change)
    {
        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        var image = await db.GetImageToChangeAsync(context.Caller(), id, context.RequestAborted);
        change(image);
        image.UpdatedAt = time.GetUtcNow().UtcDateTime;
        await db.SaveImageAsync(id, context.RequestAborted);
        return Results.NoContent();
    }

    private static void Remove(ImageRow image, string tag)
    {
        if (image.Tags.RemoveAll(t => t.Tag == tag) == 0)
        {
            throw CloudFailure.NotFound($"Image {image.Id} has no tag '{tag}'.");
        }
    }
}
