using Microsoft.EntityFrameworkCore;

namespace Dashboard.Store;

/// <summary>The dashboard's own memory. Each feature adds its rows by an <see cref="IEntityTypeConfiguration{TEntity}"/> in its folder.</summary>
internal sealed class DashboardDb(DbContextOptions<DashboardDb> options) : DbContext(options)
{
    /// <summary>One more whenever a table changes: a file of another version is refused.</summary>
    public const int TablesVersion = 3;

    /// <summary>The file in the data folder.</summary>
    public static string File(string data) => Path.Combine(data, "dashboard.db");

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.ApplyConfigurationsFromAssembly(typeof(DashboardDb).Assembly);
}
