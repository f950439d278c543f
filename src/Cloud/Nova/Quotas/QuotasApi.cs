using System.Text.Json;
using System.Text.Json.Nodes;
using Cloud.Http;
using Cloud.Nova.Servers;
using Cloud.Nova.Versions;
using Cloud.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Nova.Quotas;

/// <summary>Quota sets: a project reads its own, administrators read and write all.</summary>
internal sealed class QuotasApi(IDbContextFactory<CloudDb> factory, QuotaStore quotas, IInstanceUsage usage)
{
    public static void Map(RouteGroupBuilder v21)
    {
        v21.MapGet("/os-quota-sets/{project}", (HttpContext context, string project, QuotasApi api) => api.ShowAsync(context, project));
        v21.MapGet("/os-quota-sets/{project}/detail", (HttpContext context, string project, QuotasApi api) => api.DetailAsync(context, project));
        v21.MapGet("/os-quota-sets/{project}/defaults", (HttpContext context, string project, QuotasApi api) => api.DefaultsAsync(context, project));
        v21.MapPut("/os-quota-sets/{project}", (HttpContext context, string project, QuotasApi api) => api.UpdateAsync(context, project));
        v21.MapDelete("/os-quota-sets/{project}", (HttpContext context, string project, QuotasApi api) => api.DeleteAsync(context, project));
        v21.MapGet("/os-quota-class-sets/{name}", (HttpContext context, string name, QuotasApi api) => api.ShowClassAsync(context, name));
        v21.MapPut("/os-quota-class-sets/{name}", (HttpContext context, string name, QuotasApi api) => api.UpdateClassAsync(context, name));
    }

    private async Task<IResult> ShowAsync(HttpContext context, string project)
    {
        await RequireReadableAsync(context, project);
        return Answer("quota_set", QuotaView.Limits(await quotas.OfAsync(project, context.RequestAborted), project, Microversions.Of(context)));
    }

    private async Task<IResult> DetailAsync(HttpContext context, string project)
    {
        await RequireReadableAsync(context, project);
        var set = await quotas.OfAsync(project, context.RequestAborted);
        return Answer("quota_set", QuotaView.Detail(set, await UsedAsync(project, context.RequestAborted), project, Microversions.Of(context)));
    }

    private async Task<IResult> DefaultsAsync(HttpContext context, string project)
    {
        await RequireReadableAsync(context, project);
        return Answer("quota_set", QuotaView.Limits(await quotas.DefaultsAsync(context.RequestAborted), project, Microversions.Of(context)));
    }

    private async Task<IResult> UpdateAsync(HttpContext context, string project)
    {
        context.Caller().RequireAdmin();
        RefuseUsers(context);
        var version = Microversions.Of(context);
        var body = await context.Request.ReadObjectAsync("quota_set", context.RequestAborted);
        NovaBody.RequireKnown(body, [.. QuotaView.Names(version), "force", "tenant_id"]);
        await RequireProjectAsync(project, context.RequestAborted);
        var limits = Limits(body);
        if (NovaBody.Flag(body, "force") is not true)
        {
            RequireRoom(limits, await UsedAsync(project, context.RequestAborted));
        }

        await quotas.WriteAsync(project, limits, context.RequestAborted);
        return Answer("quota_set", QuotaView.Limits(await quotas.OfAsync(project, context.RequestAborted), id: null, version));
    }

    private async Task<IResult> DeleteAsync(HttpContext context, string project)
    {
        context.Caller().RequireAdmin();
        RefuseUsers(context);
        await quotas.ForgetAsync(project, context.RequestAborted);
        return Results.StatusCode(StatusCodes.Status202Accepted);
    }

    private async Task<IResult> ShowClassAsync(HttpContext context, string name)
    {
        context.Caller().RequireAdmin();
        RequireDefaultClass(name);
        return Answer("quota_class_set", QuotaView.Limits(await quotas.DefaultsAsync(context.RequestAborted), name, Microversions.Of(context)));
    }

    private async Task<IResult> UpdateClassAsync(HttpContext context, string name)
    {
        context.Caller().RequireAdmin();
        RequireDefaultClass(name);
        var version = Microversions.Of(context);
        var body = await context.Request.ReadObjectAsync("quota_class_set", context.RequestAborted);
        NovaBody.RequireKnown(body, QuotaView.Names(version));
        await quotas.WriteAsync(QuotaStore.DefaultClass, Limits(body), context.RequestAborted);
        return Answer("quota_class_set", QuotaView.Limits(await quotas.DefaultsAsync(context.RequestAborted), id: null, version));
    }

    private async Task<Dictionary<string, int>> UsedAsync(string project, CancellationToken cancellationToken)
    {
        var used = await usage.OfProjectAsync(project, cancellationToken);
        return new Dictionary<string, int> { ["instances"] = used.Instances, ["cores"] = used.Cores, ["ram"] = used.RamMb };
    }

    private async Task RequireReadableAsync(HttpContext context, string project)
    {
        RefuseUsers(context);
        if (context.Caller().ProjectId != project)
        {
            context.Caller().RequireAdmin();
            await RequireProjectAsync(project, context.RequestAborted);
        }
    }

    private async Task RequireProjectAsync(string project, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        await ProjectCheck.RequireAsync(db, project, cancellationToken);
    }

    private static void RefuseUsers(HttpContext context)
    {
        if (context.Request.Query.ContainsKey("user_id"))
        {
            throw CloudFailure.Invalid("This cloud limits projects, not single users: leave user_id out.");
        }
    }

    private static void RequireDefaultClass(string name)
    {
        if (name != QuotaStore.DefaultClass)
        {
            throw CloudFailure.NotFound($"Quota class {name} could not be found. There is one: {QuotaStore.DefaultClass}.");
        }
    }

    private static Dictionary<string, int> Limits(JsonElement body) => QuotaNames.All
        .Select(name => (Name: name, Limit: NovaBody.Number(body, name, QuotaSet.Unlimited)))
        .Where(l => l.Limit is not null)
        .ToDictionary(l => l.Name, l => l.Limit!.Value);

    private static void RequireRoom(Dictionary<string, int> limits, Dictionary<string, int> used)
    {
        foreach (var (resource, limit) in limits)
        {
            if (limit != QuotaSet.Unlimited && used.GetValueOrDefault(resource) is var minimum && limit < minimum)
            {
                throw CloudFailure.Invalid($"Quota limit {limit} for {resource} must be greater than or equal to already used and reserved {minimum}.");
            }
        }
    }

    private static IResult Answer(string name, JsonObject quotas) => Json.Ok(new JsonObject { [name] = quotas });
}
