using Cloud.Store;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Nova.Quotas;

/// <summary>What each project may have: its own limits, where it has none the cloud's defaults.</summary>
internal sealed class QuotaStore(IDbContextFactory<CloudDb> factory)
{
    /// <summary>The "project" whose limits are everybody's defaults: nova's quota class of that name.</summary>
    public const string DefaultClass = "default";

    public async Task<QuotaSet> OfAsync(string projectId, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return Apply(Apply(new QuotaSet(), await RowsAsync(db, DefaultClass, cancellationToken)), await RowsAsync(db, projectId, cancellationToken));
    }

    public Task<QuotaSet> DefaultsAsync(CancellationToken cancellationToken) => OfAsync(DefaultClass, cancellationToken);

    public async Task WriteAsync(string projectId, IReadOnlyDictionary<string, int> limits, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var known = await db.Set<QuotaRow>().Where(q => q.ProjectId == projectId).ToDictionaryAsync(q => q.Resource, cancellationToken);
        foreach (var (resource, limit) in limits)
        {
            if (known.TryGetValue(resource, out var row))
            {
                row.Limit = limit;
            }
            else
            {
                db.Add(new QuotaRow { ProjectId = projectId, Resource = resource, Limit = limit });
            }
        }

        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>The project has the defaults again.</summary>
    public async Task ForgetAsync(string projectId, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        await db.Set<QuotaRow>().Where(q => q.ProjectId == projectId).ExecuteDeleteAsync(cancellationToken);
    }

    private static Task<List<QuotaRow>> RowsAsync(CloudDb db, string projectId, CancellationToken cancellationToken) =>
        db.Set<QuotaRow>().AsNoTracking().Where(q => q.ProjectId == projectId).ToListAsync(cancellationToken);

    private static QuotaSet Apply(QuotaSet quotas, IEnumerable<QuotaRow> rows) =>
        rows.Aggregate(quotas, (set, row) => QuotaNames.With(set, row.Resource, row.Limit));
}
