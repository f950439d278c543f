using Microsoft.EntityFrameworkCore;

namespace Dashboard.Store;

/// <summary>The dashboard's own memory. Each feature adds its rows by an <see cref="IEntityTypeConfiguration{TEntity}"/> in its folder.</summary>
internal sealed class DashboardDb(DbContextOptions<DashboardDb> options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.ApplyConfigurationsFromAssembly(typeof(DashboardDb).Assembly);
}
