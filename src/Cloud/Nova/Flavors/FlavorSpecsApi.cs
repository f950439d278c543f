using System.Text.Json;
using System.Text.Json.Nodes;
using Cloud.Http;
using Cloud.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Nova.Flavors;

/// <summary>A flavor's extra specs: everybody who sees the flavor reads them, administrators write them.</summary>
internal sealed class FlavorSpecsApi(IDbContextFactory<CloudDb> factory)
{
    public static void Map(RouteGroupBuilder v21)
    {
        v21.MapGet("/flavors/{id}/os-extra_specs", (HttpContext context, string id, FlavorSpecsApi api) => api.ListAsync(context, id));
        v21.MapPost("/flavors/{id}/os-extra_specs", (HttpContext context, string id, FlavorSpecsApi api) => api.CreateAsync(context, id));
        v21.MapGet("/flavors/{id}/os-extra_specs/{key}", (HttpContext context, string id, string key, FlavorSpecsApi api) => api.ShowAsync(context, id, key));
        v21.MapPut("/flavors/{id}/os-extra_specs/{key}", (HttpContext context, string id, string key, FlavorSpecsApi api) => api.UpdateAsync(context, id, key));
        v21.MapDelete("/flavors/{id}/os-extra_specs/{key}", (HttpContext context, string id, string key, FlavorSpecsApi api) => api.DeleteAsync(context, id, key));
    }

    private async Task<IResult> ListAsync(HttpContext context, string id)
    {
        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        var flavor = await db.GetFlavorAsync(context.Caller(), id, context.RequestAborted);
        return Json.Ok(new JsonObject { ["extra_specs"] = FlavorView.Specs(flavor.Specs) });
    }

    private async Task<IResult> CreateAsync(HttpContext context, string id)
    {
        context.Caller().RequireAdmin();
        var specs = Read(await context.Request.ReadObjectAsync("extra_specs", context.RequestAborted));
        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        var flavor = await db.GetFlavorAsync(context.Caller(), id, context.RequestAborted);
        Write(flavor, specs);
        await db.SaveChangesAsync(context.RequestAborted);
        return Json.Ok(new JsonObject { ["extra_specs"] = FlavorView.Specs(specs) });
    }

    private async Task<IResult> ShowAsync(HttpContext context, string id, string key)
    {
        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        var spec = Find(await db.GetFlavorAsync(context.Caller(), id, context.RequestAborted), key);
        return Json.Ok(new JsonObject { [spec.Key] = spec.Value });
    }

    private async Task<IResult> UpdateAsync(HttpContext context, string id, string key)
    {
        context.Caller().RequireAdmin();
        var specs = Read(await context.Request.ReadBodyAsync(context.RequestAborted));
        if (specs.Count != 1 || specs[0].Key != key)
        {
            throw CloudFailure.Invalid("Request body and URI mismatch");
        }

        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        var flavor = await db.GetFlavorAsync(context.Caller(), id, context.RequestAborted);
        Write(flavor, specs);
        await db.SaveChangesAsync(context.RequestAborted);
        return Json.Ok(FlavorView.Specs(specs));
    }

    private async Task<IResult> DeleteAsync(HttpContext context, string id, string key)
    {
        context.Caller().RequireAdmin();
        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        var flavor = await db.GetFlavorAsync(context.Caller(), id, context.RequestAborted);
        flavor.Specs.Remove(Find(flavor, key));
        await db.SaveChangesAsync(context.RequestAborted);
        return Results.Ok();
    }

    private static FlavorSpecRow Find(FlavorRow flavor, string key) =>
        flavor.Specs.Find(s => s.Key == key) ?? throw CloudFailure.NotFound($"Flavor {flavor.Id} has no extra specs with key {key}.");

    private static List<FlavorSpecRow> Read(JsonElement specs) => [.. specs.EnumerateObject().Select(member => new FlavorSpecRow
    {
        FlavorId = "",
        Key = CheckedKey(member.Name),
        Value = CheckedValue(member),
    })];

    private static void Write(FlavorRow flavor, IEnumerable<FlavorSpecRow> specs)
    {
        foreach (var spec in specs)
        {
            if (flavor.Specs.Find(s => s.Key == spec.Key) is { } known)
            {
                known.Value = spec.Value;
            }
            else
            {
                flavor.Specs.Add(new FlavorSpecRow { FlavorId = flavor.Id, Key = spec.Key, Value = spec.Value });
            }
        }
    }

    private static string CheckedKey(string key) => key.Length is > 0 and <= 255 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or ':' or '.' or ' ')
        ? key
        : throw CloudFailure.Invalid("Key Names can only contain alphanumeric characters, periods, dashes, underscores, colons and spaces.");

    private static string CheckedValue(JsonProperty member) =>
        (member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString() : member.Value.ValueKind == JsonValueKind.Number ? member.Value.GetRawText() : null) is { Length: <= 255 } value
            ? value
            : throw CloudFailure.Invalid($"Invalid input for field/attribute {member.Name}. It must be a string or a number of at most 255 characters.");
}
