using Dashboard.Approvals;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Shared;

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
        var file = DashboardDb.File(data);
        services.AddDataProtection().PersistKeysToFileSystem(keys).SetApplicationName("dashboard");
        services.AddHostedService(s => new Opening(s.GetRequiredService<IDbContextFactory<DashboardDb>>(), file));
        services.AddSingleton<UserPreferences>();
        services.AddDbContextFactory<DashboardDb>(o => o.UseSqlite(new SqliteConnectionStringBuilder { DataSource = file, DefaultTimeout = 10 }.ToString()));
    }

    /// <summary>Opens the books before any request is served.</summary>
    internal sealed class Opening(IDbContextFactory<DashboardDb> factory, string file) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) =>
            SqliteBooks.OpenAsync(file, DashboardDb.TablesVersion, factory, DecisionHistory.Guards, cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
