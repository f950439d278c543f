using Dashboard.Store;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Approvals;

/// <summary>Decisions in <c>dashboard.db</c>.</summary>
internal sealed class DecisionHistory(IDbContextFactory<DashboardDb> store) : IDecisionHistory
{
    /// <summary>The database itself refuses to change or forget a decision.</summary>
    public static void Prepare(DashboardDb db)
    {
        foreach (var verb in new[] { "UPDATE", "DELETE" })
        {
#pragma warning disable EF1002 // The verb is one of the two words above.
            db.Database.ExecuteSqlRaw($"CREATE TRIGGER IF NOT EXISTS decisions_no_{verb} BEFORE {verb} ON decisions BEGIN SELECT RAISE(ABORT, 'decisions are kept as they were made'); END");
#pragma warning restore EF1002
        }
    }

    public async Task AddAsync(DecisionRow row, CancellationToken cancellationToken)
    {
        await using var db = await store.CreateDbContextAsync(cancellationToken);
        db.Add(row);
        await db.SaveChangesAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<DecisionRow>> OfImageAsync(string imageId, CancellationToken cancellationToken)
    {
        await using var db = await store.CreateDbContextAsync(cancellationToken);
        return await db.Set<DecisionRow>().AsNoTracking().Where(r => r.ImageId == imageId).OrderByDescending(r => r.Id).Take(100).ToListAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<DecisionRow>> NewestAsync(int count, CancellationToken cancellationToken)
    {
        await using var db = await store.CreateDbContextAsync(cancellationToken);
        return await db.Set<DecisionRow>().AsNoTracking().OrderByDescending(r => r.Id).Take(count).ToListAsync(cancellationToken);
    }
}
