using System.Text.Json;
using Cloud.Http;
using Cloud.Nova.Drivers;
using Cloud.Nova.Servers;
using Cloud.Nova.Versions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cloud.Nova.Actions;

/// <summary><c>POST /servers/{id}/action</c>: the one member of the body says what is to be done.</summary>
internal sealed class ActionsApi(ActionStart actions, InstanceManager manager, ConsoleOutput console, Snapshots snapshots)
{
    public static void Map(RouteGroupBuilder v21) => v21.MapPost("/servers/{id}/action", (HttpContext context, string id, ActionsApi api) => api.ActAsync(context, id));

    private async Task<IResult> ActAsync(HttpContext context, string id)
    {
        var body = await context.Request.ReadBodyAsync(context.RequestAborted);
        JsonProperty[] members = [.. body.EnumerateObject()];
        if (members.Length != 1)
        {
            throw CloudFailure.Invalid("The body must name exactly one action.");
        }

        var (name, value) = (members[0].Name, members[0].Value);
        return name switch
        {
            "os-start" => await PowerAsync(context, id, ActionRules.Start),
            "os-stop" => await PowerAsync(context, id, ActionRules.Stop),
            "reboot" => await PowerAsync(context, id, Reboot(value)),
            "pause" => await PowerAsync(context, id, ActionRules.Pause),
            "unpause" => await PowerAsync(context, id, ActionRules.Unpause),
            "createImage" => await snapshots.CreateAsync(context, id, value),
            "os-getConsoleOutput" => await console.ReadAsync(context, id, value),
            "lock" => await LockAsync(context, id, value),
            "unlock" => await UnlockAsync(context, id),
            "forceDelete" => await ForceDeleteAsync(context, id),
            "os-resetState" => await ResetStateAsync(context, id, value),
            _ => throw CloudFailure.Invalid($"There is no such action: {ServerText.Short(name)}"),
        };
    }

    private static ActionRule Reboot(JsonElement value) => value.Text("type")?.ToUpperInvariant() switch
    {
        "SOFT" => ActionRules.SoftReboot,
        "HARD" => ActionRules.HardReboot,
        _ => throw CloudFailure.Invalid("Invalid input for field 'type': SOFT or HARD."),
    };

    private async Task<IResult> PowerAsync(HttpContext context, string id, ActionRule rule)
    {
        await actions.BeginAsync(context, id, rule, row => row.RequireUnlocked(context.Caller()), context.RequestAborted);
        manager.BeginPower(id, rule);
        return Results.Accepted();
    }

    private async Task<IResult> ForceDeleteAsync(HttpContext context, string id)
    {
        await actions.BeginAsync(context, id, ActionRules.Delete, row => row.RequireUnlocked(context.Caller()), context.RequestAborted);
        manager.BeginDelete(id);
        return Results.Accepted();
    }

    private async Task<IResult> LockAsync(HttpContext context, string id, JsonElement value)
    {
        var reason = Microversions.Of(context).AtLeast(2, 73) ? Reason(value) : null;
        var caller = context.Caller();
        await actions.ChangeAsync(context, id, ActionNames.Lock, row =>
        {
            // nova: what an administrator locked stays locked by the administrator.
            row.LockedByAdmin = (row.Locked && row.LockedByAdmin) || (caller.IsAdmin && row.ProjectId != caller.ProjectId);
            row.Locked = true;
            row.LockedReason = reason;
        }, context.RequestAborted);
        return Results.Accepted();
    }

    private static string? Reason(JsonElement value) => value.Text("locked_reason") switch
    {
        null => null,
        { Length: <= 255 } reason => reason,
        _ => throw CloudFailure.Invalid("Invalid input for field 'locked_reason': at most 255 characters."),
    };

    private async Task<IResult> UnlockAsync(HttpContext context, string id)
    {
        await actions.ChangeAsync(context, id, ActionNames.Unlock, row =>
        {
            if (row.Locked && row.LockedByAdmin && !context.Caller().IsAdmin)
            {
                throw CloudFailure.Forbidden($"Instance {id} was locked by an administrator: only an administrator may unlock it.");
            }

            row.Locked = false;
            row.LockedByAdmin = false;
            row.LockedReason = null;
        }, context.RequestAborted);
        return Results.Accepted();
    }

    private async Task<IResult> ResetStateAsync(HttpContext context, string id, JsonElement value)
    {
        context.Caller().RequireAdmin();
        var state = value.Text("state") is VmStates.Active or VmStates.Error ? value.Text("state")! : throw CloudFailure.Invalid("Invalid input for field 'state': active or error.");
        await actions.ChangeAsync(context, id, null, row =>
        {
            row.VmState = state;
            row.TaskState = null;
            row.TaskImageId = null;
            row.ClearFault();
        }, context.RequestAborted);
        return Results.Accepted();
    }
}
