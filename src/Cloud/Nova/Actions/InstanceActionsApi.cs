using System.Text.Json.Nodes;
using Cloud.Http;
using Cloud.Nova.Servers;
using Cloud.Nova.Versions;
using Cloud.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Nova.Actions;

/// <summary><c>/servers/{id}/os-instance-actions</c>: what was done to an instance and what happened to it, newest first.</summary>
internal sealed class InstanceActionsApi(IDbContextFactory<CloudDb> factory, NovaLinks links)
{
    private const int MaximumLimit = 1000;

    public static void Map(RouteGroupBuilder v21)
    {
        v21.MapGet("/servers/{id}/os-instance-actions", (HttpContext context, string id, InstanceActionsApi api) => api.ListAsync(context, id));
        v21.MapGet("/servers/{id}/os-instance-actions/{request}", (HttpContext context, string id, string request, InstanceActionsApi api) => api.ShowAsync(context, id, request));
    }

    private async Task<IResult> ListAsync(HttpContext context, string id)
    {
        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        await RequireInstanceAsync(db, context, id);
        var version = Microversions.Of(context);
        var query = context.Request.Query;
        var actions = Within(db.Set<InstanceActionRow>().AsNoTracking().Where(a => a.InstanceId == id), query, version);
        var rows = await actions.OrderByDescending(a => a.StartedAt).ThenByDescending(a => a.Id).Take(MaximumLimit).ToListAsync(context.RequestAborted);
        JsonArray? next = null;
        if (version.AtLeast(2, 58))
        {
            var page = NovaPage.Of(query);
            var ids = page.Cut([.. rows.Select(a => a.RequestId)]);
            rows = [.. rows.Where(a => ids.Contains(a.RequestId))];
            // nova: without a limit there is no link.
            next = query.ContainsKey("limit") ? page.Next(links, $"/servers/{id}/os-instance-actions", query, ids) : null;
        }

        var body = new JsonObject { ["instanceActions"] = new JsonArray([.. rows.Select(row => InstanceActionView.Of(row, version))]) };
        if (next is not null)
        {
            body["links"] = next;
        }

        return Json.Ok(body);
    }

    private async Task<IResult> ShowAsync(HttpContext context, string id, string request)
    {
        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        await RequireInstanceAsync(db, context, id);
        var row = await db.Set<InstanceActionRow>().AsNoTracking().Where(a => a.InstanceId == id && a.RequestId == request).OrderByDescending(a => a.Id).FirstOrDefaultAsync(context.RequestAborted)
            ?? throw CloudFailure.NotFound($"Action for request_id {ServerText.Short(request)} on instance {id} not found");
        var version = Microversions.Of(context);
        var action = InstanceActionView.Of(row, version);
        if (version.AtLeast(2, 51) || context.Caller().IsAdmin)
        {
            action["events"] = InstanceActionView.Events(row, version, context.Caller());
        }

        return Json.Ok(new JsonObject { ["instanceAction"] = action });
    }

    // nova: since 2.21 also those of a deleted instance.
    private static async Task RequireInstanceAsync(CloudDb db, HttpContext context, string id)
    {
        var deletedToo = Microversions.Of(context).AtLeast(2, 21);
        if (!await db.Set<InstanceRow>().VisibleTo(context.Caller()).AnyAsync(i => i.Id == id && (deletedToo || i.DeletedAt == null), context.RequestAborted))
        {
            throw InstanceAccess.NotFound(id);
        }
    }

    private static IQueryable<InstanceActionRow> Within(IQueryable<InstanceActionRow> actions, IQueryCollection query, Microversion version)
    {
        if (version.AtLeast(2, 58) && query["changes-since"].LastOrDefault() is { Length: > 0 } since)
        {
            var from = ServerText.Time("changes-since", since);
            actions = actions.Where(a => a.UpdatedAt >= from);
        }

        if (version.AtLeast(2, 66) && query["changes-before"].LastOrDefault() is { Length: > 0 } before)
        {
            var to = ServerText.Time("changes-before", before);
            actions = actions.Where(a => a.UpdatedAt <= to);
        }

        return actions;
    }
}
