using System.Security.Cryptography;
using System.Text;
using DriverHost;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Dashboard.Telemetry;

/// <summary>
/// Tells those who operate the process what all its rooms count and do: metrics at an address of their own (<c>Telemetry:Url</c>), metrics and traces to a collector
/// (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c> and the other variables of OpenTelemetry). Neither is on unless it is configured.
/// </summary>
internal static class TelemetryRoom
{
    private const string Collector = "OTEL_EXPORTER_OTLP_ENDPOINT";

    // By .NET itself: requests in and out, connections, circuits, the runtime.
    private static readonly string[] BuiltIn =
    [
        "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Components.Server.Circuits", "Microsoft.AspNetCore.Http.Connections", "System.Net.Http", "System.Runtime",
    ];

    private static readonly string[] ClientLabels = ["http.request.method", "http.response.status_code", "http.connection.state", "error.type"];

    /// <summary>The file with the secret of those who may read the metrics.</summary>
    public static string TokenFile(string data) => Path.Combine(data, "secrets", "metrics.token");

    /// <returns>Null when nothing is configured.</returns>
    public static IHost? Build(IConfiguration configuration)
    {
        var collects = !string.IsNullOrEmpty(configuration[Collector]);
        if (configuration["Telemetry:Url"] is not { Length: > 0 } url)
        {
            return collects ? WithoutDoor(configuration) : null;
        }

        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddConfiguration(configuration);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.WebHost.UseUrls(url);
        Add(builder.Services, door: true, collects);
        var app = builder.Build();
        var token = Encoding.ASCII.GetBytes($"Bearer {Token(TokenFile(configuration["Data:Path"]!))}");
        app.Use((context, next) =>
        {
            if (CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(context.Request.Headers.Authorization.ToString()), token))
            {
                return next(context);
            }

            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return context.Response.WriteAsync("The metrics are for those who have the token in secrets/metrics.token of the data folder: Authorization: Bearer TOKEN.\n");
        });
        app.MapPrometheusScrapingEndpoint();
        return app;
    }

    private static IHost WithoutDoor(IConfiguration configuration)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddConfiguration(configuration);
        Add(builder.Services, door: false, collects: true);
        return builder.Build();
    }

    private static void Add(IServiceCollection services, bool door, bool collects)
    {
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("dashboard", serviceVersion: typeof(TelemetryRoom).Assembly.GetName().Version?.ToString(3), serviceInstanceId: Environment.MachineName))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter([DriverHostHosting.TelemetryName, DashboardMetrics.Name, .. BuiltIn]);
                // Whom alerts call is a tenant's word.
                metrics.AddView(i => i.Meter.Name == "System.Net.Http" && i.Name.StartsWith("http.client.", StringComparison.Ordinal) ? new MetricStreamConfiguration { TagKeys = ClientLabels } : null);
                if (door)
                {
                    metrics.AddPrometheusExporter();
                }
            });
        if (collects)
        {
            telemetry.WithTracing(traces => traces.AddSource(DriverHostHosting.TelemetryName).AddAspNetCoreInstrumentation().AddHttpClientInstrumentation()).UseOtlpExporter();
        }
    }

    private static string Token(string file)
    {
        if (!File.Exists(file))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            using var written = new FileStream(file, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
            written.Write(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32))));
        }

        return File.ReadAllText(file).Trim();
    }
}
