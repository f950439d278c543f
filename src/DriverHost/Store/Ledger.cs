using DriverHost.Audit;
using Microsoft.EntityFrameworkCore;
using Shared;

namespace DriverHost.Store;

/// <summary>Reads and writes the books, one short unit of work each.</summary>
internal sealed class Ledger(IDbContextFactory<LedgerDb> factory, DriverHostOptions options)
{
    public Task OpenAsync(CancellationToken cancellationToken) =>
        SqliteBooks.OpenAsync(LedgerDb.File(options.DataPath), LedgerDb.TablesVersion, factory, AuditBook.Guards, cancellationToken);

    public async Task<IReadOnlyList<InstanceRow>> InstancesAsync(CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return await db.Instances.AsNoTracking().ToListAsync(cancellationToken);
    }

    public Task AddAsync<T>(T row, CancellationToken cancellationToken)
        where T : class => WithAsync(db => db.Add(row), cancellationToken);

    public Task UpdateAsync<T>(T row, CancellationToken cancellationToken)
        where T : class => WithAsync(db => db.Update(row), cancellationToken);

    /// <summary>Forgets an instance with its alert rules and their notices.</summary>
    public async Task RemoveInstanceAsync(string id, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        await using var whole = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.AlertFirings.Where(r => r.InstanceId == id).ExecuteDeleteAsync(cancellationToken);
        await db.AlertRules.Where(r => r.InstanceId == id).ExecuteDeleteAsync(cancellationToken);
        await db.AlertPositions.Where(r => r.InstanceId == id).ExecuteDeleteAsync(cancellationToken);
        await db.Instances.Where(r => r.Id == id).ExecuteDeleteAsync(cancellationToken);
        await whole.CommitAsync(cancellationToken);
    }

    public async Task<LoadedImageRow?> LoadedImageAsync(string imageId, string sha512, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return await db.LoadedImages.AsNoTracking().FirstOrDefaultAsync(r => r.ImageId == imageId && r.Sha512 == sha512, cancellationToken);
    }

    /// <summary>All of them, the one that was used longest ago first.</summary>
    public async Task<IReadOnlyList<LoadedImageRow>> LoadedImagesAsync(CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return await db.LoadedImages.AsNoTracking().OrderBy(r => r.UsedAt).ToListAsync(cancellationToken);
    }

    public async Task SetImageUsedAsync(string imageId, string sha512, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        await db.LoadedImages.Where(r => r.ImageId == imageId && r.Sha512 == sha512).ExecuteUpdateAsync(set => set.SetProperty(r => r.UsedAt, at), cancellationToken);
    }

    public async Task RemoveLoadedImageAsync(string imageId, string sha512, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        await db.LoadedImages.Where(r => r.ImageId == imageId && r.Sha512 == sha512).ExecuteDeleteAsync(cancellationToken);
    }

    public async Task<SnapshotRow?> SnapshotAsync(string imageId, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return await db.Snapshots.AsNoTracking().FirstOrDefaultAsync(r => r.ImageId == imageId, cancellationToken);
    }

    public async Task<IReadOnlyList<SnapshotRow>> UnfinishedSnapshotsAsync(CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return await db.Snapshots.AsNoTracking().Where(r => !r.Finished).ToListAsync(cancellationToken);
    }

    public async Task RemoveSnapshotAsync(string imageId, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        await db.Snapshots.Where(r => r.ImageId == imageId).ExecuteDeleteAsync(cancellationToken);
    }

    private async Task WithAsync(Action<LedgerDb> change, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        change(db);
        await db.SaveChangesAsync(cancellationToken);
    }
}
