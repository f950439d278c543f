using System.Net;
using System.Net.Http.Headers;
using System.Threading.Channels;
using Dashboard.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Dashboard.Tests.Telemetry;

/// <summary>Metrics at an address of their own, metrics and traces to a collector.</summary>
public sealed class TelemetryRoomTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("telemetry").FullName;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public void WithoutConfiguration_ThereIsNoRoom() => Assert.Null(TelemetryRoom.Build(Configuration([])));

    [Fact]
    public async Task Metrics_AreForThoseWithTheToken()
    {
        using var room = TelemetryRoom.Build(Configuration(new() { ["Telemetry:Url"] = "http://127.0.0.1:0" }))!;
        await room.StartAsync(Cancelled);
        using var services = new ServiceCollection().AddMetrics().AddSingleton<DashboardMetrics>().BuildServiceProvider();
        services.GetRequiredService<DashboardMetrics>().Relayed("log", 7);
        using var http = new HttpClient { BaseAddress = new Uri(((WebApplication)room).Urls.Single()) };

        using var without = await http.GetAsync("/metrics", Cancelled);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "wrong");
        using var wrong = await http.GetAsync("/metrics", Cancelled);
        var file = TelemetryRoom.TokenFile(_data);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await File.ReadAllTextAsync(file, Cancelled));
        var metrics = await http.GetStringAsync("/metrics", Cancelled);

        Assert.Equal(HttpStatusCode.Unauthorized, without.StatusCode);
        Assert.Contains("secrets/metrics.token", await without.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.Matches("""dashboard_relay_bytes_total\{.*kind="log".*\} 7\b""", metrics);
        Assert.Matches("http_client_request_duration_seconds_count", metrics);
        Assert.DoesNotMatch("http_client.*127.0.0.1", metrics);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        await room.StopAsync(Cancelled);
    }

    [Fact]
    public async Task Token_StaysTheSame()
    {
        foreach (var _ in new[] { 1, 2 })
        {
            using var room = TelemetryRoom.Build(Configuration(new() { ["Telemetry:Url"] = "http://127.0.0.1:0" }))!;
        }

        Assert.Matches("^[0-9a-f]{64}$", await File.ReadAllTextAsync(TelemetryRoom.TokenFile(_data), Cancelled));
    }

    [Fact]
    public async Task Collector_GetsMetricsAndTraces()
    {
        var got = Channel.CreateUnbounded<(string Path, long Length)>();
        await using var collector = await CollectorAsync(got.Writer);
        using var room = TelemetryRoom.Build(Configuration(new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Urls.Single(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        }))!;
        await room.StartAsync(Cancelled);
        using var source = new System.Diagnostics.ActivitySource(DriverHost.DriverHostHosting.TelemetryName);
        source.StartActivity("instance spawn")!.Dispose();

        // What was not sent yet is sent at the end.
        await room.StopAsync(Cancelled);
        ((IDisposable)room).Dispose();

        var paths = new Dictionary<string, long>();
        while (paths.Count < 2)
        {
            var (path, length) = await got.Reader.ReadAsync(Cancelled);
            paths[path] = length;
        }

        Assert.All(paths.Values, length => Assert.True(length > 0));
        Assert.Equal(["/v1/metrics", "/v1/traces"], paths.Keys.Order());
    }

    private static async Task<WebApplication> CollectorAsync(ChannelWriter<(string Path, long Length)> got)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/v1/{kind}", async (HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            await got.WriteAsync((context.Request.Path, body.Length));
        });
        await app.StartAsync();
        return app;
    }

    private IConfiguration Configuration(Dictionary<string, string?> values)
    {
        values["Data:Path"] = _data;
        return new ConfigurationBuilder().AddInMemoryCollection(values).Build();
    }
}
