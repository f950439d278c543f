using DriverHost.Alerts;
using DriverHost.Audit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace DriverHost.Store;

/// <summary>The driver host's books: what should be. What is, the engine says.</summary>
internal sealed class LedgerDb(DbContextOptions<LedgerDb> options) : DbContext(options)
{
    /// <summary>One more whenever a table changes: a file of another version is refused.</summary>
    public const int TablesVersion = 4;

    /// <summary>The file in the data folder.</summary>
    public static string File(string data) => Path.Combine(data, "driver-host.db");

    public DbSet<InstanceRow> Instances => Set<InstanceRow>();
    public DbSet<LoadedImageRow> LoadedImages => Set<LoadedImageRow>();
    public DbSet<SnapshotRow> Snapshots => Set<SnapshotRow>();
    public DbSet<AuditRow> Audit => Set<AuditRow>();
    public DbSet<AlertRuleRow> AlertRules => Set<AlertRuleRow>();
    public DbSet<AlertPositionRow> AlertPositions => Set<AlertPositionRow>();
    public DbSet<AlertFiringRow> AlertFirings => Set<AlertFiringRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<InstanceRow>().HasKey(r => r.Id);
        modelBuilder.Entity<LoadedImageRow>().HasKey(r => new { r.ImageId, r.Sha512 });
        modelBuilder.Entity<SnapshotRow>().HasKey(r => r.ImageId);
        modelBuilder.Entity<AuditRow>().ToTable("audit").HasKey(r => r.Id);
        modelBuilder.Entity<AlertRuleRow>().HasKey(r => r.Id);
        modelBuilder.Entity<AlertPositionRow>().HasKey(r => r.InstanceId);
        modelBuilder.Entity<AlertFiringRow>().HasKey(r => r.Id);
    }

    // SQLite cannot compare DateTimeOffset; ticks of UTC it can.
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcTicks>();

    private sealed class UtcTicks() : ValueConverter<DateTimeOffset, long>(v => v.UtcTicks, v => new DateTimeOffset(v, TimeSpan.Zero));
}
