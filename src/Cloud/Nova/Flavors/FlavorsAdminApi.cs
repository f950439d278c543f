using System.Text.Json;
using System.Text.Json.Nodes;
using Cloud.Http;
using Cloud.Nova.Versions;
using Cloud.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Nova.Flavors;

/// <summary>Making, describing and removing flavors: administrators only.</summary>
internal sealed class FlavorsAdminApi(IDbContextFactory<CloudDb> factory, NovaLinks links)
{
    private static readonly string[] Known =
        ["name", "id", "ram", "vcpus", "disk", "swap", "OS-FLV-EXT-DATA:ephemeral", "rxtx_factor", "os-flavor-access:is_public", "description"];

    public static void Map(RouteGroupBuilder v21)
    {
        v21.MapPost("/flavors", (HttpContext context, FlavorsAdminApi api) => api.CreateAsync(context));
        v21.MapPut("/flavors/{id}", (HttpContext context, string id, FlavorsAdminApi api) => api.UpdateAsync(context, id));
        v21.MapDelete("/flavors/{id}", (HttpContext context, string id, FlavorsAdminApi api) => api.DeleteAsync(context, id));
    }

    private async Task<IResult> CreateAsync(HttpContext context)
    {
        context.Caller().RequireAdmin();
        var version = Microversions.Of(context);
        var body = await context.Request.ReadObjectAsync("flavor", context.RequestAborted);
        NovaBody.RequireKnown(body, version.AtLeast(2, 55) ? Known : Known[..^1]);
        var flavor = Read(body);
        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        if (await db.Set<FlavorRow>().AnyAsync(f => f.Name == flavor.Name, context.RequestAborted))
        {
            throw CloudFailure.Conflict($"Flavor with name {flavor.Name} already exists.");
        }

        if (await db.Set<FlavorRow>().AnyAsync(f => f.Id == flavor.Id, context.RequestAborted))
        {
            throw CloudFailure.Conflict($"Flavor with ID {flavor.Id} already exists.");
        }

        db.Add(flavor);
        await db.SaveChangesAsync(context.RequestAborted);
        return Json.Ok(new JsonObject { ["flavor"] = FlavorView.Full(flavor, links, version) });
    }

    private async Task<IResult> UpdateAsync(HttpContext context, string id)
    {
        Microversions.RequireAtLeast(context, 2, 55);
        context.Caller().RequireAdmin();
        var body = await context.Request.ReadObjectAsync("flavor", context.RequestAborted);
        NovaBody.RequireKnown(body, "description");
        if (!body.Has("description"))
        {
            throw CloudFailure.Invalid("'description' is a required property.");
        }

        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        var flavor = await db.GetFlavorAsync(context.Caller(), id, context.RequestAborted);
        flavor.Description = Description(body);
        await db.SaveChangesAsync(context.RequestAborted);
        return Json.Ok(new JsonObject { ["flavor"] = FlavorView.Full(flavor, links, Microversions.Of(context)) });
    }

    private async Task<IResult> DeleteAsync(HttpContext context, string id)
    {
        context.Caller().RequireAdmin();
        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        db.Remove(await db.GetFlavorAsync(context.Caller(), id, context.RequestAborted));
        await db.SaveChangesAsync(context.RequestAborted);
        return Results.StatusCode(StatusCodes.Status202Accepted);
    }

    private static FlavorRow Read(JsonElement body) => new()
    {
        // nova: "auto" and no id both ask for a new one.
        Id = NovaBody.TextOrNumber(body, "id") is { } id and not "auto" ? CheckedId(id) : Guid.NewGuid().ToString(),
        Name = body.RequiredText("name").Trim(),
        Vcpus = NovaBody.RequiredNumber(body, "vcpus", minimum: 1),
        Ram = NovaBody.RequiredNumber(body, "ram", minimum: 1),
        Disk = NovaBody.RequiredNumber(body, "disk", minimum: 0),
        Ephemeral = NovaBody.Number(body, "OS-FLV-EXT-DATA:ephemeral", minimum: 0) ?? 0,
        Swap = NovaBody.Text(body, "swap") == "" ? 0 : NovaBody.Number(body, "swap", minimum: 0) ?? 0,
        RxtxFactor = Factor(body),
        IsPublic = NovaBody.Flag(body, "os-flavor-access:is_public") ?? true,
        Description = Description(body),
    };

    private static string CheckedId(string id) =>
        id.Length is > 0 and <= 255 && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or ' ') && id == id.Trim()
            ? id
            : throw CloudFailure.Invalid("id can only contain letters from A-Z (both cases), periods, dashes, underscores and spaces inside, and has at most 255 characters.");

    private static double Factor(JsonElement body) => body.Member("rxtx_factor") switch
    {
        null => 1.0,
        { ValueKind: JsonValueKind.Number } number when number.GetDouble() > 0 => number.GetDouble(),
        { ValueKind: JsonValueKind.String } text when double.TryParse(text.GetString(), System.Globalization.CultureInfo.InvariantCulture, out var number) && number is > 0 and < double.MaxValue => number,
        _ => throw CloudFailure.Invalid("Invalid input for field/attribute rxtx_factor. It must be a number greater than 0."),
    };

    private static string? Description(JsonElement body) =>
        body.Text("description") is { Length: > 65535 } ? throw CloudFailure.Invalid("Invalid input for field/attribute description. It is too long: at most 65535 characters.") : body.Text("description");
}
