using System.Text.Json.Nodes;
using Cloud.Http;
using Cloud.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Nova.Hosts;

/// <summary>Availability zones: one for instances, one for Nova's own services. There are no host aggregates: there is one host.</summary>
internal sealed class ZonesApi(IDbContextFactory<CloudDb> factory, ServiceView view)
{
    public static void Map(RouteGroupBuilder v21)
    {
        v21.MapGet("/os-availability-zone", (HttpContext context, ZonesApi api) => api.ListAsync(context));
        v21.MapGet("/os-availability-zone/detail", (HttpContext context, ZonesApi api) => api.DetailAsync(context));
        v21.MapGet("/os-aggregates", (HttpContext context) =>
        {
            context.Caller().RequireAdmin();
            return Json.Ok(new JsonObject { ["aggregates"] = new JsonArray() });
        });
    }

    private async Task<IResult> ListAsync(HttpContext context)
    {
        var services = await ServicesAsync(context.RequestAborted);
        return Answer(services.Where(s => s.IsCompute).GroupBy(s => s.Zone).Select(zone => Zone(zone, detailed: false)));
    }

    private async Task<IResult> DetailAsync(HttpContext context)
    {
        context.Caller().RequireAdmin();
        var services = await ServicesAsync(context.RequestAborted);
        return Answer(services.GroupBy(s => s.Zone).OrderBy(zone => zone.Key, StringComparer.Ordinal).Select(zone => Zone(zone, detailed: true)));
    }

    private async Task<List<ComputeServiceRow>> ServicesAsync(CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return await db.Set<ComputeServiceRow>().AsNoTracking().OrderBy(s => s.Number).ToListAsync(cancellationToken);
    }

    // nova: a zone is available while one of its services is enabled; whether that one is up is said per host.
    private JsonObject Zone(IGrouping<string, ComputeServiceRow> zone, bool detailed) => new()
    {
        ["zoneName"] = zone.Key,
        ["zoneState"] = new JsonObject { ["available"] = zone.Any(s => !s.Disabled) },
        ["hosts"] = detailed ? new JsonObject(zone.GroupBy(view.Host).Select(host => KeyValuePair.Create<string, JsonNode?>(host.Key, Services(host)))) : null,
    };

    private JsonObject Services(IEnumerable<ComputeServiceRow> services) => new(services.Select(s => KeyValuePair.Create<string, JsonNode?>(s.Binary, new JsonObject
    {
        ["available"] = view.IsUp(s),
        ["active"] = !s.Disabled,
        ["updated_at"] = view.SeenAt(s) is { } seen ? NovaTime.WithFraction(seen) : null,
    })));

    private static IResult Answer(IEnumerable<JsonObject> zones) => Json.Ok(new JsonObject { ["availabilityZoneInfo"] = new JsonArray([.. zones]) });
}
