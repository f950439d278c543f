using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Shared;

/// <summary>A room's SQLite file. Compiled into each room that keeps one.</summary>
internal static class SqliteBooks
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes the file, which is the product's user's alone, and its tables if there are none. It can be read while it is written.</summary>
    /// <exception cref="InvalidDataException">The file is of another version of the product, or no SQLite file; in words for the operator.</exception>
    public static async Task OpenAsync(DbContext db, CancellationToken cancellationToken)
    {
        var file = new SqliteConnectionStringBuilder(db.Database.GetConnectionString()).DataSource;
        // Before SQLite opens it, so that nobody else can ever read it; SQLite gives its other files the same mode.
        new FileStream(file, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite, UnixCreateMode = OwnerOnly }).Dispose();
        File.SetUnixFileMode(file, OwnerOnly);
        try
        {
            await db.Database.EnsureCreatedAsync(cancellationToken);
            await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL", cancellationToken);
            var there = await db.Database.SqlQueryRaw<string>("SELECT t.name || '.' || c.name AS Value FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'").ToListAsync(cancellationToken);
            var wanted = db.Model.GetRelationalModel().Tables.SelectMany(t => t.Columns.Select(c => $"{t.Name}.{c.Name}"));
            if (wanted.Except(there).Order(StringComparer.Ordinal).FirstOrDefault() is { } missing)
            {
                throw new InvalidDataException($"{file} was written by another version of the product: it has no {missing}. Start that version again, or move the file away to begin with empty books.");
            }
        }
        catch (SqliteException broken) when (broken.SqliteErrorCode is 11 or 26)
        {
            throw new InvalidDataException($"{file} is damaged, or is no SQLite file. Put a copy back, or move it away to begin with empty books.", broken);
        }
    }
}
