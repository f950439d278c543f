using Cloud.Glance;
using Cloud.Http;
using Cloud.Keystone;
using Cloud.Nova;
using Cloud.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Cloud;

/// <summary>Builds the embedded cloud as a web application of its own: the only way into this room is HTTP.</summary>
public static class CloudHosting
{
    /// <summary>Builds the cloud; it listens on <see cref="CloudOptions.Url"/> once started.</summary>
    /// <param name="configuration">The process's configuration.</param>
    /// <param name="configure">Lets a test replace what it must, for example the clock or the compute driver.</param>
    public static WebApplication Build(IConfiguration configuration, Action<WebApplicationBuilder>? configure = null)
    {
        var options = CloudOptions.From(configuration);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddConfiguration(configuration);
        builder.WebHost.UseUrls(options.Url.ToString());
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddCloudStore(options);
        builder.Services.AddKeystone();
        builder.Services.AddGlance();
        builder.Services.AddNova();
        configure?.Invoke(builder);

        var app = builder.Build();
        app.UseRequestIds();
        app.UseFaults();
        app.UseRouting();
        app.UseCallers();
        app.MapKeystone();
        app.MapGlance();
        app.MapNova();
        return app;
    }
}
