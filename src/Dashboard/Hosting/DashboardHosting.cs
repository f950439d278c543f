using System.Net;
using Dashboard.Alerts;
using Dashboard.ApiAccess;
using Dashboard.Components;
using Dashboard.Files;
using Dashboard.Hosts;
using Dashboard.Images;
using Dashboard.Instances;
using Dashboard.Launch;
using Dashboard.Layout;
using Dashboard.Logs;
using Dashboard.Overview;
using Dashboard.SignIn;
using Dashboard.Stats;
using Dashboard.Store;
using Dashboard.Telemetry;
using Dashboard.Terminal;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.HttpOverrides;
using MudBlazor.Services;

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
        AddServices(builder.Services, configuration);
        configure?.Invoke(builder);

        var app = builder.Build();
        if (configuration.GetSection("Dashboard:TrustedProxies").Get<string[]>() is { Length: > 0 } proxies)
        {
            app.UseForwardedHeaders(Forwarded(proxies));
        }

        SecurityHeaders.Use(app);
        app.UseExceptionHandler("/problem", createScopeForErrors: true);
        app.UseStatusCodePagesWithReExecute("/problem/{0}", createScopeForStatusCodePages: true);
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(15), KeepAliveTimeout = TimeSpan.FromSeconds(15) });
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        // Endpoints find the request's session open.
        app.Use(async (context, next) =>
        {
            await context.RequestServices.GetRequiredService<DashboardSession>().OpenAsync(context.User);
            if (context.GetEndpoint()?.Metadata.GetMetadata<ComponentTypeMetadata>()?.Type == typeof(NotFoundPage))
            {
                // Late, for an answer that says 404 before it has a body is taken for one without.
                context.Response.OnStarting(() =>
                {
                    context.Response.StatusCode = StatusCodes.Status404NotFound;
                    return Task.CompletedTask;
                });
            }

            await next(context);
        });
        app.MapStaticAssets().AllowAnonymous();
        app.MapHealth();
        SessionEndpoints.Map(app);
        app.MapLogs();
        StatsRelay.Map(app);
        TerminalRelay.Map(app);
        RecordingRelay.Map(app);
        FileRelay.Map(app);
        app.MapLogPreferences();
        ImagesHosting.Map(app);
        app.MapApiAccess();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(o => o.ContentSecurityFrameAncestorsPolicy = null);
        return app;
    }

    // Behind a proxy that speaks TLS: cookies are Secure, and the brake sees who really calls.
    private static ForwardedHeadersOptions Forwarded(string[] proxies)
    {
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
        {
            options.KnownProxies.Add(IPAddress.Parse(proxy));
        }

        return options;
    }

    private static void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        DashboardStore.Add(services, configuration["Data:Path"]!);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<DashboardMetrics>();
        services.AddSingleton<ModulePreloads>();
        services.AddSingleton<ModuleMaps>();
        services.AddSingleton<CloudConnections>();
        ImagesHosting.Add(services);
        services.AddInstances();
        services.AddSingleton<SessionLifetimes>();
        services.AddSingleton<SessionStore>();
        services.AddSingleton<SignInAttempt>();
        services.AddSingleton<SignInBrake>();
        services.AddSingleton<SignInForm>();
        services.AddSingleton<KeystoneHealth>();
        services.AddHostedService<SessionWatcher>();
        services.AddScoped<DashboardSession>();
        services.AddSingleton<SessionShares>();
        services.AddScoped(p => p.GetRequiredService<SessionShares>().Enter(p.GetRequiredService<DashboardSession>().Signed));
        services.AddScoped(p => p.GetRequiredService<SessionShares.Use>().Instances);
        services.AddScoped<IImageList>(p => p.GetRequiredService<SessionShares.Use>().Images);
        services.AddScoped<Announcements>();
        services.AddScoped<AuthenticationStateProvider, SessionGuard>();
        services.AddCascadingAuthenticationState();
        services.AddLogs();
        services.AddScoped<StatsRelay>();
        services.AddScoped<TerminalRelay>();
        services.AddScoped<RecordingRelay>();
        services.AddScoped<ITerminalDesk, SessionTerminalDesk>();
        services.AddScoped<IAlertDesk, SessionAlertDesk>();
        services.AddScoped<FileRelay>();
        services.AddLaunch();
        services.AddApiAccess();
        services.AddHosts(configuration);
        services.AddOverview();
        services.AddHttpContextAccessor();
        services.AddAntiforgery(o =>
        {
            o.Cookie.Name = "dashboard-form";
            o.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            o.SuppressXFrameOptionsHeader = true;
        });
        // A pasted .env file is one message: more than the 32 KiB that SignalR takes by itself.
        services.AddRazorComponents().AddInteractiveServerComponents().AddHubOptions(o => o.MaximumReceiveMessageSize = 128 * 1024);
        services.AddMudServices(o =>
        {
            o.SnackbarConfiguration.PositionClass = MudBlazor.Defaults.Classes.Position.BottomLeft;
            o.SnackbarConfiguration.MaxDisplayedSnackbars = 3;
            o.SnackbarConfiguration.PreventDuplicates = true;
        });
        services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(o =>
        {
            o.Cookie.Name = "dashboard-session";
            o.Cookie.HttpOnly = true;
            o.Cookie.SameSite = SameSiteMode.Lax;
            o.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            o.SlidingExpiration = false;
            o.Events.OnRedirectToLogin = context => AskToSignIn(context.HttpContext);
            o.Events.OnRedirectToAccessDenied = context =>
            {
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                return Task.CompletedTask;
            };
        });
        services.AddOptions<CookieAuthenticationOptions>(CookieAuthenticationDefaults.AuthenticationScheme).Configure<SessionStore>((o, store) => o.SessionStore = store);
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
    }

    // A page goes to the form; a script's request gets the bare status, which it can read.
    private static Task AskToSignIn(HttpContext context)
    {
        var wantsPage = HttpMethods.IsGet(context.Request.Method) && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal);
        if (wantsPage)
        {
            context.Response.Redirect(ReturnUrl.SignIn(context.Request.Path + context.Request.QueryString));
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            if (context.Features.Get<Microsoft.AspNetCore.Diagnostics.IStatusCodePagesFeature>() is { } pages)
            {
                pages.Enabled = false;
            }
        }

        return Task.CompletedTask;
    }
}
