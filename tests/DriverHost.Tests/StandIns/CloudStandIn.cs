using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DriverHost.Tests.StandIns;

/// <summary>As much of a cloud as a driver host needs, on a free port: Keystone to ask whose token it is, Glance to read from and write to.</summary>
internal sealed class CloudStandIn : IAsyncDisposable
{
    private readonly WebApplication _app;

    private CloudStandIn(WebApplication app, string folder)
    {
        _app = app;
        Keystone = new KeystoneStandIn(() => Url);
        Glance = new GlanceStandIn(folder);
    }

    public KeystoneStandIn Keystone { get; }
    public GlanceStandIn Glance { get; }
    public string Url { get; private set; } = "";

    /// <summary>While true, no call is answered with anything but 503.</summary>
    public bool IsDown { get; set; }

    public static async Task<CloudStandIn> StartAsync(string folder)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        var app = builder.Build();
        var cloud = new CloudStandIn(app, folder);
        app.Use((context, next) =>
        {
            if (cloud.IsDown)
            {
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return Task.CompletedTask;
            }

            return next(context);
        });
        cloud.Keystone.Map(app);
        cloud.Glance.Map(app, cloud.Keystone);
        await app.StartAsync();
        cloud.Url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return cloud;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
