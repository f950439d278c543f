using Dashboard.Store;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Approvals;

/// <summary>Decisions in <c>dashboard.db</c>.</summary>
internal sealed class DecisionHistory(IDbContextFactory<DashboardDb> store) : IDecisionHistory
{
    /// <summary>The database itself refuses to change or forget a decision.</summary>
    public const string Guards = """
        CREATE TRIGGER decisions_no_UPDATE BEFORE UPDATE ON decisions BEGIN SELECT RAISE(ABORT, 'decisions are kept as they were made'); END;
        CREATE TRIGGER decisions_no_DELETE BEFORE DELETE ON decisions BEGIN SELECT RAISE(ABORT, 'decisions are kept as they were made'); END
        """;

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
