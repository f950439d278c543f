using System.Net;
using DriverHost.Alerts;
using DriverHost.Audit;
using DriverHost.Auth;
using DriverHost.Client;
using DriverHost.Containers;
using DriverHost.Docker;
using DriverHost.Enrolment;
using DriverHost.Files;
using DriverHost.History;
using DriverHost.Host;
using DriverHost.Http;
using DriverHost.Images;
using DriverHost.Logs;
using DriverHost.Ports;
using DriverHost.Processes;
using DriverHost.Snapshots;
using DriverHost.Stats;
using DriverHost.Store;
using DriverHost.Telemetry;
using DriverHost.Terminal;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace DriverHost;

/// <summary>Builds the driver host as a web application of its own.</summary>
public static class DriverHostHosting
{
    /// <summary>The name of this room's meter and of its source of spans. The instruments are listed in the room's README.</summary>
    public const string TelemetryName = "Dashboard.DriverHost";

    /// <param name="configuration">The process's configuration.</param>
    /// <param name="configure">Lets a test replace what it must.</param>
    public static WebApplication Build(IConfiguration configuration, Action<WebApplicationBuilder>? configure = null)
    {
        var options = DriverHostOptions.From(configuration);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddConfiguration(configuration);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        if (options.ListenUrl is { } outer)
        {
            OuterDoor.Listen(builder, options, outer);
        }
        else
        {
            builder.WebHost.UseUrls(options.Url.Scheme == "unix" ? $"http://unix:{options.Url.LocalPath}" : options.Url.ToString());
        }

        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, DriverHostJson.Default));
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.PropertyNamingPolicy = System.Text.Json.JsonNamingPolicy.SnakeCaseLower);
        AddStore(builder.Services, options);
        AddEngine(builder.Services);
        AddImages(builder.Services);
        AddInstances(builder.Services);
        AddPorts(builder.Services);
        AddLogs(builder.Services);
        AddStats(builder.Services);
        AddTerminals(builder.Services);
        AddAlerts(builder.Services);
        configure?.Invoke(builder);

        var app = builder.Build();
        app.Services.GetRequiredService<DriverHostGauges>();
        app.UseProblems();
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(15), KeepAliveTimeout = TimeSpan.FromSeconds(15) });
        app.UseRouting();
        app.UseOuterDoor();
        app.UseCallers();
        app.MapInstances();
        app.MapPorts();
        app.MapLogs();
        app.MapRecords();
        app.MapAudit();
        app.MapStats();
        app.MapProcesses();
        app.MapTerminals();
        app.MapRecordings();
        app.MapAlerts();
        app.MapFiles();
        app.MapImages();
        app.MapEvents();
        app.MapHost();
        app.MapEnrolment();
        return app;
    }

    private static void AddStore(IServiceCollection services, DriverHostOptions options)
    {
        services.AddDbContextFactory<LedgerDb>(db => db.UseSqlite($"Data Source={LedgerDb.File(options.DataPath)}"));
        services.AddSingleton<Ledger>();
        services.AddSingleton<AuditBook>();
        services.AddSingleton<HostId>();
        services.AddSingleton<HostKeys>();
        services.AddSingleton<EnrolmentCode>();
        services.AddSingleton<EnrolmentDesk>();
        services.AddHostedService<EnrolmentOpening>();
        services.AddSingleton<ServiceUser>();
        services.AddSingleton<TokenGuard>();
        services.AddSingleton<DriverHostMetrics>();
        services.AddSingleton<EngineWatcher>();
        services.AddSingleton<DriverHostGauges>();
    }

    private static void AddEngine(IServiceCollection services)
    {
        services.AddSingleton(EnginePatience.Default);
        services.AddSingleton<Engine>();
        services.AddSingleton<EngineEvents>();
        services.AddSingleton<DiskQuotaTrial>();
        services.AddSingleton<DiskGauge>(DiskUse.Look);
        services.AddSingleton<HostPorts>();
        services.AddSingleton<HostProbe>();
        services.AddSingleton<Readiness>();
    }

    private static void AddImages(IServiceCollection services)
    {
        services.AddSingleton(new ArchiveLimits());
        services.AddSingleton<Staging>();
        services.AddSingleton<DockerArchiveReader>();
        services.AddSingleton<ImageGate>();
        services.AddSingleton<ImageFetcher>();
        services.AddSingleton<ImagePins>();
        services.AddSingleton<ImageSweeper>();
        services.AddHostedService(provider => provider.GetRequiredService<ImageSweeper>());
        services.AddSingleton<ImageStore>();
        services.AddSingleton<ImageExaminer>();
    }

    private static void AddInstances(IServiceCollection services)
    {
        services.AddSingleton<InstanceBook>();
        services.AddSingleton<Operations>();
        services.AddSingleton<ProjectNetworks>();
        services.AddSingleton<FirstFiles>();
        services.AddSingleton<Spawner>();
        services.AddSingleton<Deleter>();
        services.AddSingleton<InstanceWork>();
        services.AddSingleton<PowerActions>();
        services.AddSingleton<SnapshotTag>();
        services.AddSingleton<SnapshotGlance>();
        services.AddSingleton<SnapshotTaker>();
        services.AddSingleton<Leftovers>();
        services.AddSingleton<Reconciler>();
        services.AddHostedService<SocketFile>();
        services.AddHostedService<Opening>();
        services.AddHostedService(provider => provider.GetRequiredService<AuditBook>());
        services.AddHostedService(provider => provider.GetRequiredService<Operations>());
        // Before the engine is looked at: what a crash left cannot be removed without it.
        services.AddHostedService(provider => provider.GetRequiredService<PortPluginServer>());
        services.AddHostedService(provider => provider.GetRequiredService<EngineWatcher>());
        services.AddHostedService(provider => provider.GetRequiredService<Leftovers>());
        services.AddHostedService<SnapshotSettling>();
        services.AddSingleton<SizeWatcher>();
        services.AddHostedService(provider => provider.GetRequiredService<SizeWatcher>());
    }

    private static void AddPorts(IServiceCollection services)
    {
        services.AddSingleton<PortLinks>();
        services.AddSingleton<PortNetworks>();
        services.AddSingleton<PortPlugin>();
        services.AddSingleton<PortPluginServer>();
        services.AddSingleton<InstancePorts>();
    }

    private static void AddTerminals(IServiceCollection services)
    {
        services.AddSingleton(new TerminalLimits());
        services.AddSingleton<TerminalRecordings>();
        services.AddSingleton<Terminals>();
        services.AddHostedService(provider => provider.GetRequiredService<Terminals>());
    }

    private static void AddAlerts(IServiceCollection services)
    {
        services.AddSingleton<AlertLedger>();
        services.AddSingleton<AlertAddresses>();
        services.AddSingleton<AlertResolver>(Dns.GetHostAddressesAsync);
        services.AddSingleton(AlertPatience.Default);
        services.AddSingleton<AlertWebhook>();
        services.AddSingleton<AlertDelivery>();
        services.AddSingleton<AlertPreviewer>();
        services.AddSingleton<AlertWatcher>();
        services.AddSingleton<AlertRules>();
        services.AddHostedService(provider => provider.GetRequiredService<AlertDelivery>());
        services.AddHostedService(provider => provider.GetRequiredService<AlertWatcher>());
    }

    private static void AddLogs(IServiceCollection services)
    {
        services.AddSingleton<LogFollowers>();
        services.AddSingleton<LogServer>();
        services.AddSingleton<LogArchives>();
        services.AddSingleton<LogCatchUp>();
        services.AddSingleton<EventMarks>();
        services.AddSingleton<LogSources>();
        services.AddSingleton<LogHistory>();
        services.AddSingleton<FlightRecords>();
        services.AddSingleton<ProjectBudget>();
        services.AddSingleton<FlightRecorder>();
        services.AddHostedService(provider => provider.GetRequiredService<FlightRecorder>());
    }

    private static void AddStats(IServiceCollection services)
    {
        services.AddSingleton(provider => new StatsSource(provider.GetRequiredService<Engine>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<StatsShelf>();
        services.AddSingleton<ChangeReader>();
        services.AddSingleton<FileReader>();
        services.AddSingleton(provider => new FileLister(provider.GetRequiredService<Engine>()));
        services.AddSingleton<FileOwners>();
        services.AddSingleton<FileWriter>();
        services.AddSingleton(provider => new ProcessSource(provider.GetRequiredService<Engine>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<StatsRecorder>();
        services.AddSingleton<StatsSamplers>();
        services.AddHostedService(provider => provider.GetRequiredService<StatsRecorder>());
    }
}
