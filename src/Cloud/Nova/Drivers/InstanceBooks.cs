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
    public Task SettleAsync(string id, ActionRule rule, HostInstance answer, CancellationToken cancellationToken) =>
        SettleAsync(id, rule, null, (row, db, now) =>
        {
            var newest = host.Newest(answer);
            row.VmState = rule.Becomes ?? row.VmState;
            row.ClearFault();
            row.LaunchedAt ??= now;
            HostFacts.Apply(row, newest, now);
            AddExit(db, row, rule == ActionRules.Stop ? null : newest, now);
        }, cancellationToken);

    /// <summary>Ends an operation that changes nothing in the instance, or that failed: what the host did meanwhile is taken over, then comes that change.</summary>
    public Task SettleAsync(string id, ActionRule rule, string? failure, Action<InstanceRow, DateTime> change, CancellationToken cancellationToken) =>
        SettleAsync(id, rule, failure, (row, db, now) =>
        {
            var seen = host.Settled(id);
            if (row.VmState != VmStates.Building && (seen is not null || host.IsMissing(id)))
            {
                Take(db, row, seen, now);
            }

            change(row, now);
        }, cancellationToken);

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
        var row = await db.Set<InstanceRow>().FirstOrDefaultAsync(i => i.Id == id && i.DeletedAt == null, cancellationToken);
        if (row is not null)
        {
            change(row, db, now);
        }

        if (finished is not null)
        {
            foreach (var action in await db.Set<InstanceActionRow>().Where(a => a.InstanceId == id && a.Action == finished.Action && a.FinishedAt == null).ToListAsync(cancellationToken))
            {
                action.Host ??= row?.Host;
                action.Finish(failure, now);
            }
        }

        await db.SaveChangesAsync(cancellationToken);
        await unit.CommitAsync(cancellationToken);
    }

    private async Task SettleAsync(string id, ActionRule rule, string? failure, Action<InstanceRow, CloudDb, DateTime> change, CancellationToken cancellationToken)
    {
        var mark = host.Mark(id);
        await ChangeAsync(id, (row, db, now) =>
        {
            if (Owns(row, rule))
            {
                End(row, now);
                change(row, db, now);
            }
        }, cancellationToken, rule, failure);
        if (host.Mark(id) != mark && host.Settled(id) is { } seen)
        {
            // It came while the row was written: the one who saw it found the operation still running, and passed it over.
            await ObserveAsync(id, seen, cancellationToken);
        }
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
