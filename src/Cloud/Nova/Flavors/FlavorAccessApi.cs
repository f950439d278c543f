using System.Text.Json;
using System.Text.Json.Nodes;
using Cloud.Http;
using Cloud.Nova.Quotas;
using Cloud.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Nova.Flavors;

/// <summary>Which projects may use a flavor that is not public: administrators only.</summary>
internal sealed class FlavorAccessApi(IDbContextFactory<CloudDb> factory)
{
    public static void Map(RouteGroupBuilder v21)
    {
        v21.MapGet("/flavors/{id}/os-flavor-access", (HttpContext context, string id, FlavorAccessApi api) => api.ListAsync(context, id));
        v21.MapPost("/flavors/{id}/action", (HttpContext context, string id, FlavorAccessApi api) => api.ActAsync(context, id));
    }

    private async Task<IResult> ListAsync(HttpContext context, string id)
    {
        context.Caller().RequireAdmin();
        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        var flavor = await FindAsync(db, id, context.RequestAborted);
        return flavor.IsPublic ? throw CloudFailure.NotFound("Access list not available for public flavors.") : Json.Ok(View(flavor));
    }

    private async Task<IResult> ActAsync(HttpContext context, string id)
    {
        context.Caller().RequireAdmin();
        var body = await context.Request.ReadBodyAsync(context.RequestAborted);
        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        if (body.Member("addTenantAccess") is { } add)
        {
            return await ChangeAsync(db, id, add, Add, context.RequestAborted);
        }

        return body.Member("removeTenantAccess") is { } remove
            ? await ChangeAsync(db, id, remove, Remove, context.RequestAborted)
            : throw CloudFailure.Invalid("There is no such action: it is addTenantAccess or removeTenantAccess.");
    }

    private static async Task<IResult> ChangeAsync(CloudDb db, string id, JsonElement action, Action<FlavorRow, string> change, CancellationToken cancellationToken)
    {
        var project = action.RequiredText("tenant");
        await ProjectCheck.RequireAsync(db, project, cancellationToken);
        var flavor = await FindAsync(db, id, cancellationToken);
        change(flavor, project);
        await db.SaveChangesAsync(cancellationToken);
        return Json.Ok(View(flavor));
    }

    private static void Add(FlavorRow flavor, string project)
    {
        if (flavor.IsPublic)
        {
            throw CloudFailure.Conflict("Can not add access to a public flavor.");
        }

        if (flavor.Access.Exists(a => a.ProjectId == project))
        {
            throw CloudFailure.Conflict($"Flavor access already exists for flavor {flavor.Id} and project {project} combination.");
        }

        flavor.Access.Add(new FlavorAccessRow { FlavorId = flavor.Id, ProjectId = project });
    }

    private static void Remove(FlavorRow flavor, string project)
    {
        if (flavor.Access.RemoveAll(a => a.ProjectId == project) == 0)
        {
            throw CloudFailure.NotFound($"Flavor access not found for {flavor.Id} / {project} combination.");
        }
    }

    private static async Task<FlavorRow> FindAsync(CloudDb db, string id, CancellationToken cancellationToken) =>
        await db.Set<FlavorRow>().Include(f => f.Access).FirstOrDefaultAsync(f => f.Id == id, cancellationToken) ?? throw FlavorAccess.NotFound(id);

    private static JsonObject View(FlavorRow flavor) => new()
    {
        ["flavor_access"] = new JsonArray([.. flavor.Access.OrderBy(a => a.ProjectId, StringComparer.Ordinal).Select(a => new JsonObject { ["flavor_id"] = flavor.Id, ["tenant_id"] = a.ProjectId })]),
    };
}
