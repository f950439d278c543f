using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace DriverHost;

/// <summary>Builds the driver host as a web application of its own.</summary>
public static class DriverHostHosting
{
    /// <param name="configuration">The process's configuration.</param>
    /// <param name="configure">Lets a test replace what it must.</param>
    public static WebApplication Build(IConfiguration configuration, Action<WebApplicationBuilder>? configure = null)
    {
        var options = DriverHostOptions.From(configuration);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddConfiguration(configuration);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.WebHost.UseUrls(options.Url.Scheme == "unix" ? $"http://unix:{options.Url.LocalPath}" : options.Url.ToString());
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(TimeProvider.System);
        configure?.Invoke(builder);

        var app = builder.Build();
        return app;
    }
}
