using Dashboard.Approvals;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Store;

/// <summary>Opens <c>dashboard.db</c> and the keys that protect what is in it; both belong to the product's user alone.</summary>
internal static class DashboardStore
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public static void Add(IServiceCollection services, string data)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("The data folder is kept private by Unix file modes: run the product on Linux.");
        }

        Directory.CreateDirectory(data);
        var keys = Directory.CreateDirectory(Path.Combine(data, "keys"), OwnerOnly);
        var file = Path.Combine(data, "dashboard.db");
        if (!File.Exists(file))
        {
            // The file exists before SQLite opens it, so that nobody else can ever read it.
            new FileStream(file, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }).Dispose();
        }

        services.AddDataProtection().PersistKeysToFileSystem(keys).SetApplicationName("dashboard");
        services.AddDbContextFactory<DashboardDb>(o => o.UseSqlite(new SqliteConnectionStringBuilder { DataSource = file, DefaultTimeout = 10 }.ToString()));
    }

    public static void Prepare(IServiceProvider services)
    {
        using var db = services.GetRequiredService<IDbContextFactory<DashboardDb>>().CreateDbContext();
        db.Database.EnsureCreated();
        DecisionHistory.Prepare(db);
        db.Database.ExecuteSqlRaw("PRAGMA journal_mode=WAL");
    }
}
