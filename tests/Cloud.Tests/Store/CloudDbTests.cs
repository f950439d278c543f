using System.Security.Cryptography;
using System.Text;
using Cloud.Store;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Tests.Store;

public sealed class CloudDbTests
{
    private static readonly (int Version, string Tables) Known = (1, "bff0b0ed4f2ee59b");

    [Fact]
    public void TablesVersion_WhenATableChanges_ChangesToo()
    {
        using var db = new CloudDb(new DbContextOptionsBuilder<CloudDb>().UseSqlite("Data Source=:memory:").Options);
        var tables = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(db.Database.GenerateCreateScript())))[..16];

        // Different tables: raise CloudDb.TablesVersion, then write both here.
        Assert.Equal(Known, (CloudDb.TablesVersion, tables));
    }
}
