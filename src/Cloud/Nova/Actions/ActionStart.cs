using Cloud.Http;
using Cloud.Nova.Servers;
using Cloud.Store;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Nova.Actions;

/// <summary>Accepts an action: in one unit of work the instance is found, asked whether it may, marked with the task, and the action is written down.</summary>
internal sealed class ActionStart(IDbContextFactory<CloudDb> factory, TimeProvider time)
{
    /// <param name="also">What else changes in the row.</param>
    /// <exception cref="CloudFailure">404, or 409 while another operation runs, the state does not allow it or the instance is locked.</exception>
    public Task<InstanceRow> BeginAsync(HttpContext context, string id, ActionRule rule, Action<InstanceRow>? also, CancellationToken cancellationToken) =>
        ChangeAsync(context, id, (db, row, now) =>
        {
            RequireAllowed(row, rule);
            row.TaskState = rule.Task;
            also?.Invoke(row);
            db.Add(Record(context, id, rule.Action, rule.Event, now, row.Host));
        }, cancellationToken);

    /// <summary>A change that takes no time: no task, only its record.</summary>
    /// <param name="action">The name in the list of actions; null when it is not listed.</param>
    public Task<InstanceRow> ChangeAsync(HttpContext context, string id, string? action, Action<InstanceRow> change, CancellationToken cancellationToken) =>
        ChangeAsync(context, id, (db, row, now) =>
        {
            change(row);
            if (action is not null)
            {
                db.Add(Record(context, id, action, null, now, null));
            }
        }, cancellationToken);

    /// <summary>The record of an action that this request asks for.</summary>
    public static InstanceActionRow Record(HttpContext context, string instanceId, string action, string? eventName, DateTime now, string? host) => new()
    {
        InstanceId = instanceId,
        RequestId = context.RequestId(),
        Action = action,
        UserId = context.Caller().UserId,
        ProjectId = context.Caller().ProjectId,
        StartedAt = now,
        UpdatedAt = now,
        Event = eventName,
        FinishedAt = eventName is null ? now : null,
        Host = host,
    };

    private async Task<InstanceRow> ChangeAsync(HttpContext context, string id, Action<CloudDb, InstanceRow, DateTime> change, CancellationToken cancellationToken)
    {
        context.Caller().RequireMember();
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        await using var unit = await db.Database.BeginTransactionAsync(cancellationToken);
        var row = await db.Set<InstanceRow>().GetInstanceAsync(context.Caller(), id, cancellationToken);
        var now = time.GetUtcNow().UtcDateTime;
        change(db, row, now);
        row.UpdatedAt = now;
        await db.SaveChangesAsync(cancellationToken);
        await unit.CommitAsync(cancellationToken);
        return row;
    }

    /// <exception cref="CloudFailure">409 with what stands in the way.</exception>
    public static void RequireAllowed(InstanceRow row, ActionRule rule)
    {
        if (row.TaskState is { } task && rule != ActionRules.Delete)
        {
            throw CloudFailure.Conflict($"Cannot '{rule.Verb}' instance {row.Id} while it is in task_state {task}: {ActionRules.OfTask(task).Verb} is running. Try again when it has ended.");
        }

        if (!rule.From.Contains(row.VmState))
        {
            throw CloudFailure.Conflict($"Cannot '{rule.Verb}' instance {row.Id} while it is in vm_state {row.VmState}");
        }
    }
}
