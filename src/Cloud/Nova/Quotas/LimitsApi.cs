using System.Text.Json.Nodes;
using Cloud.Http;
using Cloud.Nova.Servers;
using Cloud.Nova.Versions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cloud.Nova.Quotas;

/// <summary>What the caller's project may have and has; an administrator may ask for another's by <c>tenant_id</c>.</summary>
internal sealed class LimitsApi(QuotaStore quotas, IInstanceUsage usage)
{
    public static void Map(RouteGroupBuilder v21) => v21.MapGet("/limits", (HttpContext context, LimitsApi api) => api.ShowAsync(context));

    private async Task<IResult> ShowAsync(HttpContext context)
    {
        var caller = context.Caller();
        var project = context.Request.Query["tenant_id"].LastOrDefault() is { Length: > 0 } asked ? asked : caller.RequireProject();
        if (project != caller.ProjectId)
        {
            caller.RequireAdmin();
        }

        var limits = Absolute(await quotas.OfAsync(project, context.RequestAborted), await usage.OfProjectAsync(project, context.RequestAborted), Microversions.Of(context));
        return Json.Ok(new JsonObject { ["limits"] = new JsonObject { ["rate"] = new JsonArray(), ["absolute"] = limits } });
    }

    private static JsonObject Absolute(QuotaSet quotas, InstanceUsage used, Microversion version)
    {
        var limits = new JsonObject
        {
            ["maxTotalInstances"] = quotas.Instances,
            ["maxTotalCores"] = quotas.Cores,
            ["maxTotalRAMSize"] = quotas.Ram,
            ["maxTotalKeypairs"] = quotas.KeyPairs,
            ["maxServerMeta"] = quotas.MetadataItems,
            ["maxServerGroups"] = quotas.ServerGroups,
            ["maxServerGroupMembers"] = quotas.ServerGroupMembers,
            ["totalInstancesUsed"] = used.Instances,
            ["totalCoresUsed"] = used.Cores,
            ["totalRAMUsed"] = used.RamMb,
            ["totalServerGroupsUsed"] = 0,
        };
        // nova: 2.36 took out what networks limit, 2.39 the images' metadata, 2.57 the injected files.
        if (!version.AtLeast(2, 36))
        {
            limits["maxSecurityGroups"] = QuotaSet.Unlimited;
            limits["maxSecurityGroupRules"] = QuotaSet.Unlimited;
            limits["maxTotalFloatingIps"] = QuotaSet.Unlimited;
            limits["totalSecurityGroupsUsed"] = 0;
            limits["totalFloatingIpsUsed"] = 0;
        }

        if (!version.AtLeast(2, 39))
        {
            limits["maxImageMeta"] = quotas.MetadataItems;
        }

        if (!version.AtLeast(2, 57))
        {
            limits["maxPersonality"] = 0;
            limits["maxPersonalitySize"] = 0;
        }

        return limits;
    }
}
