using System.Globalization;
using Benchmarks.Measuring;
using Microsoft.Data.Sqlite;
using TestKit;

namespace Benchmarks;

/// <summary><c>GET /servers/detail</c> of 1,000 servers, beside a bare web application that sends the same bytes from memory.</summary>
internal static class ListBenchmark
{
    private const int Servers = 1000;
    private const int Pairs = 200;
    private const int WarmUp = 100;

    public static async Task<Figure[]> RunAsync()
    {
        // Nova alone: the 999 copies are in its books only, so no driver host may say that their containers are gone.
        var product = new ProductProcess(await MadeAsync(), "--Roles:0", "cloud");
        await product.StartAsync();
        await using var cloud = await CloudClient.SignInAsync(product);
        var body = await cloud.GetBytesAsync("compute/v2.1/servers/detail");
        var address = $"http://127.0.0.1:{ProductProcess.FreePort()}";
        await using var bare = BareServer.Build(address, body);
        await bare.StartAsync();
        using var http = new HttpClient();
        var (ours, bytes) = await Timing.PairsAsync(
            Pairs,
            _ => Timing.MillisecondsAsync(() => cloud.GetBytesAsync("compute/v2.1/servers/detail")),
            _ => Timing.MillisecondsAsync(() => http.GetByteArrayAsync(address)),
            WarmUp);
        var notes = string.Create(CultureInfo.InvariantCulture, $"{body.Length / 1024} KiB; p99 {ours[Pairs * 99 / 100]:0.0} ms; median of {Pairs} pairs after {WarmUp}");
        return [new Figure("`GET /servers/detail`, 1,000 servers, p50", ours.Median(), "the same bytes from memory", bytes.Median(), "ms", "< 25 ms", notes)];
    }

    /// <summary>The data folder of a stopped product whose Nova knows one real server a thousand times.</summary>
    private static async Task<string> MadeAsync()
    {
        var cloud = await CloudClient.StartAsync();
        using var archive = new MemoryStream(TestImages.Running("while true; do sleep 60; done"));
        var image = await cloud.CreateImageAsync("list", archive);
        var server = await cloud.BootAsync("server", image);
        await cloud.UntilServerAsync(server, "ACTIVE");
        await cloud.Product.StopAsync();
        await using var db = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(cloud.Product.DataPath, "cloud.db"), Pooling = false }.ToString());
        await db.OpenAsync();
        var columns = await ColumnsAsync(db);
        for (var i = 1; i < Servers; i++)
        {
            await using var copy = db.CreateCommand();
            var values = columns.Select(c => c switch { "Id" => "$id", "Name" => "$name", _ => $"\"{c}\"" });
            copy.CommandText = $"INSERT INTO instances ({string.Join(',', columns.Select(c => $"\"{c}\""))}) SELECT {string.Join(',', values)} FROM instances WHERE Id = $first";
            copy.Parameters.AddWithValue("$id", Guid.NewGuid().ToString());
            copy.Parameters.AddWithValue("$name", string.Create(CultureInfo.InvariantCulture, $"server-{i}"));
            copy.Parameters.AddWithValue("$first", server);
            await copy.ExecuteNonQueryAsync();
        }

        return cloud.Product.DataPath;
    }

    private static async Task<List<string>> ColumnsAsync(SqliteConnection db)
    {
        await using var query = db.CreateCommand();
        query.CommandText = "SELECT name FROM pragma_table_info('instances')";
        await using var reader = await query.ExecuteReaderAsync();
        var columns = new List<string>();
        while (await reader.ReadAsync())
        {
            columns.Add(reader.GetString(0));
        }

        return columns;
    }
}
