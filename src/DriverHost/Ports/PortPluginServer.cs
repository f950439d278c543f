using System.Text.Json;
using DriverHost.Docker;
using DriverHost.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DriverHost.Ports;

/// <summary>
/// The door for the engine: a socket where it looks for network drivers. A server of its own, as nobody shows a token here; the folder is root's. Without it
/// the driver host does all but ports.
/// </summary>
internal sealed class PortPluginServer(PortNetworks networks, PortPlugin plugin, TimeProvider time, ILoggerFactory logs) : IHostedService, IAsyncDisposable
{
    /// <summary>Where every Docker engine looks, whatever its own folders are.</summary>
    private const string Folder = "/run/docker/plugins";

    private readonly ILogger _logger = logs.CreateLogger<PortPluginServer>();
    private WebApplication? _app;
    private string _why = "it is starting";

    private string SocketPath => Path.Combine(Folder, $"{networks.Driver}.sock");

    /// <exception cref="DriverFailure">503, with the reason.</exception>
    public void Require()
    {
        if (_app is null)
        {
            throw new DriverFailure(503, "ports_unavailable", $"This host takes no ports of Neutron's: {_why}.");
        }
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            _why = "the driver host is not root, so it can neither make links nor be a network driver of the engine";
            return;
        }

        try
        {
            Directory.CreateDirectory(Folder);
            DeadSockets.Remove(Folder, time.GetUtcNow());
            File.Delete(SocketPath);
            var app = Build();
            await app.StartAsync(cancellationToken);
            File.SetUnixFileMode(SocketPath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            _app = app;
        }
        catch (Exception closed) when (closed is IOException or UnauthorizedAccessException)
        {
            _why = $"the socket {SocketPath}, where the engine looks for network drivers, cannot be made: {closed.Message}";
            PortsLog.NoDoor(_logger, closed, SocketPath);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_app is { } app)
        {
            await app.StopAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is { } app)
        {
            await app.DisposeAsync();
        }
    }

    private WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddSingleton(logs);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(SocketPath));
        var app = builder.Build();
        app.MapPost("/{call}", AnswerAsync);
        return app;
    }

    private async Task AnswerAsync(string call, HttpContext context)
    {
        try
        {
            // The engine sends no content type, and with some calls no body.
            using var body = new StreamReader(context.Request.Body);
            var text = await body.ReadToEndAsync(context.RequestAborted);
            var request = string.IsNullOrWhiteSpace(text) ? new PluginRequest(null, null) : JsonSerializer.Deserialize(text, PluginJson.Default.PluginRequest)!;
            await WriteAsync(context, 200, await plugin.AnswerAsync(call, request, context.RequestAborted));
        }
        catch (Exception failed) when (!context.RequestAborted.IsCancellationRequested)
        {
            PortsLog.Refused(_logger, failed, call);
            await WriteAsync(context, 500, new PluginAnswer { Err = EngineFailure.TryRead(failed)?.Message ?? failed.Message });
        }
    }

    private static Task WriteAsync(HttpContext context, int status, PluginAnswer answer)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/vnd.docker.plugins.v1.1+json";
        return context.Response.WriteAsync(JsonSerializer.Serialize(answer, PluginJson.Default.PluginAnswer), context.RequestAborted);
    }

    /// <summary>Signals are for the driver host, which stops this.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

internal static partial class PortsLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Ports of Neutron's cannot be had here: the socket {Path} cannot be made")]
    public static partial void NoDoor(ILogger logger, Exception exception, string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The network {Network} of a port that no instance has cannot be removed")]
    public static partial void NetworkStays(ILogger logger, Exception exception, string network);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The engine's call {Call} was refused")]
    public static partial void Refused(ILogger logger, Exception exception, string call);
}
