using Microsoft.EntityFrameworkCore;

namespace Cloud.Store;

/// <summary>
/// The cloud's books, one SQLite file. Each service keeps its rows (<c>…Row</c>) and their configuration in its own folder;
/// use <see cref="DbContext.Set{TEntity}()"/>.
/// Times are stored as UTC <see cref="DateTime"/>: SQLite cannot order by DateTimeOffset.
/// </summary>
internal sealed class CloudDb(DbContextOptions<CloudDb> options) : DbContext(options)
{
    /// <summary>One more whenever a table changes: a file of another version is refused.</summary>
    public const int TablesVersion = 1;

    /// <summary>The file in the data folder.</summary>
    public static string File(string data) => Path.Combine(data, "cloud.db");

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.ApplyConfigurationsFromAssembly(typeof(CloudDb).Assembly);
}
