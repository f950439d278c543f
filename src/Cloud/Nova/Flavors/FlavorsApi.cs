using System.Text.Json.Nodes;
using Cloud.Http;
using Cloud.Nova.Versions;
using Cloud.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Nova.Flavors;

/// <summary>Flavors: list and show for everybody.</summary>
internal sealed class FlavorsApi(IDbContextFactory<CloudDb> factory, NovaLinks links)
{
    public static void Map(RouteGroupBuilder v21)
    {
        v21.MapGet("/flavors", (HttpContext context, FlavorsApi api) => api.ListAsync(context, "/flavors", FlavorView.Brief));
        v21.MapGet("/flavors/detail", (HttpContext context, FlavorsApi api) => api.ListAsync(context, "/flavors/detail", FlavorView.Full));
        v21.MapGet("/flavors/{id}", (HttpContext context, string id, FlavorsApi api) => api.ShowAsync(context, id));
    }

    private async Task<IResult> ListAsync(HttpContext context, string path, Func<FlavorRow, NovaLinks, Microversion, JsonObject> view)
    {
        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        var listing = new FlavorListing(context.Request.Query);
        var flavors = await listing.ReadAsync(db, context.Caller(), context.RequestAborted);
        var version = Microversions.Of(context);
        var body = new JsonObject { ["flavors"] = new JsonArray([.. flavors.Select(f => view(f, links, version))]) };
        if (listing.Page.Next(links, path, context.Request.Query, [.. flavors.Select(f => f.Id)]) is { } next)
        {
            body["flavors_links"] = next;
        }

        return Json.Ok(body);
    }

    private async Task<IResult> ShowAsync(HttpContext context, string id)
    {
        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        var flavor = await db.GetFlavorAsync(context.Caller(), id, context.RequestAborted);
        return Json.Ok(new JsonObject { ["flavor"] = FlavorView.Full(flavor, links, Microversions.Of(context)) });
    }
}
