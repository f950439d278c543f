using Dashboard.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dashboard.Hosts.Enrolment;

/// <summary>A driver host that was added. It is known by its certificate and by nothing else.</summary>
internal sealed class EnrolledHostRow : IEntityTypeConfiguration<EnrolledHostRow>
{
    /// <summary>The driver host's own id.</summary>
    public string Id { get; set; } = "";
    /// <summary>As Nova calls its compute host.</summary>
    public string Name { get; set; } = "";
    public string Url { get; set; } = "";
    /// <summary>SHA-256 of its certificate, lower-case hex.</summary>
    public string Thumbprint { get; set; } = "";
    /// <summary>The same of one that was signed and may have been taken into use: written before it is sent, so that no crash shuts the host out.</summary>
    public string? NextThumbprint { get; set; }
    public DateTime EndsAt { get; set; }
    public DateTime AddedAt { get; set; }
    public string AddedBy { get; set; } = "";

    public bool IsShown(string thumbprint) => thumbprint == Thumbprint || thumbprint == NextThumbprint;

    public void Configure(EntityTypeBuilder<EnrolledHostRow> builder)
    {
        builder.ToTable("driver_hosts").HasKey(r => r.Id);
        builder.HasIndex(r => r.Name).IsUnique();
    }
}

/// <summary>The driver hosts that were added, in <c>dashboard.db</c>.</summary>
internal sealed class EnrolledHosts(IDbContextFactory<DashboardDb> store)
{
    public async Task<IReadOnlyList<EnrolledHostRow>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = await store.CreateDbContextAsync(cancellationToken);
        return await db.Set<EnrolledHostRow>().AsNoTracking().OrderBy(r => r.Name).ToListAsync(cancellationToken);
    }

    /// <summary>Adds the host, or writes anew what is known of it.</summary>
    public async Task PutAsync(EnrolledHostRow row, CancellationToken cancellationToken)
    {
        await using var db = await store.CreateDbContextAsync(cancellationToken);
        var known = await db.Set<EnrolledHostRow>().AnyAsync(r => r.Id == row.Id, cancellationToken);
        db.Entry(row).State = known ? EntityState.Modified : EntityState.Added;
        await db.SaveChangesAsync(cancellationToken);
    }

    public async Task RemoveAsync(string id, CancellationToken cancellationToken)
    {
        await using var db = await store.CreateDbContextAsync(cancellationToken);
        await db.Set<EnrolledHostRow>().Where(r => r.Id == id).ExecuteDeleteAsync(cancellationToken);
    }
}
