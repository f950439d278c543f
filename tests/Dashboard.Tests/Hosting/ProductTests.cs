using Dashboard.Hosting;
using Dashboard.Store;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Dashboard.Tests.Hosting;

public sealed class ProductTests
{
    [Fact]
    public async Task Start_OnBooksOfAnotherVersion_NamesTheFileAndWhatToDo()
    {
        var data = Directory.CreateTempSubdirectory("old-").FullName;
        var file = Path.Combine(data, "dashboard.db");
        await using (var db = new SqliteConnection($"Data Source={file};Pooling=False"))
        {
            await db.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = db.CreateCommand();
            command.CommandText = "CREATE TABLE sessions (id TEXT)";
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var refused = await RefusedAsync(data);

        Assert.StartsWith($"{file} was written by another version of the product: its tables are of version 0, this product's of version {DashboardDb.TablesVersion}. ", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith("Start that version again, or move the file away to begin with empty books.", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, await Product.RunAsync(["--Roles:0", "dashboard", "--Data:Path", data, "--Dashboard:Url", "http://127.0.0.1:0"]));
    }

    [Fact]
    public async Task Start_OnAnEmptyFolder_KeepsTheBooksFromOtherUsers()
    {
        var data = Directory.CreateTempSubdirectory("new-").FullName;
        await using var room = DashboardHosting.Build(ProductSettings.Read(["--Data:Path", data, "--Dashboard:Url", "http://127.0.0.1:0"]), builder => builder.Logging.ClearProviders());

        await room.StartAsync(TestContext.Current.CancellationToken);
        // SQLite keeps its other files while somebody has the books open.
        await using var db = await room.Services.GetRequiredService<IDbContextFactory<DashboardDb>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
        await db.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await db.Database.ExecuteSqlRawAsync("DELETE FROM sessions", TestContext.Current.CancellationToken);

        Assert.All(Directory.GetFiles(data, "dashboard.db*"), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        Assert.Contains(Path.Combine(data, "dashboard.db-wal"), Directory.GetFiles(data));
    }

    [Fact]
    public async Task Start_OnAFileThatIsNoBooks_SaysSo()
    {
        var data = Directory.CreateTempSubdirectory("old-").FullName;
        await File.WriteAllTextAsync(Path.Combine(data, "dashboard.db"), new string('x', 4096), TestContext.Current.CancellationToken);

        var refused = await RefusedAsync(data);

        Assert.Contains("is damaged, or is no SQLite file.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Room_WhoseBackgroundServiceFails_IsBrokenDown()
    {
        using var broken = Room(fails: true);
        using var whole = Room(fails: false);

        await broken.StartAsync(TestContext.Current.CancellationToken);
        await whole.StartAsync(TestContext.Current.CancellationToken);
        await broken.WaitForShutdownAsync(TestContext.Current.CancellationToken);
        await whole.StopAsync(TestContext.Current.CancellationToken);

        Assert.True(Product.BrokeDown(broken));
        Assert.False(Product.BrokeDown(whole));
    }

    private static async Task<InvalidDataException> RefusedAsync(string data)
    {
        await using var room = DashboardHosting.Build(ProductSettings.Read(["--Data:Path", data, "--Dashboard:Url", "http://127.0.0.1:0"]), builder => builder.Logging.ClearProviders());
        return await Assert.ThrowsAsync<InvalidDataException>(() => room.StartAsync(TestContext.Current.CancellationToken));
    }

    private static IHost Room(bool fails)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddHostedService(_ => new Service(fails));
        return builder.Build();
    }

    private sealed class Service(bool fails) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Yield();
            if (fails)
            {
                throw new InvalidOperationException("The disk is gone.");
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stoppingToken);
        }
    }
}
