using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Shared;

namespace Cloud.Store;

internal static class CloudStore
{
    public static void AddCloudStore(this IServiceCollection services, CloudOptions options)
    {
        Directory.CreateDirectory(options.DataPath);
        var connection = new SqliteConnectionStringBuilder { DataSource = CloudDb.File(options.DataPath), Pooling = true, DefaultTimeout = 30 };
        // A failed write is not yet an error: a taken name is the caller's to hear. What nobody expected, FaultsMiddleware logs.
        services.AddPooledDbContextFactory<CloudDb>(db => db.UseSqlite(connection.ToString())
            .ConfigureWarnings(events => events.Ignore(CoreEventId.SaveChangesFailed, RelationalEventId.CommandError)));
        services.AddHostedService<CloudDbStart>();
    }
}

/// <summary>Creates the tables before any request is served.</summary>
internal sealed class CloudDbStart(IDbContextFactory<CloudDb> factory, CloudOptions options) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) =>
        SqliteBooks.OpenAsync(CloudDb.File(options.DataPath), CloudDb.TablesVersion, factory, "", cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
