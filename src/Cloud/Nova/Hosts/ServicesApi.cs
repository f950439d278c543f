using System.Text.Json;
using System.Text.Json.Nodes;
using Cloud.Http;
using Cloud.Nova.Versions;
using Cloud.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Nova.Hosts;

/// <summary>Nova's services and the switch that keeps new instances away from a host: administrators only.</summary>
internal sealed class ServicesApi(IDbContextFactory<CloudDb> factory, ServiceView view)
{
    public static void Map(RouteGroupBuilder v21)
    {
        v21.MapGet("/os-services", (HttpContext context, ServicesApi api) => api.ListAsync(context));
        v21.MapPut("/os-services/{id}", (HttpContext context, string id, ServicesApi api) => api.UpdateAsync(context, id));
    }

    private async Task<IResult> ListAsync(HttpContext context)
    {
        context.Caller().RequireAdmin();
        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        var services = await db.Set<ComputeServiceRow>().AsNoTracking().OrderBy(s => s.Number).ToListAsync(context.RequestAborted);
        var (host, binary) = (context.Request.Query["host"].LastOrDefault(), context.Request.Query["binary"].LastOrDefault());
        var version = Microversions.Of(context);
        return Json.Ok(new JsonObject
        {
            ["services"] = new JsonArray([.. services
                .Where(s => (host is null || view.Host(s) == host) && (binary is null || s.Binary == binary))
                .Select(s => view.Full(s, version))]),
        });
    }

    // Until 2.53 the last part of the path is what to do and the body says to whom; since then it is the service and the body says what.
    private async Task<IResult> UpdateAsync(HttpContext context, string id)
    {
        context.Caller().RequireAdmin();
        var version = Microversions.Of(context);
        var body = await context.Request.ReadBodyAsync(context.RequestAborted);
        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        return version.AtLeast(2, 53) ? await ByIdAsync(db, id, body, version, context.RequestAborted) : await ByNameAsync(db, id, body, version, context.RequestAborted);
    }

    private async Task<IResult> ByIdAsync(CloudDb db, string id, JsonElement body, Microversion version, CancellationToken cancellationToken)
    {
        NovaBody.RequireKnown(body, "status", "disabled_reason", "forced_down");
        var service = await db.Set<ComputeServiceRow>().FirstOrDefaultAsync(s => s.Id == id, cancellationToken) ?? throw CloudFailure.NotFound($"Service {id} could not be found.");
        RequireCompute(service);
        var (status, reason, forcedDown) = (body.Text("status"), body.Text("disabled_reason"), NovaBody.Flag(body, "forced_down"));
        if (status is null && reason is null && forcedDown is null)
        {
            throw CloudFailure.Invalid("No updates were requested. Fields 'status' or 'forced_down' should be specified.");
        }

        if (reason is not null && status != "disabled")
        {
            throw CloudFailure.Invalid("Specifying 'disabled_reason' requires that status is 'disabled'.");
        }

        Switch(service, status, reason);
        service.ForcedDown = forcedDown ?? service.ForcedDown;
        await db.SaveChangesAsync(cancellationToken);
        return Json.Ok(new JsonObject { ["service"] = view.Full(service, version) });
    }

    private async Task<IResult> ByNameAsync(CloudDb db, string action, JsonElement body, Microversion version, CancellationToken cancellationToken)
    {
        var (host, binary) = (body.RequiredText("host"), body.RequiredText("binary"));
        var service = (await db.Set<ComputeServiceRow>().ToListAsync(cancellationToken)).Find(s => s.Binary == binary && view.Host(s) == host)
            ?? throw CloudFailure.NotFound($"Could not find binary {binary} on host {host}.");
        var answer = new JsonObject { ["host"] = host, ["binary"] = binary };
        switch (action)
        {
            case "enable":
                RequireCompute(service);
                Switch(service, "enabled", null);
                break;
            case "disable":
                RequireCompute(service);
                Switch(service, "disabled", null);
                break;
            case "disable-log-reason":
                RequireCompute(service);
                Switch(service, "disabled", body.RequiredText("disabled_reason"));
                answer["disabled_reason"] = service.DisabledReason;
                break;
            case "force-down" when version.AtLeast(2, 11):
                RequireCompute(service);
                service.ForcedDown = NovaBody.Flag(body, "forced_down") ?? throw CloudFailure.Invalid("Missing forced_down field");
                answer["forced_down"] = service.ForcedDown;
                break;
            default:
                throw CloudFailure.NotFound("Unknown action");
        }

        if (action != "force-down")
        {
            answer["status"] = ServiceView.Status(service);
        }

        await db.SaveChangesAsync(cancellationToken);
        return Json.Ok(new JsonObject { ["service"] = answer });
    }

    private static void Switch(ComputeServiceRow service, string? status, string? reason)
    {
        if (status is null)
        {
            return;
        }

        if (reason?.Length > 255)
        {
            throw CloudFailure.Invalid("Disabled reason contains invalid characters or is too long");
        }

        service.Disabled = status switch
        {
            "disabled" => true,
            "enabled" => false,
            _ => throw CloudFailure.Invalid($"Invalid input for field/attribute status. Value: {status}. '{status}' is not one of ['enabled', 'disabled']"),
        };
        service.DisabledReason = service.Disabled ? reason : null;
    }

    private static void RequireCompute(ComputeServiceRow service)
    {
        if (!service.IsCompute)
        {
            throw CloudFailure.Invalid($"Updating a {service.Binary} service is not supported. Only nova-compute services can be updated.");
        }
    }
}
