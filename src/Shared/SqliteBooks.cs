using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Shared;

/// <summary>
/// A room's SQLite file. Compiled into each room that keeps one.
/// The version of its tables is the file's <c>user_version</c> (SQLite, PRAGMA user_version), so that a start on known books reads one number
/// instead of building Entity Framework's model.
/// </summary>
internal static class SqliteBooks
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes the file, which is the product's user's alone, and its tables if there are none. It can be read while it is written.</summary>
    /// <param name="file">The file's path, in a folder that exists.</param>
    /// <param name="version">The version of the tables of <typeparamref name="T"/>: 1 and up, one more whenever they change.</param>
    /// <param name="factory">Asked only when the tables are made.</param>
    /// <param name="furtherSql">What is made after the tables, such as triggers.</param>
    /// <param name="cancellationToken">Leaves the file as it was.</param>
    /// <exception cref="InvalidDataException">The file is of another version of the product, or no SQLite file; in words for the operator.</exception>
    public static async Task OpenAsync<T>(string file, int version, IDbContextFactory<T> factory, string furtherSql, CancellationToken cancellationToken)
        where T : DbContext
    {
        // Before SQLite opens it, so that nobody else can ever read it; SQLite gives its other files the same mode.
        new FileStream(file, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite, UnixCreateMode = OwnerOnly }).Dispose();
        File.SetUnixFileMode(file, OwnerOnly);
        try
        {
            await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
            await connection.OpenAsync(cancellationToken);
            var there = await NumberAsync(connection, "PRAGMA user_version", cancellationToken);
            if (there == version)
            {
                return;
            }

            if (there != 0 || await NumberAsync(connection, "SELECT count(*) FROM sqlite_master", cancellationToken) != 0)
            {
                throw new InvalidDataException($"{file} was written by another version of the product: its tables are of version {there}, this product's of version {version}. Start that version again, or move the file away to begin with empty books.");
            }

            await CreateAsync(connection, version, factory, furtherSql, cancellationToken);
        }
        catch (SqliteException broken) when (broken.SqliteErrorCode is 11 or 26)
        {
            throw new InvalidDataException($"{file} is damaged, or is no SQLite file. Put a copy back, or move it away to begin with empty books.", broken);
        }
    }

    // One transaction: a process killed here leaves an empty file.
    private static async Task CreateAsync<T>(SqliteConnection connection, int version, IDbContextFactory<T> factory, string furtherSql, CancellationToken cancellationToken)
        where T : DbContext
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        await RunAsync(connection, "PRAGMA journal_mode=WAL", cancellationToken);
        await RunAsync(connection, string.Create(CultureInfo.InvariantCulture, $"BEGIN IMMEDIATE; {db.Database.GenerateCreateScript()} {furtherSql}; PRAGMA user_version={version}; COMMIT"), cancellationToken);
    }

    private static async Task RunAsync(SqliteConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The product's own words: its model, its triggers, a number.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<long> NumberAsync(SqliteConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // One of the two questions above.
        command.CommandText = sql;
#pragma warning restore CA2100
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
