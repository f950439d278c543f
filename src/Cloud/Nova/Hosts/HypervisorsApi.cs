using System.Text.Json.Nodes;
using Cloud.Http;
using Cloud.Nova.Servers;
using Cloud.Nova.Versions;
using Cloud.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Nova.Hosts;

/// <summary>The cloud's hypervisor: one, asked over its driver host. Administrators only.</summary>
internal sealed class HypervisorsApi(IDbContextFactory<CloudDb> factory, HostFigures figures, HypervisorView view)
{
    public static void Map(RouteGroupBuilder v21)
    {
        v21.MapGet("/os-hypervisors", (HttpContext context, HypervisorsApi api) => api.ListAsync(context, api.BriefAsync));
        v21.MapGet("/os-hypervisors/detail", (HttpContext context, HypervisorsApi api) => api.ListAsync(context, api.FullAsync));
        v21.MapGet("/os-hypervisors/statistics", (HttpContext context, HypervisorsApi api) => api.StatisticsAsync(context));
        v21.MapGet("/os-hypervisors/{id}", (HttpContext context, string id, HypervisorsApi api) => api.ShowAsync(context, id));
        v21.MapGet("/os-hypervisors/{id}/uptime", (HttpContext context, string id, HypervisorsApi api) => api.UptimeAsync(context, id));
        v21.MapGet("/os-hypervisors/{pattern}/search", (HttpContext context, string pattern, HypervisorsApi api) => api.SearchAsync(context, pattern, withServers: false));
        v21.MapGet("/os-hypervisors/{pattern}/servers", (HttpContext context, string pattern, HypervisorsApi api) => api.SearchAsync(context, pattern, withServers: true));
    }

    private async Task<IResult> ListAsync(HttpContext context, Func<CloudDb, ComputeServiceRow, HttpContext, Task<JsonObject>> one)
    {
        context.Caller().RequireAdmin();
        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        var service = await ServiceAsync(db, context.RequestAborted);
        // nova: since 2.53 a list is narrowed by the query instead of by …/search, and nothing found is not an empty list.
        if (Microversions.Of(context).AtLeast(2, 53) && context.Request.Query["hypervisor_hostname_pattern"].LastOrDefault() is { } pattern)
        {
            RequireMatch(service, pattern);
        }

        return Json.Ok(new JsonObject { ["hypervisors"] = new JsonArray(await one(db, service, context)) });
    }

    private Task<JsonObject> BriefAsync(CloudDb db, ComputeServiceRow service, HttpContext context) => WithServersAsync(db, view.Brief(service, Microversions.Of(context)), context);

    private async Task<JsonObject> FullAsync(CloudDb db, ComputeServiceRow service, HttpContext context) =>
        await WithServersAsync(db, view.Full(service, await figures.ReadAsync(context.RequestAborted), Microversions.Of(context)), context);

    private async Task<IResult> ShowAsync(HttpContext context, string id)
    {
        context.Caller().RequireAdmin();
        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        return Json.Ok(new JsonObject { ["hypervisor"] = await FullAsync(db, await FindAsync(db, id, context), context) });
    }

    private async Task<IResult> StatisticsAsync(HttpContext context)
    {
        Microversions.RequireBelow(context, 2, 88);
        context.Caller().RequireAdmin();
        return Json.Ok(new JsonObject { ["hypervisor_statistics"] = HypervisorView.Statistics(await figures.ReadAsync(context.RequestAborted)) });
    }

    private async Task<IResult> UptimeAsync(HttpContext context, string id)
    {
        Microversions.RequireBelow(context, 2, 88);
        context.Caller().RequireAdmin();
        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        var service = await FindAsync(db, id, context);
        return Json.Ok(new JsonObject { ["hypervisor"] = view.WithUptime(service, await figures.ReadAsync(context.RequestAborted), Microversions.Of(context)) });
    }

    private async Task<IResult> SearchAsync(HttpContext context, string pattern, bool withServers)
    {
        Microversions.RequireBelow(context, 2, 53);
        context.Caller().RequireAdmin();
        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        var service = await ServiceAsync(db, context.RequestAborted);
        RequireMatch(service, pattern);
        var hypervisor = view.Brief(service, Microversions.Of(context));
        if (withServers)
        {
            await AddServersAsync(db, hypervisor, context.RequestAborted);
        }

        return Json.Ok(new JsonObject { ["hypervisors"] = new JsonArray(hypervisor) });
    }

    private async Task<ComputeServiceRow> FindAsync(CloudDb db, string id, HttpContext context)
    {
        var service = await ServiceAsync(db, context.RequestAborted);
        var known = view.Brief(service, Microversions.Of(context))["id"]!.ToString();
        return known == id ? service : throw CloudFailure.NotFound($"Hypervisor with ID '{id}' could not be found.");
    }

    private void RequireMatch(ComputeServiceRow service, string pattern)
    {
        if (!view.Brief(service, Microversion.Minimum)["hypervisor_hostname"]!.ToString().Contains(pattern, StringComparison.OrdinalIgnoreCase))
        {
            throw CloudFailure.NotFound($"No hypervisor matching '{pattern}' could be found.");
        }
    }

    private static Task<ComputeServiceRow> ServiceAsync(CloudDb db, CancellationToken cancellationToken) =>
        db.Set<ComputeServiceRow>().AsNoTracking().FirstAsync(s => s.Binary == ComputeServiceRow.Compute, cancellationToken);

    private static async Task<JsonObject> WithServersAsync(CloudDb db, JsonObject hypervisor, HttpContext context)
    {
        var wanted = Microversions.Of(context).AtLeast(2, 53) && context.Request.Query["with_servers"].LastOrDefault() is { } flag && bool.TryParse(flag, out var yes) && yes;
        if (wanted)
        {
            await AddServersAsync(db, hypervisor, context.RequestAborted);
        }

        return hypervisor;
    }

    // nova: a hypervisor without servers has no such member.
    private static async Task AddServersAsync(CloudDb db, JsonObject hypervisor, CancellationToken cancellationToken)
    {
        var servers = await db.Set<InstanceRow>().AsNoTracking().Where(i => i.DeletedAt == null && i.Host != null).OrderBy(i => i.CreatedAt)
            .Select(i => new { i.Id, i.Name }).ToListAsync(cancellationToken);
        if (servers.Count > 0)
        {
            hypervisor["servers"] = new JsonArray([.. servers.Select(s => new JsonObject { ["uuid"] = s.Id, ["name"] = s.Name })]);
        }
    }
}
