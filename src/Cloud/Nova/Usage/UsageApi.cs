using System.Text.Json.Nodes;
using Cloud.Http;
using Cloud.Nova.Servers;
using Cloud.Nova.Versions;
using Cloud.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Nova.Usage;

/// <summary>What projects used, from the instances that are and were: a project reads its own, administrators all.</summary>
internal sealed class UsageApi(IDbContextFactory<CloudDb> factory, NovaLinks links, TimeProvider time)
{
    public static void Map(RouteGroupBuilder v21)
    {
        v21.MapGet("/os-simple-tenant-usage", (HttpContext context, UsageApi api) => api.ListAsync(context));
        v21.MapGet("/os-simple-tenant-usage/{project}", (HttpContext context, string project, UsageApi api) => api.ShowAsync(context, project));
    }

    private async Task<IResult> ListAsync(HttpContext context)
    {
        context.Caller().RequireAdmin();
        var now = time.GetUtcNow().UtcDateTime;
        var period = UsagePeriod.Of(context.Request.Query, now);
        var detailed = context.Request.Query["detailed"].LastOrDefault() == "1";
        var (instances, next) = await ReadAsync(context, "/os-simple-tenant-usage", period, project: null);
        var body = new JsonObject
        {
            ["tenant_usages"] = new JsonArray([.. instances.GroupBy(i => i.ProjectId).OrderBy(p => p.Key, StringComparer.Ordinal)
                .Select(p => UsageView.Of(p.Key, [.. p], period, now, detailed))]),
        };
        AddNext(body, "tenant_usages_links", next);
        return Json.Ok(body);
    }

    private async Task<IResult> ShowAsync(HttpContext context, string project)
    {
        if (context.Caller().ProjectId != project)
        {
            context.Caller().RequireAdmin();
        }

        var now = time.GetUtcNow().UtcDateTime;
        var period = UsagePeriod.Of(context.Request.Query, now);
        var (instances, next) = await ReadAsync(context, $"/os-simple-tenant-usage/{project}", period, project);
        // nova leaves the figures of a project that used nothing out, and Debian's openstack usage show fails on that: here they are 0.
        var body = new JsonObject { ["tenant_usage"] = UsageView.Of(project, instances, period, now, detailed: true) };
        AddNext(body, "tenant_usage_links", next);
        return Json.Ok(body);
    }

    /// <summary>The instances that were there within the period, oldest first. Since 2.40 in pages whose marker is an instance.</summary>
    private async Task<(IReadOnlyList<InstanceRow> Instances, JsonArray? Next)> ReadAsync(HttpContext context, string path, UsagePeriod period, string? project)
    {
        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        var instances = await db.Set<InstanceRow>().AsNoTracking()
            .Where(i => (project == null || i.ProjectId == project) && i.CreatedAt < period.End && (i.DeletedAt == null || i.DeletedAt > period.Start))
            .OrderBy(i => i.CreatedAt).ThenBy(i => i.Id).ToListAsync(context.RequestAborted);
        if (!Microversions.Of(context).AtLeast(2, 40))
        {
            return (instances, null);
        }

        var page = NovaPage.Of(context.Request.Query);
        var ids = page.Cut([.. instances.Select(i => i.Id)]);
        var next = page.Next(links, path, context.Request.Query, ids);
        return (instances.Where(i => ids.Contains(i.Id)).ToList(), next);
    }

    private static void AddNext(JsonObject body, string name, JsonArray? next)
    {
        if (next is not null)
        {
            body[name] = next;
        }
    }
}
