using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DriverHost.Tests.Logs;

/// <summary>An engine whose one container runs when it is inspected and is gone when its log is asked for.</summary>
internal sealed class GoneContainer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private GoneContainer(WebApplication app, string socket) => (_app, Socket) = (app, socket);

    public string Socket { get; }

    /// <param name="refusal">404: removed; 409: dead, or marked for removal.</param>
    public static async Task<GoneContainer> StartAsync(int refusal)
    {
        var socket = Path.Combine(Path.GetTempPath(), $"gone-{Guid.NewGuid():N}.sock");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://unix:{socket}");
        var app = builder.Build();
        app.MapGet("/containers/{id}/json", () => Results.Json(new
        {
            Config = new { Tty = false },
            State = new { Running = true, ExitCode = 0, OOMKilled = false, FinishedAt = "0001-01-01T00:00:00Z", StartedAt = "2026-01-01T00:00:00Z" },
        }, new System.Text.Json.JsonSerializerOptions()));
        app.MapGet("/containers/{id}/logs", () => Results.Json(new { message = "gone" }, statusCode: refusal));
        await app.StartAsync();
        return new GoneContainer(app, socket);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
