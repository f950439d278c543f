using DriverHost.Store;
using Microsoft.EntityFrameworkCore;

namespace DriverHost.Alerts;

/// <summary>The books of the alerts. What came of judging is written in one transaction with up to where it was judged: nothing is judged twice, whenever the process ends.</summary>
internal sealed class AlertLedger(IDbContextFactory<LedgerDb> factory)
{
    public async Task<IReadOnlyList<string>> InstancesAsync(CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return await db.AlertRules.Select(r => r.InstanceId).Distinct().ToListAsync(cancellationToken);
    }

    /// <summary>The rules of an instance, oldest first, each with its newest notice.</summary>
    public async Task<IReadOnlyList<(AlertRuleRow Rule, AlertFiringRow? Last)>> RulesAsync(string instanceId, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var rules = await db.AlertRules.AsNoTracking().Where(r => r.InstanceId == instanceId).OrderBy(r => r.CreatedAt).ToListAsync(cancellationToken);
        var ids = rules.Select(r => r.LastFiringId).OfType<long>().ToArray();
        var last = await db.AlertFirings.AsNoTracking().Where(f => ids.Contains(f.Id)).ToDictionaryAsync(f => f.Id, cancellationToken);
        return [.. rules.Select(r => (r, r.LastFiringId is { } id ? last.GetValueOrDefault(id) : null))];
    }

    public async Task<AlertPositionRow?> PositionAsync(string instanceId, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return await db.AlertPositions.AsNoTracking().FirstOrDefaultAsync(p => p.InstanceId == instanceId, cancellationToken);
    }

    /// <summary>Adds a rule. The first of its kind begins at the given place.</summary>
    /// <param name="begin">Where the log or the marks of the instance end now.</param>
    /// <returns>False: the project has as many as it may, and nothing was added.</returns>
    public async Task<bool> AddAsync(AlertRuleRow rule, string? begin, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        await using var whole = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await db.AlertRules.CountAsync(r => r.ProjectId == rule.ProjectId, cancellationToken) >= AlertLimits.RulesPerProject)
        {
            return false;
        }

        if (!await db.AlertRules.AnyAsync(r => r.InstanceId == rule.InstanceId && r.OfEvents == rule.OfEvents, cancellationToken))
        {
            var position = await db.AlertPositions.FirstOrDefaultAsync(p => p.InstanceId == rule.InstanceId, cancellationToken);
            if (position is null)
            {
                position = new AlertPositionRow { InstanceId = rule.InstanceId };
                db.Add(position);
            }

            if (rule.OfEvents)
            {
                position.Mark = begin;
            }
            else
            {
                position.Cursor = begin;
            }
        }

        db.Add(rule);
        await db.SaveChangesAsync(cancellationToken);
        await whole.CommitAsync(cancellationToken);
        return true;
    }

    /// <returns>False: there was none.</returns>
    public async Task<bool> RemoveAsync(string instanceId, string ruleId, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        await using var whole = await db.Database.BeginTransactionAsync(cancellationToken);
        var removed = await db.AlertRules.Where(r => r.Id == ruleId && r.InstanceId == instanceId).ExecuteDeleteAsync(cancellationToken);
        await db.AlertFirings.Where(f => f.RuleId == ruleId && f.Delivery == AlertDeliveryState.Queued).ExecuteUpdateAsync(
            set => set.SetProperty(f => f.Delivery, AlertDeliveryState.Failed).SetProperty(f => f.DeliveryWords, "Not sent: the rule was deleted.").SetProperty(f => f.NextTryAt, (DateTimeOffset?)null), cancellationToken);
        await whole.CommitAsync(cancellationToken);
        return removed > 0;
    }

    /// <summary>Writes what came of judging.</summary>
    /// <param name="ofEvents">The position is a mark, else a cursor.</param>
    public async Task SaveAsync(string instanceId, IReadOnlyList<JudgingRule> rules, bool ofEvents, string? position, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        await using var whole = await db.Database.BeginTransactionAsync(cancellationToken);
        foreach (var rule in rules.Where(r => r.Changed))
        {
            // Deleted meanwhile: nobody waits for it any more.
            if (await db.AlertRules.FirstOrDefaultAsync(r => r.Id == rule.Id, cancellationToken) is { } row)
            {
                await WriteAsync(db, row, rule, now, cancellationToken);
            }
        }

        await (ofEvents
            ? db.AlertPositions.Where(p => p.InstanceId == instanceId).ExecuteUpdateAsync(set => set.SetProperty(p => p.Mark, position), cancellationToken)
            : db.AlertPositions.Where(p => p.InstanceId == instanceId).ExecuteUpdateAsync(set => set.SetProperty(p => p.Cursor, position), cancellationToken));
        await whole.CommitAsync(cancellationToken);
        foreach (var rule in rules)
        {
            rule.Written();
        }
    }

    /// <summary>An instance's notices, newest first.</summary>
    public async Task<IReadOnlyList<AlertFiringRow>> FiringsAsync(string instanceId, int limit, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return await db.AlertFirings.AsNoTracking().Where(f => f.InstanceId == instanceId).OrderByDescending(f => f.Id).Take(limit).ToListAsync(cancellationToken);
    }

    /// <summary>The notices that wait to be sent, each with its rule; the one to be tried next first.</summary>
    public async Task<IReadOnlyList<(AlertFiringRow Firing, AlertRuleRow Rule)>> QueuedAsync(CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var queued = await db.AlertFirings.AsNoTracking().Where(f => f.Delivery == AlertDeliveryState.Queued).OrderBy(f => f.NextTryAt).ThenBy(f => f.Id)
            .Join(db.AlertRules.AsNoTracking(), f => f.RuleId, r => r.Id, (Firing, Rule) => new { Firing, Rule })
            .ToListAsync(cancellationToken);
        return [.. queued.Select(q => (q.Firing, q.Rule))];
    }

    /// <summary>Writes what became of a try. A notice that is gone meanwhile stays gone.</summary>
    public async Task SetDeliveryAsync(AlertFiringRow firing, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        await db.AlertFirings.Where(f => f.Id == firing.Id && f.Delivery == AlertDeliveryState.Queued).ExecuteUpdateAsync(
            set => set.SetProperty(f => f.Delivery, firing.Delivery).SetProperty(f => f.Tries, firing.Tries).SetProperty(f => f.NextTryAt, firing.NextTryAt).SetProperty(f => f.DeliveryWords, firing.DeliveryWords),
            cancellationToken);
    }

    private static async Task WriteAsync(LedgerDb db, AlertRuleRow row, JudgingRule rule, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (rule.Gap is { } gap)
        {
            (row.Gap, row.GapAt) = (gap, now);
        }

        var waiting = await db.AlertFirings.CountAsync(f => f.ProjectId == row.ProjectId && f.Delivery == AlertDeliveryState.Queued, cancellationToken);
        foreach (var firing in rule.Touched)
        {
            if (firing.Id != 0)
            {
                await db.AlertFirings.Where(f => f.Id == firing.Id).ExecuteUpdateAsync(set => set.SetProperty(f => f.Held, firing.Held), cancellationToken);
                continue;
            }

            if (firing.Delivery == AlertDeliveryState.Queued && waiting++ >= AlertLimits.QueuedPerProject)
            {
                (firing.Delivery, firing.NextTryAt) = (AlertDeliveryState.Failed, null);
                firing.DeliveryWords = $"Not sent: {AlertLimits.QueuedPerProject} notices of the project wait for their webhooks already.";
            }

            db.Add(firing);
            await db.SaveChangesAsync(cancellationToken);
            row.LastFiringId = firing.Id;
        }

        row.LastAt = rule.LastAt;
        await db.SaveChangesAsync(cancellationToken);
        var oldest = await db.AlertFirings.Where(f => f.ProjectId == row.ProjectId).OrderByDescending(f => f.Id).Skip(AlertLimits.FiringsPerProject).Select(f => f.Id).FirstOrDefaultAsync(cancellationToken);
        if (oldest > 0)
        {
            await db.AlertFirings.Where(f => f.ProjectId == row.ProjectId && f.Id <= oldest).ExecuteDeleteAsync(cancellationToken);
        }
    }
}
