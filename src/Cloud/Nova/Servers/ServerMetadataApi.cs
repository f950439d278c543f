using System.Text.Json;
using System.Text.Json.Nodes;
using Cloud.Http;
using Cloud.Nova.Actions;
using Cloud.Nova.Quotas;
using Cloud.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Nova.Servers;

/// <summary><c>/servers/{id}/metadata</c>. What the process got from it at launch does not change any more.</summary>
internal sealed class ServerMetadataApi(IDbContextFactory<CloudDb> factory, ActionStart actions, QuotaStore quotas)
{
    public static void Map(RouteGroupBuilder v21)
    {
        v21.MapGet("/servers/{id}/metadata", (HttpContext context, string id, ServerMetadataApi api) => api.ListAsync(context, id));
        v21.MapPost("/servers/{id}/metadata", (HttpContext context, string id, ServerMetadataApi api) => api.WriteAsync(context, id, keep: true));
        v21.MapPut("/servers/{id}/metadata", (HttpContext context, string id, ServerMetadataApi api) => api.WriteAsync(context, id, keep: false));
        v21.MapGet("/servers/{id}/metadata/{key}", (HttpContext context, string id, string key, ServerMetadataApi api) => api.ShowAsync(context, id, key));
        v21.MapPut("/servers/{id}/metadata/{key}", (HttpContext context, string id, string key, ServerMetadataApi api) => api.WriteOneAsync(context, id, key));
        v21.MapDelete("/servers/{id}/metadata/{key}", (HttpContext context, string id, string key, ServerMetadataApi api) => api.DeleteAsync(context, id, key));
    }

    private async Task<IResult> ListAsync(HttpContext context, string id) => Answer(await ReadAsync(context, id));

    private async Task<IResult> ShowAsync(HttpContext context, string id, string key) =>
        (await ReadAsync(context, id)).TryGetValue(key, out var value) ? One(key, value) : throw NotFound();

    private async Task<IResult> WriteAsync(HttpContext context, string id, bool keep)
    {
        context.Caller().RequireMember();
        var given = ServerText.Metadata(await context.Request.ReadObjectAsync("metadata", context.RequestAborted));
        return Answer(await ChangeAsync(context, id, known => keep ? Merged(known, given) : given));
    }

    private async Task<IResult> WriteOneAsync(HttpContext context, string id, string key)
    {
        context.Caller().RequireMember();
        JsonProperty[] members = [.. (await context.Request.ReadObjectAsync("meta", context.RequestAborted)).EnumerateObject()];
        if (members.Length != 1)
        {
            throw CloudFailure.Invalid("Request body contains too many items");
        }

        if (members[0].Name != key)
        {
            throw CloudFailure.Invalid("Request body and URI mismatch");
        }

        var value = ServerText.MetadataValue(ServerText.MetadataKey(key), members[0].Value);
        await ChangeAsync(context, id, known => Merged(known, new Dictionary<string, string> { [key] = value }));
        return One(key, value);
    }

    private async Task<IResult> DeleteAsync(HttpContext context, string id, string key)
    {
        await ChangeAsync(context, id, known => known.ContainsKey(key) ? known.Where(m => m.Key != key).ToDictionary(m => m.Key, m => m.Value) : throw NotFound());
        return Results.NoContent();
    }

    private async Task<IReadOnlyDictionary<string, string>> ReadAsync(HttpContext context, string id)
    {
        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        return (await db.Set<InstanceRow>().AsNoTracking().GetInstanceAsync(context.Caller(), id, context.RequestAborted)).Metadata;
    }

    private async Task<IReadOnlyDictionary<string, string>> ChangeAsync(
        HttpContext context, string id, Func<IReadOnlyDictionary<string, string>, IReadOnlyDictionary<string, string>> change)
    {
        context.Caller().RequireMember();
        var quota = await quotas.OfAsync(context.Caller().RequireProject(), context.RequestAborted);
        var row = await actions.ChangeAsync(context, id, null, row =>
        {
            row.RequireUnlocked(context.Caller());
            row.RequireSettled("update metadata of");
            var changed = change(row.Metadata);
            QuotaRules.RequireMetadata(changed.Count, quota);
            row.Metadata = changed;
        }, context.RequestAborted);
        return row.Metadata;
    }

    private static Dictionary<string, string> Merged(IReadOnlyDictionary<string, string> known, IReadOnlyDictionary<string, string> given)
    {
        var merged = new Dictionary<string, string>(known);
        foreach (var (key, value) in given)
        {
            merged[key] = value;
        }

        return merged;
    }

    private static IResult Answer(IReadOnlyDictionary<string, string> metadata) =>
        Json.Ok(new JsonObject { ["metadata"] = new JsonObject(metadata.Select(m => KeyValuePair.Create<string, JsonNode?>(m.Key, m.Value))) });

    private static IResult One(string key, string value) => Json.Ok(new JsonObject { ["meta"] = new JsonObject { [key] = value } });

    private static CloudFailure NotFound() => CloudFailure.NotFound("Metadata item was not found");
}
