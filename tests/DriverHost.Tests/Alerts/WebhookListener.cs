using System.Threading.Channels;
using DriverHost.Alerts;
using DriverHost.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DriverHost.Tests.Alerts;

/// <summary>What a webhook got.</summary>
internal sealed record Posted(string Path, byte[] Body, string Signature, string Delivery, IReadOnlyCollection<string> Headers)
{
    public AlertNotice Notice => System.Text.Json.JsonSerializer.Deserialize(Body, DriverHostJson.Default.AlertNotice)!;
}

/// <summary>A webhook's other end, on a free port of this machine.</summary>
internal sealed class WebhookListener : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<Posted> _posted = Channel.CreateUnbounded<Posted>();

    private WebhookListener(WebApplication app) => _app = app;

    public string Url { get; private set; } = "";

    /// <summary>What it does with a call that it has taken note of.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = _ => Task.CompletedTask;

    public static async Task<WebhookListener> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var listener = new WebhookListener(app);
        app.MapFallback(listener.TakeAsync);
        await app.StartAsync();
        listener.Url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return listener;
    }

    public async Task<Posted> NextAsync()
    {
        using var patience = new CancellationTokenSource(RunningDriverHost.Patience);
        return await _posted.Reader.ReadAsync(patience.Token);
    }

    /// <summary>Nothing came that was not asked for.</summary>
    public void AssertNoMore() => Assert.False(_posted.Reader.TryRead(out _));

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var headers = context.Request.Headers;
        _posted.Writer.TryWrite(new Posted(context.Request.Path, body.ToArray(), headers[AlertWebhook.SignatureHeader].ToString(), headers[AlertWebhook.DeliveryHeader].ToString(), [.. headers.Keys]));
        await Answer(context);
    }
}
