namespace Dashboard.Hosting;

/// <summary>Builds the web pages as a web application of their own.</summary>
internal static class DashboardHosting
{
    public static WebApplication Build(IConfiguration configuration, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddConfiguration(configuration);
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.WebHost.UseUrls(configuration["Dashboard:Url"] ?? "http://127.0.0.1:8080");
        configure?.Invoke(builder);

        var app = builder.Build();
        app.MapStaticAssets();
        return app;
    }
}
