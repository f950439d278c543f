using System.Text.Json.Nodes;
using Cloud.Glance.Data;
using Cloud.Http;
using Cloud.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Glance.Images;

/// <summary>Image records: list, show, create, update, delete.</summary>
internal sealed class ImagesApi(IDbContextFactory<CloudDb> factory, ImageFiles files, CloudOptions options, TimeProvider time)
{
    public static void Map(RouteGroupBuilder v2)
    {
        v2.MapGet("/images", (HttpContext context, ImagesApi api) => api.ListAsync(context));
        v2.MapPost("/images", (HttpContext context, ImagesApi api) => api.CreateAsync(context));
        v2.MapGet("/images/{id}", (HttpContext context, string id, ImagesApi api) => api.ShowAsync(context, id));
        v2.MapPatch("/images/{id}", (HttpContext context, string id, ImagesApi api) => api.UpdateAsync(context, id));
        v2.MapDelete("/images/{id}", (HttpContext context, string id, ImagesApi api) => api.DeleteAsync(context, id));
        v2.MapPost("/images/{id}/actions/deactivate", (HttpContext context, string id, ImagesApi api) => api.SwitchAsync(context, id, ImageStates.Active, ImageStates.Deactivated));
        v2.MapPost("/images/{id}/actions/reactivate", (HttpContext context, string id, ImagesApi api) => api.SwitchAsync(context, id, ImageStates.Deactivated, ImageStates.Active));
    }

    private async Task<IResult> ListAsync(HttpContext context)
    {
        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        var (images, next) = await new ImageListing(context.Request.Query).ReadAsync(db, context.Caller(), context.RequestAborted);
        var body = new JsonObject
        {
            ["images"] = new JsonArray([.. images.Select(ImageView.Of)]),
            ["first"] = Link(context.Request.Query, marker: null),
            ["schema"] = "/v2/schemas/images",
        };
        if (next is not null)
        {
            body["next"] = Link(context.Request.Query, next);
        }

        return Json.Ok(body);
    }

    private async Task<IResult> ShowAsync(HttpContext context, string id)
    {
        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        return Json.Ok(ImageView.Of(await db.GetImageAsync(context.Caller(), id, context.RequestAborted)));
    }

    private async Task<IResult> CreateAsync(HttpContext context)
    {
        var caller = context.Caller();
        caller.RequireMember();
        var project = caller.RequireProject();
        var body = await context.Request.ReadBodyAsync(context.RequestAborted);
        var now = time.GetUtcNow();
        var id = body.Text("id") ?? Guid.NewGuid().ToString();
        if (!Guid.TryParseExact(id, "D", out _) || id.Any(char.IsAsciiLetterUpper))
        {
            throw CloudFailure.Invalid($"Provided object does not match schema 'image': '{id}' is not a UUID in lower case: id");
        }

        var image = new ImageRow { Id = id, Owner = project, Status = ImageStates.Queued, Visibility = ImageStates.Shared, CreatedAt = now.UtcDateTime, UpdatedAt = now.UtcDateTime };
        var written = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in body.EnumerateObject().Where(p => p.Name != "id"))
        {
            ImageAttributes.Set(image, caller, property.Name, property.Value);
            written.Add(property.Name);
        }

        ApprovalRules.Settle(image, caller, written, now);
        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        if (await db.Set<ImageRow>().AnyAsync(i => i.Id == id, context.RequestAborted))
        {
            throw CloudFailure.Conflict($"Image ID {id} already exists!");
        }

        db.Add(image);
        await db.SaveChangesAsync(context.RequestAborted);
        context.Response.Headers.Location = $"{options.Url.ToString().TrimEnd('/')}/image/v2/images/{id}";
        return Json.Created(ImageView.Of(image));
    }

    private async Task<IResult> UpdateAsync(HttpContext context, string id)
    {
        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        var image = await db.GetImageToChangeAsync(context.Caller(), id, context.RequestAborted);
        var changes = await ImagePatching.ReadAsync(context.Request, context.RequestAborted);
        if (changes.Count > 0)
        {
            var now = time.GetUtcNow();
            var written = ImagePatching.Apply(image, context.Caller(), changes);
            ApprovalRules.Settle(image, context.Caller(), written, now);
            image.UpdatedAt = now.UtcDateTime;
            await db.SaveImageAsync(id, context.RequestAborted);
        }

        return Json.Ok(ImageView.Of(image));
    }

    private async Task<IResult> DeleteAsync(HttpContext context, string id)
    {
        // Whatever happens to the image at the same moment, an upload that ends for one: it is to go.
        while (!await TryDeleteAsync(context, id))
        {
            context.RequestAborted.ThrowIfCancellationRequested();
        }

        return Results.NoContent();
    }

    /// <returns>False when another call changed the image meanwhile.</returns>
    private async Task<bool> TryDeleteAsync(HttpContext context, string id)
    {
        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        var image = await db.GetImageToChangeAsync(context.Caller(), id, context.RequestAborted);
        return image.Protected
            ? throw CloudFailure.Forbidden($"Image {id} is protected and cannot be deleted.")
            : await files.TryDeleteAsync(db, image, context.RequestAborted);
    }

    private async Task<IResult> SwitchAsync(HttpContext context, string id, string from, string to)
    {
        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        var image = await db.GetImageAsync(context.Caller(), id, context.RequestAborted);
        context.Caller().RequireAdmin();
        if (image.Status == to)
        {
            return Results.NoContent();
        }

        if (image.Status != from)
        {
            throw CloudFailure.Forbidden($"Not allowed to set image {id} to {to}: its status is {image.Status}, not {from}.");
        }

        image.Status = to;
        image.UpdatedAt = time.GetUtcNow().UtcDateTime;
        await db.SaveImageAsync(id, context.RequestAborted);
        return Results.NoContent();
    }

    private static string Link(IQueryCollection query, string? marker)
    {
        var builder = new QueryBuilder(query.Where(q => q.Key != "marker").SelectMany(q => q.Value.OfType<string>().Select(value => KeyValuePair.Create(q.Key, value))));
        if (marker is not null)
        {
            builder.Add("marker", marker);
        }

        return $"/v2/images{builder}";
    }
}
