using DriverHost.Store;
using Microsoft.EntityFrameworkCore;

namespace DriverHost.Tests;

/// <summary>Looks into the books of a driver host, running or not.</summary>
internal static class LedgerReader
{
    public static async Task<HashSet<string>> LoadedReferencesAsync(string database)
    {
        await using var db = Open(database);
        return await db.LoadedImages.Select(i => i.Reference).ToHashSetAsync();
    }

    public static LedgerDb Open(string database) => new(new DbContextOptionsBuilder<LedgerDb>().UseSqlite($"Data Source={database}").Options);
}
