using Cloud.Store;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Nova.Quotas;

/// <summary>What each project may have.</summary>
internal sealed class QuotaStore(IDbContextFactory<CloudDb> factory)
{
    public async Task<QuotaSet> OfAsync(string projectId, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return await db.Set<QuotaRow>().AsNoTracking().Where(q => q.ProjectId == projectId)
            .AsAsyncEnumerable()
            .AggregateAsync(new QuotaSet(), (quotas, row) => QuotaNames.With(quotas, row.Resource, row.Limit), cancellationToken);
    }
}
