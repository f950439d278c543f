using System.Security.Cryptography;
using System.Text;
using Dashboard.Store;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Tests.Store;

public sealed class DashboardDbTests
{
    private static readonly (int Version, string Tables) Known = (3, "eef6c293d65602fe");

    [Fact]
    public void TablesVersion_WhenATableChanges_ChangesToo()
    {
        using var db = new DashboardDb(new DbContextOptionsBuilder<DashboardDb>().UseSqlite("Data Source=:memory:").Options);
        var tables = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(db.Database.GenerateCreateScript())))[..16];

        // Different tables: raise DashboardDb.TablesVersion, then write both here.
        Assert.Equal(Known, (DashboardDb.TablesVersion, tables));
    }
}
