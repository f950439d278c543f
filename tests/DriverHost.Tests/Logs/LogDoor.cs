using System.Diagnostics.Metrics;
using DriverHost.Client;
using DriverHost.Logs;
using DriverHost.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DriverHost.Tests.Logs;

/// <summary>The log server behind a real door, where the instance's id is the container's; the guard is tested elsewhere.</summary>
internal sealed class LogDoor : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _http;

    private LogDoor(WebApplication app, HttpClient http)
    {
        _app = app;
        _http = http;
        Client = new DriverHostClient(http, _ => ValueTask.FromResult("token"));
    }

    public DriverHostClient Client { get; }

    public IMeterFactory Meters => _app.Services.GetRequiredService<IMeterFactory>();

    public LogFollowers Followers => _app.Services.GetRequiredService<LogFollowers>();

    public static async Task<LogDoor> OpenAsync(string engine = "/var/run/docker.sock")
    {
        var socket = Path.Combine(Path.GetTempPath(), $"logs-{Guid.NewGuid():N}.sock");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://unix:{socket}");
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<DriverHostMetrics>();
        builder.Services.AddSingleton<LogFollowers>();
        builder.Services.AddSingleton<LogServer>();
        builder.Services.AddSingleton(new DriverHostOptions
        {
            Url = new Uri($"unix://{socket}"),
            DataPath = "/nowhere",
            DockerEndpoint = new Uri($"unix://{engine}"),
            KeystoneUrl = new Uri("http://nowhere.invalid"),
            PasswordFile = "/nowhere",
        });
        var app = builder.Build();
        app.MapGet("/v1/instances/{id}/logs", async (HttpContext context, string id, LogServer server) =>
        {
            if (await server.ServeAsync(context, id, [], context.RequestAborted) is { } refusal)
            {
                context.Response.StatusCode = refusal.Status;
                await context.Response.WriteAsJsonAsync(new { refusal.Status, refusal.Code, Title = refusal.Message });
            }
        });
        await app.StartAsync();
        return new LogDoor(app, DriverHostClient.CreateHttp(new Uri($"unix://{socket}")));
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
