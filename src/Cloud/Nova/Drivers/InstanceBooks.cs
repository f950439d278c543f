using Cloud.Nova.Actions;
using Cloud.Nova.Servers;
using Cloud.Store;
using DriverHost.Client;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Nova.Drivers;

/// <summary>Changes instance rows, one short unit of work each: SQLite lets one in at a time, so what is read there is still so when it is written.</summary>
internal sealed class InstanceBooks(IDbContextFactory<CloudDb> factory, HostView host, TimeProvider time)
{
    /// <summary>Moves a launch from scheduling to spawning. Null when the instance is to be deleted by now.</summary>
    public async Task<InstanceRow?> TakeForSpawnAsync(string id, string hostName, CancellationToken cancellationToken)
    {
        InstanceRow? taken = null;
        await ChangeAsync(id, (row, _, now) =>
        {
            if (row.TaskState is TaskStates.Scheduling or TaskStates.Spawning)
            {
                row.TaskState = TaskStates.Spawning;
                row.Host = hostName;
                row.UpdatedAt = now;
                taken = row;
            }
        }, cancellationToken);
        return taken;
    }

    /// <summary>Ends an operation with what the host said about the instance.</summary>
    public Task SettleAsync(string id, ActionRule rule, HostInstance answer, string? failure, CancellationToken cancellationToken) =>
        ChangeAsync(id, (row, db, now) =>
        {
            if (!Owns(row, rule))
            {
                return;
            }

            End(row, now);
            row.VmState = rule.Becomes ?? row.VmState;
            row.ClearFault();
            row.LaunchedAt ??= now;
            HostFacts.Apply(row, host.Newest(answer), now);
            AddExit(db, row, rule.Task == TaskStates.PoweringOff ? null : host.Newest(answer), now);
        }, cancellationToken, rule, failure);

    /// <summary>Ends an operation with that change.</summary>
    public Task SettleAsync(string id, ActionRule rule, Action<InstanceRow, DateTime> change, string? failure, CancellationToken cancellationToken) =>
        ChangeAsync(id, (row, db, now) =>
        {
            if (!Owns(row, rule))
            {
                return;
            }

            End(row, now);
            if (host.Settled(id) is { } seen && row.VmState != VmStates.Building)
            {
                Take(db, row, seen, now);
            }

            change(row, now);
        }, cancellationToken, rule, failure);

    public Task SettleDeletedAsync(string id, CancellationToken cancellationToken) =>
        ChangeAsync(id, (row, _, now) =>
        {
            End(row, now);
            row.VmState = VmStates.Deleted;
            row.PowerState = PowerStates.NoState;
            row.Addresses = [];
            row.TerminatedAt = now;
            row.DeletedAt = now;
        }, cancellationToken, ActionRules.Delete);

    /// <summary>Takes over what happened on the host by itself. While an operation runs, its end does that.</summary>
    /// <param name="seen">Null when the host does not have the instance.</param>
    public async Task ObserveAsync(string id, HostInstance? seen, CancellationToken cancellationToken)
    {
        if (await ReadAsync(id, cancellationToken) is { } row && IsNews(row, seen))
        {
            await ChangeAsync(id, (now, db, at) =>
            {
                if (now.TaskState is null)
                {
                    Take(db, now, seen, at);
                }
            }, cancellationToken);
        }
    }

    /// <summary>Compares without writing: most of what a host says is known already. The row is changed and must not be used after.</summary>
    public bool IsNews(InstanceRow row, HostInstance? seen) =>
        row.TaskState is null && (seen is null ? HostFacts.Miss(row, Now) : HostFacts.Apply(row, seen, Now));

    public async Task<IReadOnlyList<InstanceRow>> LivingAsync(CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return await db.Set<InstanceRow>().AsNoTracking().Where(i => i.DeletedAt == null).ToListAsync(cancellationToken);
    }

    /// <summary>Whether that operation is still the one that the books say is under way.</summary>
    public async Task<bool> IsDoingAsync(string id, ActionRule rule, CancellationToken cancellationToken) =>
        await ReadAsync(id, cancellationToken) is { } row && Owns(row, rule);

    /// <summary>Which of those were deleted here.</summary>
    public async Task<IReadOnlyList<string>> DeletedAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return await db.Set<InstanceRow>().Where(i => i.DeletedAt != null && ids.Contains(i.Id)).Select(i => i.Id).ToListAsync(cancellationToken);
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private async Task<InstanceRow?> ReadAsync(string id, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return await db.Set<InstanceRow>().AsNoTracking().FirstOrDefaultAsync(i => i.Id == id && i.DeletedAt == null, cancellationToken);
    }

    private async Task ChangeAsync(
        string id, Action<InstanceRow, CloudDb, DateTime> change, CancellationToken cancellationToken, ActionRule? finished = null, string? failure = null)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        await using var unit = await db.Database.BeginTransactionAsync(cancellationToken);
        var now = Now;
        if (await db.Set<InstanceRow>().FirstOrDefaultAsync(i => i.Id == id && i.DeletedAt == null, cancellationToken) is { } row)
        {
            change(row, db, now);
        }

        if (finished is not null)
        {
            foreach (var action in await db.Set<InstanceActionRow>().Where(a => a.InstanceId == id && a.Action == finished.Action && a.FinishedAt == null).ToListAsync(cancellationToken))
            {
                action.Finish(failure, now);
            }
        }

        await db.SaveChangesAsync(cancellationToken);
        await unit.CommitAsync(cancellationToken);
    }

    // A delete takes the instance over from whatever runs.
    private static bool Owns(InstanceRow row, ActionRule rule) =>
        row.TaskState is { } task && ActionRules.OfTask(task) == rule;

    private static void End(InstanceRow row, DateTime now)
    {
        row.TaskState = null;
        row.TaskImageId = null;
        row.UpdatedAt = now;
    }

    private static void Take(CloudDb db, InstanceRow row, HostInstance? seen, DateTime now)
    {
        if (seen is null)
        {
            HostFacts.Miss(row, now);
            return;
        }

        var ran = row.VmState is VmStates.Active or VmStates.Paused;
        HostFacts.Apply(row, seen, now);
        AddExit(db, row, ran ? seen : null, now);
    }

    // An end that nobody asked for is told in the list of actions: nova shows a fault for instances in error only.
    private static void AddExit(CloudDb db, InstanceRow row, HostInstance? seen, DateTime now)
    {
        if (seen is { State: InstanceState.Exited, Exit: { } exit })
        {
            db.Add(new InstanceActionRow
            {
                InstanceId = row.Id,
                RequestId = $"req-{Guid.NewGuid()}",
                Action = ActionNames.Exit,
                StartedAt = exit.At.UtcDateTime,
                UpdatedAt = now,
                FinishedAt = now,
                Message = exit.Words,
            });
        }
    }
}
