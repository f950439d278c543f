using System.Security.Cryptography;
using System.Text;
using DriverHost.Store;
using Microsoft.EntityFrameworkCore;

namespace DriverHost.Tests.Store;

public sealed class LedgerDbTests
{
    private static readonly (int Version, string Tables) Known = (4, "7b0c9bd7e3e87596");

    [Fact]
    public void TablesVersion_WhenATableChanges_ChangesToo()
    {
        using var db = new LedgerDb(new DbContextOptionsBuilder<LedgerDb>().UseSqlite("Data Source=:memory:").Options);
        var tables = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(db.Database.GenerateCreateScript())))[..16];

        // Different tables: raise LedgerDb.TablesVersion, then write both here.
        Assert.Equal(Known, (LedgerDb.TablesVersion, tables));
    }
}
