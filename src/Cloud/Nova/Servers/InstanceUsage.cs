using Cloud.Store;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Nova.Servers;

/// <summary>What a project's instances take, those in error included, deleted ones not. Memory in MiB.</summary>
internal sealed record InstanceUsage(int Instances, int Cores, int RamMb);

internal interface IInstanceUsage
{
    Task<InstanceUsage> OfProjectAsync(string projectId, CancellationToken cancellationToken);
}

internal sealed class StoredInstanceUsage(IDbContextFactory<CloudDb> factory) : IInstanceUsage
{
    public async Task<InstanceUsage> OfProjectAsync(string projectId, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return await OfProjectAsync(db, projectId, cancellationToken);
    }

    /// <summary>The same inside a unit of work that goes on to add an instance.</summary>
    public static async Task<InstanceUsage> OfProjectAsync(CloudDb db, string projectId, CancellationToken cancellationToken) =>
        await db.Set<InstanceRow>().Where(i => i.ProjectId == projectId && i.DeletedAt == null).GroupBy(i => i.ProjectId)
            .Select(g => new InstanceUsage(g.Count(), g.Sum(i => i.Vcpus), g.Sum(i => i.RamMb)))
            .FirstOrDefaultAsync(cancellationToken) ?? new InstanceUsage(0, 0, 0);
}
