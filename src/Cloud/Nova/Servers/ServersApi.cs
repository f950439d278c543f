using System.Text.Json;
using System.Text.Json.Nodes;
using Cloud.Http;
using Cloud.Nova.Actions;
using Cloud.Nova.Drivers;
using Cloud.Nova.Versions;
using Cloud.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Nova.Servers;

/// <summary>Servers: list, show, create, update, delete.</summary>
internal sealed class ServersApi(IDbContextFactory<CloudDb> factory, ServerCreation creation, ActionStart actions, InstanceManager manager, HostPresence host, NovaLinks links)
{
    public static void Map(RouteGroupBuilder v21)
    {
        v21.MapGet("/servers", (HttpContext context, ServersApi api) => api.ListAsync(context, detailed: false));
        v21.MapGet("/servers/detail", (HttpContext context, ServersApi api) => api.ListAsync(context, detailed: true));
        v21.MapPost("/servers", (HttpContext context, ServersApi api) => api.CreateAsync(context));
        v21.MapGet("/servers/{id}", (HttpContext context, string id, ServersApi api) => api.ShowAsync(context, id));
        v21.MapPut("/servers/{id}", (HttpContext context, string id, ServersApi api) => api.UpdateAsync(context, id));
        v21.MapDelete("/servers/{id}", (HttpContext context, string id, ServersApi api) => api.DeleteAsync(context, id));
    }

    private async Task ListAsync(HttpContext context, bool detailed)
    {
        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        var listing = new ServerListing(context.Request.Query, context.Caller(), Microversions.Of(context), detailed);
        var (rows, next) = await listing.ReadAsync(db, links, context.RequestAborted);
        var view = View(context);
        await NovaJson.WriteListAsync(
            context, "servers", rows, (json, row) => Write(json, row, view, detailed), json =>
            {
                if (next is not null)
                {
                    json.WritePropertyName("servers_links");
                    next.WriteTo(json);
                }
            });
    }

    private async Task ShowAsync(HttpContext context, string id)
    {
        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        var row = await db.Set<InstanceRow>().AsNoTracking().GetInstanceAsync(context.Caller(), id, context.RequestAborted);
        await WriteAsync(context, row, (view, json) => view.WriteFull(json, row, alone: true));
    }

    private async Task<IResult> CreateAsync(HttpContext context)
    {
        context.Caller().RequireMember();
        var body = CreateServerBody.Read(await context.Request.ReadObjectAsync("server", context.RequestAborted), Microversions.Of(context));
        var rows = await creation.CreateAsync(context, body, context.RequestAborted);
        if (body.WantsReservation)
        {
            return Json.Accepted(new JsonObject { ["reservation_id"] = rows[0].ReservationId });
        }

        var first = rows[0];
        context.Response.Headers.Location = links.Address($"/servers/{first.Id}");
        return Json.Accepted(new JsonObject
        {
            ["server"] = new JsonObject
            {
                ["id"] = first.Id,
                ["links"] = links.Of($"/servers/{first.Id}"),
                ["OS-DCF:diskConfig"] = first.DiskConfig,
                ["security_groups"] = new JsonArray(new JsonObject { ["name"] = "default" }),
            },
        });
    }

    private async Task UpdateAsync(HttpContext context, string id)
    {
        context.Caller().RequireMember();
        var version = Microversions.Of(context);
        var change = ServerUpdate.Read(await context.Request.ReadObjectAsync("server", context.RequestAborted), version);
        var row = await actions.ChangeAsync(context, id, null, change.Apply, context.RequestAborted);
        await WriteAsync(context, row, (view, json) =>
        {
            if (version.AtLeast(2, 75))
            {
                view.WriteFull(json, row, alone: true);
            }
            else
            {
                view.WriteCoreOnly(json, row);
            }
        });
    }

    private async Task<IResult> DeleteAsync(HttpContext context, string id)
    {
        await actions.BeginAsync(context, id, ActionRules.Delete, row => row.RequireUnlocked(context.Caller()), context.RequestAborted);
        manager.BeginDelete(id);
        return Results.NoContent();
    }

    private Task WriteAsync(HttpContext context, InstanceRow row, Action<ServerView, Utf8JsonWriter> write) =>
        NovaJson.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WritePropertyName("server");
            write(View(context), json);
        });

    private ServerView View(HttpContext context) => new(links, Microversions.Of(context), context.Caller()) { HostIsUp = host.IsUp };

    private static void Write(Utf8JsonWriter json, InstanceRow row, ServerView view, bool detailed)
    {
        if (detailed)
        {
            view.WriteFull(json, row, alone: false);
        }
        else
        {
            view.WriteBrief(json, row);
        }
    }
}
