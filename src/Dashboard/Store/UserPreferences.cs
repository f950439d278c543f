using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dashboard.Store;

/// <summary>What a person chose for one part of the dashboard, as JSON. Nothing in it grants anything.</summary>
internal sealed class PreferenceRow : IEntityTypeConfiguration<PreferenceRow>
{
    public string UserId { get; set; } = "";
    public string Name { get; set; } = "";
    public string Value { get; set; } = "";

    public void Configure(EntityTypeBuilder<PreferenceRow> builder)
    {
        builder.ToTable("preferences").HasKey(r => new { r.UserId, r.Name });
        builder.Property(r => r.UserId).HasColumnName("user_id");
        builder.Property(r => r.Name).HasColumnName("name");
        builder.Property(r => r.Value).HasColumnName("value");
    }
}

/// <summary>Keeps people's choices. They outlive sessions and are the same in every browser.</summary>
internal sealed class UserPreferences(IDbContextFactory<DashboardDb> dbs)
{
    /// <returns>Null when nothing was chosen.</returns>
    public async Task<string?> ReadAsync(string userId, string name, CancellationToken cancellationToken)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellationToken);
        return await db.Set<PreferenceRow>().Where(r => r.UserId == userId && r.Name == name).Select(r => r.Value).FirstOrDefaultAsync(cancellationToken);
    }

    public async Task WriteAsync(string userId, string name, string value, CancellationToken cancellationToken)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellationToken);
        // One statement: two pages of the same person may write at the same moment, and the last one holds.
        await db.Database.ExecuteSqlAsync(
            $"INSERT INTO preferences (user_id, name, value) VALUES ({userId}, {name}, {value}) ON CONFLICT (user_id, name) DO UPDATE SET value = excluded.value", cancellationToken);
    }
}
