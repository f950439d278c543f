using System.Text.Json.Nodes;
using Cloud.Http;
using Cloud.Nova.Actions;
using Cloud.Nova.Versions;
using Cloud.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Nova.Servers;

/// <summary><c>/servers/{id}/tags</c>, since microversion 2.26.</summary>
internal sealed class ServerTagsApi(IDbContextFactory<CloudDb> factory, ActionStart actions, NovaLinks links)
{
    public static void Map(RouteGroupBuilder v21)
    {
        var tags = v21.MapGroup("/servers/{id}/tags").AddEndpointFilter((context, next) =>
        {
            Microversions.RequireAtLeast(context.HttpContext, 2, 26);
            return next(context);
        });
        tags.MapGet("", (HttpContext context, string id, ServerTagsApi api) => api.ListAsync(context, id));
        tags.MapPut("", (HttpContext context, string id, ServerTagsApi api) => api.ReplaceAsync(context, id));
        tags.MapDelete("", (HttpContext context, string id, ServerTagsApi api) => api.ClearAsync(context, id));
        tags.MapGet("{tag}", (HttpContext context, string id, string tag, ServerTagsApi api) => api.ShowAsync(context, id, tag));
        tags.MapPut("{tag}", (HttpContext context, string id, string tag, ServerTagsApi api) => api.AddAsync(context, id, tag));
        tags.MapDelete("{tag}", (HttpContext context, string id, string tag, ServerTagsApi api) => api.RemoveAsync(context, id, tag));
    }

    private async Task<IResult> ListAsync(HttpContext context, string id) => Answer(await ReadAsync(context, id));

    private async Task<IResult> ShowAsync(HttpContext context, string id, string tag) =>
        (await ReadAsync(context, id)).Contains(tag) ? Results.NoContent() : throw NotFound(id, tag);

    private async Task<IResult> ReplaceAsync(HttpContext context, string id)
    {
        context.Caller().RequireMember();
        var body = await context.Request.ReadBodyAsync(context.RequestAborted);
        var tags = ServerText.Tags(body.Has("tags") ? body.Items("tags") : throw CloudFailure.Invalid("'tags' is a required property."));
        return Answer(await ChangeAsync(context, id, _ => tags));
    }

    private async Task<IResult> ClearAsync(HttpContext context, string id)
    {
        await ChangeAsync(context, id, _ => []);
        return Results.NoContent();
    }

    private async Task<IResult> AddAsync(HttpContext context, string id, string tag)
    {
        ServerText.Tag(tag);
        var added = false;
        await ChangeAsync(context, id, known =>
        {
            added = !known.Contains(tag);
            return added ? ServerText.RequireFewTags([.. known, tag]) : known;
        });
        context.Response.Headers.Location = links.Address($"/servers/{id}/tags/{Uri.EscapeDataString(tag)}");
        return Results.StatusCode(added ? StatusCodes.Status201Created : StatusCodes.Status204NoContent);
    }

    private async Task<IResult> RemoveAsync(HttpContext context, string id, string tag)
    {
        await ChangeAsync(context, id, known => known.Contains(tag) ? [.. known.Where(t => t != tag)] : throw NotFound(id, tag));
        return Results.NoContent();
    }

    private async Task<string[]> ReadAsync(HttpContext context, string id)
    {
        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        return (await db.Set<InstanceRow>().AsNoTracking().GetInstanceAsync(context.Caller(), id, context.RequestAborted)).Tags;
    }

    private async Task<string[]> ChangeAsync(HttpContext context, string id, Func<string[], string[]> change)
    {
        var row = await actions.ChangeAsync(context, id, null, row =>
        {
            row.RequireSettled("tag");
            row.Tags = change(row.Tags);
        }, context.RequestAborted);
        return row.Tags;
    }

    private static IResult Answer(string[] tags) => Json.Ok(new JsonObject { ["tags"] = new JsonArray([.. tags.Select(t => (JsonNode)t)]) });

    private static CloudFailure NotFound(string id, string tag) => CloudFailure.NotFound($"Server {id} has no tag '{ServerText.Short(tag)}'");
}
